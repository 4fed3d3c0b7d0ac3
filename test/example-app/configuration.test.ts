import { describe, expect, test } from '@jest/globals';
import { readConfiguration, SettingError } from '../../example-app/configuration.js';
import { setupOf } from '../builders/example-site.js';

const application = { FORTYTWO_CLIENT_ID: 'u-1', FORTYTWO_CLIENT_SECRET: 's-1' };

describe("the example's settings", () => {
  test('nothing set: the fake 42, on this machine alone', () => {
    expect(readConfiguration({})).toEqual({
      setup: setupOf('42'),
      host: '127.0.0.1',
      port: 3000,
      callbackURL: undefined,
      scope: 'public projects',
      sessionSecret: undefined,
      application: undefined,
    });
  });

  test('everything set', () => {
    const sessionSecret = 'x'.repeat(32);
    const configuration = readConfiguration({
      ...application,
      FORTYTWO_PROVIDER: 'oauth42',
      HOST: '::1',
      PORT: '8080',
      FORTYTWO_BASE_URL: 'https://42.example',
      FORTYTWO_CALLBACK_URL: 'https://site.example/auth/oauth42/callback',
      FORTYTWO_SCOPE: 'openid',
      SESSION_SECRET: sessionSecret,
    });
    expect(configuration).toEqual({
      setup: setupOf('oauth42'),
      host: '::1',
      port: 8080,
      callbackURL: 'https://site.example/auth/oauth42/callback',
      scope: 'openid',
      sessionSecret,
      application: { clientID: 'u-1', clientSecret: 's-1', baseURL: 'https://42.example' },
    });
  });

  test('set to nothing is not set, as in a compose file', () => {
    expect(readConfiguration({ PORT: '', FORTYTWO_CLIENT_ID: ' ', SESSION_SECRET: '' })).toEqual(readConfiguration({}));
  });

  test.each([
    { provider: '42', scope: 'public projects', callback: '/auth/42/callback' },
    { provider: '42min', scope: 'event_types:read slots:read bookings:write', callback: '/auth/42min/callback' },
    { provider: 'oauth42', scope: 'openid profile email', callback: '/auth/oauth42/callback' },
  ])('$provider has its own scope and its own callback', ({ provider, scope, callback }) => {
    const env = { FORTYTWO_PROVIDER: provider };
    expect(readConfiguration(env)).toMatchObject({ setup: setupOf(provider), scope });
    const given = { ...env, FORTYTWO_CALLBACK_URL: `https://site.example${callback}` };
    expect(readConfiguration(given).callbackURL).toBe(given.FORTYTWO_CALLBACK_URL);
    const another = { ...env, FORTYTWO_CALLBACK_URL: 'https://site.example/auth/another/callback' };
    expect(() => readConfiguration(another)).toThrow(`ends with ${callback}`);
  });

  test.each([
    {
      problem: 'another provider',
      env: { FORTYTWO_PROVIDER: '43' },
      says: 'FORTYTWO_PROVIDER must be one of 42, 42min, oauth42, not "43"',
    },
    { problem: 'a provider in capitals', env: { FORTYTWO_PROVIDER: 'OAuth42' }, says: 'one of 42, 42min, oauth42' },
    {
      problem: "an id of another provider's without its secret",
      env: { FORTYTWO_PROVIDER: 'oauth42', FORTYTWO_CLIENT_ID: 'u' },
      says: 'the real OAuth42',
    },
    { problem: 'an id without its secret', env: { FORTYTWO_CLIENT_ID: 'u' }, says: 'FORTYTWO_CLIENT_SECRET is not' },
    { problem: 'a secret without its id', env: { FORTYTWO_CLIENT_SECRET: 's' }, says: 'FORTYTWO_CLIENT_ID is not' },
    { problem: 'a base URL alone', env: { FORTYTWO_BASE_URL: 'https://a.b' }, says: 'FORTYTWO_CLIENT_ID is not' },
    { problem: 'a port in words', env: { PORT: 'http' }, says: 'PORT must be a number' },
    { problem: 'a port too high', env: { PORT: '65536' }, says: 'PORT must be a number' },
    { problem: 'a negative port', env: { PORT: '-1' }, says: 'PORT must be a number' },
    { problem: 'a short session secret', env: { SESSION_SECRET: 'secret' }, says: 'at least 32 characters' },
    { problem: 'a relative callback', env: { FORTYTWO_CALLBACK_URL: '/auth/42/callback' }, says: 'a whole URL' },
    { problem: 'a callback elsewhere', env: { FORTYTWO_CALLBACK_URL: 'https://a.b/cb' }, says: '/auth/42/callback' },
    { problem: 'the fake in production', env: { NODE_ENV: 'production' }, says: 'NODE_ENV=production' },
  ])('$problem is refused with a word on what to do', ({ env, says }) => {
    expect(() => readConfiguration(env)).toThrow(SettingError);
    expect(() => readConfiguration(env)).toThrow(says);
  });
});
