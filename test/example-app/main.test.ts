import { describe, expect, test } from '@jest/globals';
import type { AnyFakeProviderOptions } from '../../lib/fake/index.js';
import { logInAtExample, printed, runExample, setupOf } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';
import { consent, locationOf } from '../builders/site.js';

const PATIENCE = 60_000;
const address = /at (http:\/\/localhost:\d+) /;

describe('the example as a process', () => {
  test(
    'says where it is, that 42 is a fake, and that sessions end with it',
    async () => {
      const run = runExample({ PORT: '0' });
      const [, url = ''] = await printed(run, address);
      expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
      expect(run.stdout).toMatch(/fake 42 at http:\/\/127\.0\.0\.1:\d+/);
      expect(run.stdout).toContain(`${url}/auth/42/callback`);
      expect(run.stdout).toMatch(/Accounts can be linked to those of a fake OAuth42 at http:\/\/127\.0\.0\.1:\d+\./);
      expect(run.stdout).toContain('ksafe has a second factor: 424242');
      expect(run.stdout).toContain('SESSION_SECRET is not set');
    },
    PATIENCE,
  );

  test.each([
    { provider: '42', name: '42', told: '/auth/42/callback' },
    { provider: '42min', name: '42min', told: '/auth/42min/callback' },
    { provider: 'oauth42', name: 'OAuth42', told: 'ksafe has a second factor: 424242' },
  ])(
    'FORTYTWO_PROVIDER=$provider: it starts a fake $name, and all pages say so',
    async ({ provider, name, told }) => {
      const run = runExample({ PORT: '0', FORTYTWO_PROVIDER: provider });
      const [, url = ''] = await printed(run, address);
      const [, fakeURL] = await printed(run, new RegExp(`fake ${name} at (http://127\\.0\\.0\\.1:\\d+),`));
      expect(run.stdout).toContain(told);
      const page = await (await fetch(url)).text();
      expect(page).toContain(`>Log in with ${name}</a>`);
      expect(page).toContain(`<strong>Fake ${name}.</strong> This site talks to a <a href="${fakeURL}">`);
      const login = await fetch(`${url}/auth/${provider}`, { redirect: 'manual' });
      expect(new URL(login.headers.get('location') ?? '').origin).toBe(fakeURL);
    },
    PATIENCE,
  );

  test.each([
    { provider: '42', authorize: 'https://api.intra.42.fr/oauth/authorize' },
    { provider: '42min', authorize: 'https://api.42min.us/v1/oauth/authorize' },
    { provider: 'oauth42', authorize: 'https://auth.oauth42.com/oauth/authorize' },
  ])(
    'with an application at $provider it uses the real one and no fake',
    async ({ provider, authorize }) => {
      const run = runExample({
        PORT: '0',
        FORTYTWO_PROVIDER: provider,
        FORTYTWO_CLIENT_ID: 'u-1',
        FORTYTWO_CLIENT_SECRET: 's-s4t2ud-6e0f3b9d2a7c4158',
        SESSION_SECRET: 'a secret of more than thirty-two characters',
      });
      const [, url = ''] = await printed(run, address);
      expect(run.stdout).not.toContain('fake');
      expect(run.stdout).not.toContain('SESSION_SECRET');
      const login = await fetch(`${url}/auth/${provider}`, { redirect: 'manual' });
      const to = new URL(login.headers.get('location') ?? '');
      expect([to.origin + to.pathname, to.searchParams.get('client_id')]).toEqual([authorize, 'u-1']);
      expect(await (await fetch(url)).text()).not.toContain('class="banner"');
    },
    PATIENCE,
  );

  test.each(['42', '42min', 'oauth42'] as const)(
    "with an application at a %s of one's own it uses that one",
    async (provider) => {
      const fake = await start({ provider, anyLoopbackPort: true } as AnyFakeProviderOptions);
      const { clientID, clientSecret } = setupOf(provider).fake.clients.site;
      const run = runExample({
        PORT: '0',
        FORTYTWO_PROVIDER: provider,
        FORTYTWO_CLIENT_ID: clientID,
        FORTYTWO_CLIENT_SECRET: clientSecret,
        FORTYTWO_BASE_URL: fake.url,
      });
      const [, url = ''] = await printed(run, address);
      const browser = visitor();
      await logInAtExample({ url, callbackURL: `${url}/auth/${provider}/callback` }, browser);
      expect(browser.url).toBe(`${url}/profile`);
      expect(browser.html).toContain('<h1 id="name">');
      expect(browser.html).not.toContain('class="banner"');
    },
    PATIENCE,
  );

  test(
    "with applications at two providers of one's own it links accounts of the second",
    async () => {
      const first = await start({ anyLoopbackPort: true });
      const second = await start({ provider: 'oauth42', anyLoopbackPort: true });
      const [application, linked] = [setupOf('42').fake.clients.site, setupOf('oauth42').fake.clients.site];
      const run = runExample({
        PORT: '0',
        FORTYTWO_CLIENT_ID: application.clientID,
        FORTYTWO_CLIENT_SECRET: application.clientSecret,
        FORTYTWO_BASE_URL: first.url,
        FORTYTWO_LINK_CLIENT_ID: linked.clientID,
        FORTYTWO_LINK_CLIENT_SECRET: linked.clientSecret,
        FORTYTWO_LINK_BASE_URL: second.url,
      });
      const [, url = ''] = await printed(run, address);
      expect(run.stdout).toContain(`${url}/auth/oauth42/callback`);
      const browser = visitor();
      await logInAtExample({ url, callbackURL: `${url}/auth/42/callback` }, browser);
      await browser.get(await consent(browser, locationOf(await browser.press('Link OAuth42')), 'jdoe'));
      expect(browser.buttons()).toContain('Unlink OAuth42');
    },
    PATIENCE,
  );

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: it finishes and exits with 0',
    async (signal) => {
      const run = runExample({ PORT: '0' });
      const [, url = ''] = await printed(run, address);
      await (await fetch(url)).text();
      run.child.kill(signal);
      expect(await run.ended).toBe(0);
      expect(run.stderr).toBe('');
    },
    PATIENCE,
  );

  test.each([
    { problem: 'an id without its secret', env: { FORTYTWO_CLIENT_ID: 'u-1' }, says: 'FORTYTWO_CLIENT_SECRET is not' },
    { problem: 'an unknown provider', env: { FORTYTWO_PROVIDER: '43' }, says: 'one of 42, 42min, oauth42' },
    {
      problem: 'a callback over http that is not loopback',
      env: { FORTYTWO_CALLBACK_URL: 'http://site.example/auth/42/callback' },
      says: 'callbackURL must be https',
    },
    {
      problem: 'a callback that no 42min would take',
      env: { FORTYTWO_PROVIDER: '42min', FORTYTWO_CALLBACK_URL: 'http://[::1]:3000/auth/42min/callback' },
      says: 'each of redirectURIs is https',
    },
    { problem: 'an address of another machine', env: { HOST: '192.0.2.1' }, says: 'HOST is no address' },
  ])(
    '$problem: one clear line and exit code 1',
    async ({ env, says }) => {
      const run = runExample({ PORT: '0', ...env });
      expect(await run.ended).toBe(1);
      expect(run.stderr).toContain(says);
      expect(run.stderr.trim().split('\n')).toHaveLength(1);
      expect(run.stdout).toBe('');
    },
    PATIENCE,
  );

  test(
    'a port that is taken: it says so and exits with 1',
    async () => {
      const first = runExample({ PORT: '0' });
      const [, url = ''] = await printed(first, address);
      const second = runExample({ PORT: new URL(url).port });
      expect(await second.ended).toBe(1);
      expect(second.stderr).toContain('Another program listens on this port');
    },
    PATIENCE,
  );
});
