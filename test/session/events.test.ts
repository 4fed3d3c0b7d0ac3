import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyFakeProvider } from '../../lib/fake/index.js';
import { FortyTwoError } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { jsonAt, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf, consent, locationOf } from '../builders/site.js';
import { oauth42 } from '../builders/strict-providers.js';

const channels = ['login', 'session', 'refresh', 'revocation', 'profile-refresh', 'provider-call'];
let told: [channel: string, event: Record<string, unknown>][] = [];
const keep = (event: unknown, channel: string | symbol) =>
  void told.push([String(channel).replace('passport-fortytwo:', ''), event as Record<string, unknown>]);

beforeEach(() => {
  told = [];
  for (const name of channels) subscribe(`passport-fortytwo:${name}`, keep);
});
afterEach(() => {
  for (const name of channels) unsubscribe(`passport-fortytwo:${name}`, keep);
});

/** What went over the wire and is nobody's business: codes, tokens, verifiers. */
function secretsOf(provider: AnyFakeProvider): string[] {
  const found = provider.requests.flatMap(({ headers, body, query }) => {
    const fields: Record<string, string> = body.startsWith('{')
      ? JSON.parse(body)
      : Object.fromEntries(new URLSearchParams(body));
    const names = ['code', 'code_verifier', 'refresh_token', 'access_token', 'token', 'client_secret'];
    return [headers.authorization?.split(' ')[1], query.get('state'), ...names.map((name) => fields[name])];
  });
  return [...new Set(found.filter((one): one is string => typeof one === 'string' && one.length > 15))];
}

/** The whole life of a login with two accounts, in which most things go wrong as well. */
async function aWholeLife() {
  const [fortyTwo, oauth] = await Promise.all([start(), oauth42.start({ anyLoopbackPort: true })]);
  const site = await startLoginSite({
    clients: [clientOf(fortyTwo), oauth42Client(oauth)],
    routes: (app, session) =>
      app.get('/me', async (req, res) => void res.json(await session.apiFor(req).get('/v2/me'))),
  });
  const browser = visitor();
  await visit(site, '/form', { browser });
  const shown = [await jsonAt(site, browser, '/login')];
  await browser.get(`${site.url}/form`);
  await browser.get(await consent(browser, locationOf(await browser.press('Link oauth42')), 'jdoe'));
  fortyTwo.fault('/v2/me', { kind: 'status', status: 401 }, 1);
  await browser.get(`${site.url}/me`);
  await browser.post(`${site.url}/refresh-profile`, {});
  fortyTwo.fault('/v2/me', { kind: 'status', status: 503 }, 1);
  await browser.post(`${site.url}/refresh-profile`, {});
  fortyTwo.fault('/v2/me', { kind: 'status', status: 403 }, 1);
  await browser.get(`${site.url}/me`);
  shown.push(await jsonAt(site, browser, '/login'));
  await browser.get(`${site.url}/form`);
  await browser.press('Unlink oauth42');
  await browser.get(`${site.url}/form`);
  await browser.press('Unlink 42');
  fortyTwo.fault('/oauth/revoke', { kind: 'status', status: 503 }, 2);
  await browser.get(`${site.url}/form`);
  await browser.press('Log out');
  await visit(site, '/form', { browser });
  fortyTwo.fault('/v2/me', { kind: 'status', status: 401 });
  fortyTwo.fault('/oauth/token', { kind: 'json', status: 400, body: { error: 'invalid_grant' } });
  await browser.get(`${site.url}/me`);
  await site.session.settle();
  return { site, shown, secrets: [...secretsOf(fortyTwo), ...secretsOf(oauth)] };
}

describe('what loginSession tells', () => {
  test('is each step of a login, in order', async () => {
    await aWholeLife();
    const steps = told
      .filter(([channel]) => ['session', 'refresh', 'profile-refresh'].includes(channel))
      .map(([channel, { provider, outcome, code }]) => [channel, provider, outcome, code].filter(Boolean).join(' '));
    expect(steps).toEqual([
      'session 42 begun',
      'session oauth42 linked',
      'refresh 42 refreshed',
      'profile-refresh 42 refreshed',
      'profile-refresh 42 kept ERR_PROVIDER_STATUS',
      'session oauth42 unlinked',
      'session 42 ended',
      'session 42 begun',
      'refresh 42 refused ERR_INVALID_GRANT',
      'session 42 ended',
    ]);
    const revocations = told.filter(([channel]) => channel === 'revocation');
    const outcomes = revocations.map(([, { provider, outcome }]) => `${provider} ${outcome}`);
    expect(outcomes.sort()).toEqual(['42 failed', '42 revoked', '42 revoked', 'oauth42 revoked']);
    for (const [, { clientID }] of told) expect(clientID).toEqual(expect.any(String));
  });

  test('T10: holds no token, code or secret, nor does any error or what the site is shown of a login', async () => {
    const { site, shown, secrets } = await aWholeLife();
    expect(secrets.length).toBeGreaterThan(10);
    expect(site.errors.filter((error) => error instanceof FortyTwoError).length).toBeGreaterThan(1);
    const text = inspect([told, shown, site.errors], {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
      getters: true,
    });
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
