import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FakeFault, FakeProvider } from '../../lib/fake/index.js';
import { LoginError, type LoginErrorCode, type LoginEvent } from '../../lib/index.js';
import { Browser } from '../builders/browser.js';
import { site as siteClient, start } from '../builders/fake-provider.js';
import { authorize, logIn, refusalOf, type Site, startSite } from '../builders/site.js';

const events: LoginEvent[] = [];
const listen = (event: unknown) => void events.push(event as LoginEvent);

afterEach(() => {
  unsubscribe('passport-fortytwo:login', listen);
  events.length = 0;
});

type Fault = [path: string, fault: FakeFault];
const hang: FakeFault = { kind: 'hang' };
const json = (body: unknown, status = 200): FakeFault => ({ kind: 'json', status, body });
const answers = (status: number, body = ''): FakeFault => ({ kind: 'status', status, body });

/** What goes wrong at the provider, and what it makes of a login. */
const outages: [what: string, fault: Fault, status: number, code: LoginErrorCode, cause: string][] = [
  [
    'the token endpoint answers 500',
    ['/oauth/token', answers(500)],
    503,
    'ERR_LOGIN_UNAVAILABLE',
    'ERR_PROVIDER_STATUS',
  ],
  [
    'the token endpoint answers 429',
    ['/oauth/token', answers(429)],
    503,
    'ERR_LOGIN_UNAVAILABLE',
    'ERR_PROVIDER_RATE_LIMITED',
  ],
  [
    'the token endpoint redirects',
    ['/oauth/token', answers(307)],
    503,
    'ERR_LOGIN_UNAVAILABLE',
    'ERR_PROVIDER_REDIRECT',
  ],
  ['the token endpoint hangs', ['/oauth/token', hang], 503, 'ERR_LOGIN_UNAVAILABLE', 'ERR_PROVIDER_TIMEOUT'],
  [
    'the token endpoint hangs up',
    ['/oauth/token', { kind: 'reset' }],
    503,
    'ERR_LOGIN_UNAVAILABLE',
    'ERR_PROVIDER_UNREACHABLE',
  ],
  [
    'the token answer is cut short',
    ['/oauth/token', { kind: 'truncate' }],
    503,
    'ERR_LOGIN_UNAVAILABLE',
    'ERR_PROVIDER_TRUNCATED',
  ],
  [
    'the token answer is no JSON',
    ['/oauth/token', { kind: 'malformed' }],
    502,
    'ERR_LOGIN_RESPONSE',
    'ERR_PROVIDER_RESPONSE',
  ],
  ['the token answer is null', ['/oauth/token', json(null)], 502, 'ERR_LOGIN_RESPONSE', 'ERR_PROVIDER_RESPONSE'],
  [
    'the token answer has no token',
    ['/oauth/token', json({ token_type: 'bearer' })],
    502,
    'ERR_LOGIN_RESPONSE',
    'ERR_PROVIDER_RESPONSE',
  ],
  [
    'the token answer is HTML',
    ['/oauth/token', answers(404, '<html>')],
    502,
    'ERR_LOGIN_RESPONSE',
    'ERR_PROVIDER_RESPONSE',
  ],
  [
    'the token endpoint has an error of its own',
    ['/oauth/token', json({ error: 'invalid_request' }, 400)],
    502,
    'ERR_LOGIN_RESPONSE',
    'ERR_INVALID_REQUEST',
  ],
  [
    'the code is not accepted',
    ['/oauth/token', json({ error: 'invalid_grant' }, 400)],
    403,
    'ERR_LOGIN_CODE',
    'ERR_INVALID_GRANT',
  ],
  [
    'the application may not do this',
    ['/oauth/token', json({ error: 'unauthorized_client' }, 400)],
    500,
    'ERR_LOGIN_CLIENT',
    'ERR_UNAUTHORIZED_CLIENT',
  ],
  ['the profile endpoint answers 500', ['/v2/me', answers(500)], 503, 'ERR_LOGIN_UNAVAILABLE', 'ERR_PROVIDER_STATUS'],
  [
    'the profile endpoint answers 429',
    ['/v2/me', answers(429, 'slow down')],
    503,
    'ERR_LOGIN_UNAVAILABLE',
    'ERR_PROVIDER_RATE_LIMITED',
  ],
  ['the profile endpoint answers 404', ['/v2/me', json({}, 404)], 503, 'ERR_LOGIN_UNAVAILABLE', 'ERR_PROVIDER_STATUS'],
  ['the profile endpoint hangs', ['/v2/me', hang], 503, 'ERR_LOGIN_UNAVAILABLE', 'ERR_PROVIDER_TIMEOUT'],
  ['the profile endpoint refuses the token', ['/v2/me', answers(401)], 502, 'ERR_LOGIN_PROFILE', 'ERR_INVALID_TOKEN'],
  ['the profile is no JSON', ['/v2/me', { kind: 'malformed' }], 502, 'ERR_LOGIN_PROFILE', 'ERR_PROVIDER_RESPONSE'],
  ['the profile is null', ['/v2/me', json(null)], 502, 'ERR_LOGIN_PROFILE', 'ERR_PROVIDER_RESPONSE'],
  ['the profile has no id', ['/v2/me', json({ login: 'jdoe' })], 502, 'ERR_LOGIN_PROFILE', 'ERR_PROVIDER_RESPONSE'],
];

