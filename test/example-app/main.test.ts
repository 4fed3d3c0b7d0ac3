import { describe, expect, test } from '@jest/globals';
import { printed, runExample } from '../builders/example-site.js';

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
      expect(run.stdout).toContain('SESSION_SECRET is not set');
    },
    PATIENCE,
  );

  test(
    'with an application it uses the real 42 and no fake',
    async () => {
      const run = runExample({
        PORT: '0',
        FORTYTWO_CLIENT_ID: 'u-1',
        FORTYTWO_CLIENT_SECRET: 's-1',
        SESSION_SECRET: 'a secret of more than thirty-two characters',
      });
      const [, url = ''] = await printed(run, address);
      expect(run.stdout).not.toContain('fake');
      expect(run.stdout).not.toContain('SESSION_SECRET');
      const login = await fetch(`${url}/auth/42`, { redirect: 'manual' });
      expect(login.headers.get('location')).toMatch(/^https:\/\/api\.intra\.42\.fr\/oauth\/authorize\?.*client_id=u-1/);
      expect(await (await fetch(url)).text()).not.toContain('Fake 42');
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
    {
      problem: 'a callback over http that is not loopback',
      env: { FORTYTWO_CALLBACK_URL: 'http://site.example/auth/42/callback' },
      says: 'callbackURL must be https',
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
