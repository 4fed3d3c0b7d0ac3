import { describe, expect, test } from '@jest/globals';
import { readConfiguration, SettingError } from '../../example-app/configuration.js';
import { setupOf } from '../builders/example-site.js';

const application = { FORTYTWO_CLIENT_ID: 'u-1', FORTYTWO_CLIENT_SECRET: 's-1' };

describe("the example's settings", () => {
  test('nothing set: the fakes of 42 and OAuth42, on this machine alone', () => {
    expect(readConfiguration({})).toEqual({
      setup: setupOf('42'),
      host: '127.0.0.1',
      port: 3000,
      callbackURL: undefined,
      scope: 'public projects',
      sessionSecret: undefined,
      application: undefined,
      link: { setup: setupOf('oauth42'), scope: 'openid profile email', application: undefined },
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
      FORTYTWO_LINK: '42min',
      FORTYTWO_LINK_CLIENT_ID: 'u-2',
      FORTYTWO_LINK_CLIENT_SECRET: 's-2',
      FORTYTWO_LINK_BASE_URL: 'https://42min.example',
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
      link: {
        setup: setupOf('42min'),
        scope: setupOf('42min').scope,
        application: { clientID: 'u-2', clientSecret: 's-2', baseURL: 'https://42min.example' },
      },
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
    { provider: '42', link: 'oauth42' },
    { provider: '42min', link: 'oauth42' },
    { provider: 'oauth42', link: '42' },
  ])('accounts of $provider are linked to those of $link, unless told', ({ provider, link }) => {
    const env = { FORTYTWO_PROVIDER: provider };
    expect(readConfiguration(env).link?.setup).toBe(setupOf(link));
    const others = ['42', '42min', 'oauth42'].filter((name) => name !== provider);
    for (const name of others) {
      expect(readConfiguration({ ...env, FORTYTWO_LINK: name }).link?.setup).toBe(setupOf(name));
    }
  });

  test('with a real application nothing is linked until its own application is set', () => {
    expect(readConfiguration(application).link).toBeUndefined();
    const { link } = readConfiguration({
      ...application,
      FORTYTWO_LINK_CLIENT_ID: 'u-2',
      FORTYTWO_LINK_CLIENT_SECRET: 's-2',
    });
    expect(link).toEqual({
      setup: setupOf('oauth42'),
      scope: 'openid profile email',
      application: { clientID: 'u-2', clientSecret: 's-2', baseURL: undefined },
    });
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
    {
      problem: 'another provider to link',
      env: { FORTYTWO_LINK: '43' },
      says: 'FORTYTWO_LINK must be one of 42, 42min, oauth42',
    },
    {
      problem: 'the same provider to link',
      env: { FORTYTWO_PROVIDER: 'oauth42', FORTYTWO_LINK: 'oauth42' },
      says: 'FORTYTWO_LINK must be another provider than FORTYTWO_PROVIDER',
    },
    {
      problem: 'a real provider to link without its application',
      env: { ...application, FORTYTWO_LINK: 'oauth42' },
      says: 'FORTYTWO_LINK is set and FORTYTWO_LINK_CLIENT_ID is not',
    },
    {
      problem: 'an id of a provider to link without its secret',
      env: { ...application, FORTYTWO_LINK_CLIENT_ID: 'u' },
      says: 'FORTYTWO_LINK_CLIENT_SECRET is not',
    },
    {
      problem: 'an address of a provider to link alone',
      env: { ...application, FORTYTWO_LINK_BASE_URL: 'https://a.b' },
      says: 'FORTYTWO_LINK_BASE_URL is set and FORTYTWO_LINK_CLIENT_ID is not',
    },
    {
      problem: 'a real provider to link to a fake',
      env: { FORTYTWO_LINK_CLIENT_ID: 'u', FORTYTWO_LINK_CLIENT_SECRET: 's' },
      says: 'the real OAuth42 is not linked to a fake',
    },
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
