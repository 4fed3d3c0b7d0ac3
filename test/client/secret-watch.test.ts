import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SecretWatch } from '../../lib/client/secret-watch.js';
import { clientAt, exchangeCode, rejection, secrets } from '../builders/client-calls.js';
import { site, start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf } from '../builders/site.js';

const about = { provider: '42', clientID: 'the-site' };
const DAY = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 0, 1);

const expiring: unknown[] = [];
const refused: unknown[] = [];
const keepExpiring = (event: unknown) => expiring.push(event);
const keepRefused = (event: unknown) => refused.push(event);
let warnings: jest.SpiedFunction<typeof process.emitWarning>;

beforeEach(() => {
  expiring.length = 0;
  refused.length = 0;
  warnings = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  subscribe('passport-fortytwo:secret-expiring', keepExpiring);
  subscribe('passport-fortytwo:credentials-refused', keepRefused);
});
afterEach(() => {
  unsubscribe('passport-fortytwo:secret-expiring', keepExpiring);
  unsubscribe('passport-fortytwo:credentials-refused', keepRefused);
  warnings.mockRestore();
});

describe('a secret that expires', () => {
  test('is warned of from 14 days before, to the millisecond', () => {
    new SecretWatch(about).remember(now + 14 * DAY + 1, now);
    expect(expiring).toEqual([]);
    expect(warnings).not.toHaveBeenCalled();
    new SecretWatch(about).remember(now + 14 * DAY, now);
    expect(expiring).toEqual([{ ...about, expiresAt: now + 14 * DAY }]);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(
      'The secret of application the-site at 42 expires on 2026-01-15T00:00:00.000Z; create the next one and give it ' +
        'to the client before then',
      { code: 'FORTYTWO_SECRET_EXPIRING' },
    );
  });

  test('is warned of once a day, however many tokens are issued', () => {
    const watch = new SecretWatch(about);
    for (const hours of [0, 1, 23.99]) watch.remember(now + 5 * DAY, now + hours * 3_600_000);
    expect(expiring).toHaveLength(1);
    watch.remember(now + 5 * DAY, now + DAY);
    watch.remember(now + 5 * DAY, now + DAY + 1);
    expect(expiring).toHaveLength(2);
    expect(warnings).toHaveBeenCalledTimes(2);
  });

  test('C22: is warned of again after a day, though the clock was set back by a week', () => {
    const watch = new SecretWatch(about);
    watch.remember(now + 5 * DAY, now);
    watch.remember(now + 5 * DAY, now - 7 * DAY + DAY);
    expect(expiring).toHaveLength(2);
  });

  test('is not forgotten by an answer that says nothing of it', () => {
    const watch = new SecretWatch(about);
    watch.remember(now + DAY, now);
    watch.remember(undefined, now);
    expect(watch.expiresAt).toBe(now + DAY);
  });

  test('is known to the client from any token answer, as 42 sends it', async () => {
    const seconds = Math.floor(Date.now() / 1000) + 10 * 86_400;
    const server = await oddServer((res) =>
      sendJSON(res, { access_token: 'at', token_type: 'bearer', secret_valid_until: seconds }),
    );
    for (const call of [
      (client: ReturnType<typeof clientAt>) => exchangeCode(client),
      (client: ReturnType<typeof clientAt>) => client.clientCredentials(),
      (client: ReturnType<typeof clientAt>) => client.refresh(secrets.refreshToken),
    ]) {
      const client = clientAt(server.url);
      expect(client.secretExpiresAt).toBeUndefined();
      await call(client);
      expect(client.secretExpiresAt).toBe(seconds * 1000);
    }
    expect(expiring).toHaveLength(3);
  });

  test.each([null, 'soon', -5, 1.5, {}, Date.now()])('is unknown where secret_valid_until is %j', async (until) => {
    const server = await oddServer((res) =>
      sendJSON(res, { access_token: 'at', token_type: 'bearer', secret_valid_until: until }),
    );
    const client = clientAt(server.url);
    await client.clientCredentials();
    expect(client.secretExpiresAt).toBeUndefined();
    expect(expiring).toEqual([]);
  });
});

describe('refused credentials', () => {
  test('C13: raise the alarm, and invalid_client says that the secret may have expired', async () => {
    const provider = await start();
    const client = clientOf(provider);
    provider.rotateClientSecret(site.clientID, 'the next secret');
    const error = await rejection(client.clientCredentials());
    expect(error).toMatchObject({ code: 'ERR_INVALID_CLIENT' });
    expect(error.message).toMatch(/check clientID and clientSecret; the secret may have expired/);
    expect(refused).toEqual([{ provider: '42', clientID: site.clientID, endpoint: 'token' }]);
    expect(warnings).toHaveBeenCalledWith(expect.stringMatching(/^42 refused the credentials of application/), {
      code: 'FORTYTWO_CREDENTIALS_REFUSED',
    });
  });

  test.each<[string, number, unknown]>([
    ['a 401 without a body', 401, ''],
    ['a 401 that names another error', 401, { error: 'invalid_token' }],
    ['invalid_client with 401', 401, { error: 'invalid_client' }],
    ['invalid_client with 400, as RFC 6749 §5.2 allows', 400, { error: 'invalid_client' }],
  ])('C13: are told to the events where introspection answers %s', async (_what, status, body) => {
    const server = await oddServer((res) => sendJSON(res, body, status));
    await rejection(clientAt(server.url).checkToken('token'));
    expect(refused).toEqual([{ provider: 'standard', clientID: 'the-site', endpoint: 'introspection' }]);
  });

  test.each<[string, number, unknown]>([
    ['a code that is refused with 401, as an old Doorkeeper does', 401, { error: 'invalid_grant' }],
    ['a code that is refused', 400, { error: 'invalid_grant' }],
    ['a server error', 500, ''],
  ])('are not what %s means', async (_what, status, body) => {
    const server = await oddServer((res) => sendJSON(res, body, status));
    await rejection(exchangeCode(clientAt(server.url)));
    expect(refused).toEqual([]);
    expect(warnings).not.toHaveBeenCalled();
  });

  test('C13: are not what a 401 of token info or the profile means: that one is about the token', async () => {
    const provider = await start();
    const client = clientOf(provider);
    await client.checkToken('unknown');
    await rejection(client.profile('unknown'));
    expect(refused).toEqual([]);
  });

  test('are an event each time, and a warning every five minutes', () => {
    const watch = new SecretWatch(about);
    for (const seconds of [0, 1, 299, 300]) watch.refused('introspection', now + seconds * 1000);
    expect(refused).toHaveLength(4);
    expect(warnings).toHaveBeenCalledTimes(2);
  });

  test.each<[string, number | undefined, RegExp]>([
    ['unknown', undefined, /^check clientID and clientSecret; the secret may have expired$/],
    ['past', now - DAY, /^the secret expired on 2025-12-31/],
    ['ahead', now + DAY, /^check clientID and clientSecret; the secret is due to expire on 2026-01-02/],
  ])('come with advice that fits an expiry that is %s', (_what, expiresAt, advice) => {
    const watch = new SecretWatch(about);
    watch.remember(expiresAt, now);
    expect(watch.advice(now)).toMatch(advice);
  });
});