/** Everything of a login that must stay secret. */
function secretsOf(provider: FakeProvider): string[] {
  const { code, code_verifier: verifier } = Object.fromEntries(
    new URLSearchParams(provider.requests.find(({ path }) => path === '/oauth/token')?.body),
  );
  const tokens = provider.requests.map(({ headers }) => headers.authorization?.slice('Bearer '.length));
  return [siteClient.clientSecret, code, verifier, ...tokens].filter((secret) => secret !== undefined);
}

function failureOf(site: Site): LoginError {
  const [found] = [...site.errors, ...site.failures.map(({ info }) => info)];
  if (!(found instanceof LoginError)) throw new Error(`no LoginError but ${inspect(found)}`);
  return found;
}

/** All that a logger could make of an error. */
const logged = (error: Error) =>
  [
    inspect(error, { depth: 20, showHidden: true }),
    JSON.stringify(error),
    JSON.stringify(error.cause),
    error.stack,
  ].join();

describe('when something goes wrong at the provider', () => {
  test.each(outages)('%s', async (_what, [path, fault], status, code, cause) => {
    subscribe('passport-fortytwo:login', listen);
    const provider = await start();
    const site = await startSite(provider, { client: { timeout: 300 } });
    provider.fault(path, fault);
    const answer = await logIn(site);
    expect(await refusalOf(answer)).toEqual([status, code]);
    expect(failureOf(site)).toMatchObject({ code, status, cause: { code: cause } });
    // What the visitor can do nothing about is the error handler's, the rest is Passport's failure.
    expect([site.errors.length, site.failures.length]).toEqual(status >= 500 ? [1, 0] : [0, 1]);
    expect(site.logins).toEqual([]);
    expect(events.map(({ outcome, code: told }) => [outcome, told])).toEqual([
      ['started', undefined],
      ['failed', code],
    ]);
    const secrets = secretsOf(provider);
    expect(secrets.length).toBeGreaterThan(2);
    for (const secret of secrets) expect(logged(failureOf(site)) + JSON.stringify(events)).not.toContain(secret);
  });

  test('it is gone', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const browser = new Browser();
    const callback = await authorize(site, browser);
    await provider.stop();
    expect(await refusalOf(await browser.fetch(callback))).toEqual([503, 'ERR_LOGIN_UNAVAILABLE']);
  });

  test('a login that failed leaves nothing behind: the next one works', async () => {
    const provider = await start();
    const site = await startSite(provider);
    provider.fault('/oauth/token', answers(500), 1);
    const browser = new Browser();
    expect((await logIn(site, browser)).status).toBe(503);
    expect((await logIn(site, browser)).status).toBe(200);
  });
});

describe("when 42 has rotated the application's secret", () => {
  test('the error says so, and when the old one was due to expire', async () => {
    const until = Math.floor(Date.now() / 1000) + 86_400 * 30;
    const provider = await start({ clients: [{ ...siteClient, secretValidUntil: until }] });
    const site = await startSite(provider);
    expect((await logIn(site)).status).toBe(200);
    provider.rotateClientSecret(siteClient.clientID, 'the-next-secret');
    const answer = await logIn(site);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      code: 'ERR_LOGIN_CLIENT',
      message: expect.stringContaining(`due to expire on ${new Date(until * 1000).toISOString()}`),
    });
    expect(failureOf(site)).toMatchObject({ providerError: 'invalid_client', cause: { code: 'ERR_INVALID_CLIENT' } });
    expect(logged(failureOf(site))).not.toContain(siteClient.clientSecret);
  });

  test('the error names the possibility where no date is known', async () => {
    const provider = await start();
    const site = await startSite(provider);
    provider.rotateClientSecret(siteClient.clientID, 'the-next-secret');
    expect(await (await logIn(site)).json()).toMatchObject({ message: expect.stringContaining('may have expired') });
  });
});
