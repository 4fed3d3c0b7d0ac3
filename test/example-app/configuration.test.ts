import { describe, expect, test } from '@jest/globals';
import { readConfiguration, SettingError } from '../../example-app/configuration.js';

const application = { FORTYTWO_CLIENT_ID: 'u-1', FORTYTWO_CLIENT_SECRET: 's-1' };

describe("the example's settings", () => {
  test('nothing set: the fake 42, on this machine alone', () => {
    expect(readConfiguration({})).toEqual({
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
      HOST: '::1',
      PORT: '8080',
      FORTYTWO_BASE_URL: 'https://42.example',
      FORTYTWO_CALLBACK_URL: 'https://site.example/auth/42/callback',
      FORTYTWO_SCOPE: 'public',
      SESSION_SECRET: sessionSecret,
    });
    expect(configuration).toEqual({
      host: '::1',
      port: 8080,
      callbackURL: 'https://site.example/auth/42/callback',
      scope: 'public',
      sessionSecret,
      application: { clientID: 'u-1', clientSecret: 's-1', baseURL: 'https://42.example' },
    });
  });

  test('set to nothing is not set, as in a compose file', () => {
    expect(readConfiguration({ PORT: '', FORTYTWO_CLIENT_ID: ' ', SESSION_SECRET: '' })).toEqual(readConfiguration({}));
  });

  test.each([
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
