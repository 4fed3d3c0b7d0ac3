import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { providers } from '../../example-app/providers/providers.js';
import { missingScopes } from '../../lib/client/scopes.js';
import { setupOf } from '../builders/example-site.js';
import { root } from '../builders/source.js';

test('the example knows the three providers by their own names', () => {
  expect([...providers.keys()]).toEqual(['42', '42min', 'oauth42']);
});

describe.each([...providers.keys()])("the example's setup for %s", (name) => {
  const { scope, routes, fake, experiments, provider } = setupOf(name);
  const asked = scope.split(' ');

  test('asks for no more than the fake application may have', () => {
    expect(missingScopes(asked, fake.clients.site.scopes)).toEqual([]);
  });

  test('asks for what the first route of the API needs', () => {
    expect(missingScopes([routes[0]?.scope ?? ''], asked, provider({}).scopeAliases)).toEqual([]);
  });

  test('has the four experiments, each by its name', () => {
    expect(experiments.map((one) => one.name)).toEqual(['allowed', 'missing-scope', 'revoked', 'no-token']);
  });

  test('its API tells nothing of people whom the site has never seen', () => {
    const told = routes.flatMap(({ answer }) => Object.values(answer(undefined)));
    expect(told.flat()).toEqual([]);
  });
});

test('nothing of the example but a setup asks for a provider by its name', () => {
  const folder = path.join(root, 'example-app');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|eta)$/.test(name));
  expect(files.length).toBeGreaterThan(20);
  const naming = files.filter((name) =>
    /(['"`])(?:42|42min|oauth42)\1/i.test(readFileSync(path.join(folder, name), 'utf8')),
  );
  // The configuration has the default.
  expect(naming.sort()).toEqual(['configuration.ts', 'providers/42.ts', 'providers/42min.ts', 'providers/oauth42.ts']);
});
