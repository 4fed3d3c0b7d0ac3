import { expect, test } from '@jest/globals';
import { describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { profileRequests, startExample } from '../builders/example-site.js';

const PATIENCE = 60_000;

describeInChromium('logging out of the example in Chromium', ({ open }) => {
  test.each(['42', '42min', 'oauth42'])(
    'with %s ends the session and its token, and the back button shows no profile',
    async (provider) => {
      const site = await startExample({ FORTYTWO_PROVIDER: provider });
      const context = await open();
      const page = await context.newPage();
      await logInWithChromium(page, site.url);
      const [headers = {}] = profileRequests(site).map(({ authorization }) => ({ authorization }));
      const api = async () => (await fetch(`${site.url}/api/me`, { headers })).status;
      expect(await api()).toBe(200);

      await page.getByRole('button', { name: 'Log out', exact: true }).click();
      await page.waitForURL(`${site.url}/?loggedOut=here`);
      expect(await page.getByRole('status').textContent()).toBe('You are logged out, and your tokens are revoked.');
      await site.settle();
      expect(await api()).toBe(401);

      await page.goto(`${site.url}/profile`);
      expect(await page.getByRole('status').textContent()).toBe('Log in to see that page.');
      await page.goBack();
      await page.goBack();
      expect(await page.getByRole('article').count()).toBe(0);
    },
    PATIENCE,
  );

  test(
    'a page of another site cannot log anybody out',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      // The fake 42 is at 127.0.0.1, which to a browser is another site than localhost.
      await page.goto(`${site.fake.url}/`);
      const [answer] = await Promise.all([
        page.waitForResponse(`${site.url}/logout`),
        page.evaluate(`{
          const form = document.body.appendChild(document.createElement('form'));
          form.method = 'post';
          form.action = ${JSON.stringify(`${site.url}/logout`)};
          form.submit();
        }`),
      ]);
      // Without the SameSite cookie nobody is logged in, and so nobody is logged out.
      expect(answer.status()).toBe(303);
      await page.waitForURL(`${site.url}/?loggedOut=here`);
      expect(await page.getByText('You are logged out').count()).toBe(0);
      await page.goto(`${site.url}/profile`);
      expect(page.url()).toBe(`${site.url}/profile`);
    },
    PATIENCE,
  );
});
