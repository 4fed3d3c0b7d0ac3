import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { logInAtExample, printed, runExample, setupOf, startExample } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';
import { visitor } from '../builders/login-site.js';

const REVOKE = '/oauth/revoke';
const PATIENCE = 60_000;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the example, after a logout that the provider does not answer', () => {
  test(
    'S12: has stopped within its time',
    async () => {
      const told = jest.spyOn(console, 'error').mockReturnValue();
      const site = await startExample();
      site.fake.fault(REVOKE, { kind: 'hang' });
      const browser = visitor();
      await logInAtExample(site, browser);
      await browser.press('Log out everywhere');
      const began = performance.now();
      await site.stop();
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(told).toHaveBeenCalledWith('Stopped before the provider had revoked the tokens of 1 login.');
      // The fake is gone by now, so that the tries that are left fail at once.
      expect(await site.settle()).toEqual({ left: 0 });
    },
    PATIENCE,
  );

  test(
    'S12: ends as a process within its time, though the connection to the provider stays open',
    async () => {
      const fake = await start({ anyLoopbackPort: true });
      fake.fault(REVOKE, { kind: 'hang' });
      const { clientID, clientSecret } = setupOf('42').fake.clients.site;
      const run = runExample({
        PORT: '0',
        FORTYTWO_CLIENT_ID: clientID,
        FORTYTWO_CLIENT_SECRET: clientSecret,
        FORTYTWO_BASE_URL: fake.url,
      });
      const [, url = ''] = await printed(run, /at (http:\/\/localhost:\d+) /);
      const browser = visitor();
      await logInAtExample({ url, callbackURL: `${url}/auth/42/callback` }, browser);
      await browser.press('Log out everywhere');
      const began = performance.now();
      run.child.kill('SIGTERM');
      expect(await run.ended).toBe(0);
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(run.stderr).toContain('Stopped before the provider had revoked the tokens of 1 login.');
    },
    PATIENCE,
  );
});
