import { expect, test } from '@jest/globals';
import { describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { startExample } from '../builders/example-site.js';

const PATIENCE = 60_000;

const refused = /401 Unauthorized[\s\S]*error="invalid_token"/;

const providers = [
  {
    provider: '42',
    path: '/api/projects',
    allowed: /200 OK[\s\S]*"name": "Libft"/,
    lacking: 'projects',
    revoked: [/200 OK/, refused],
  },
  {
    provider: '42min',
    path: '/api/calendar',
    allowed: /200 OK[\s\S]*"timezone": "Europe\/Paris"/,
    lacking: 'bookings:read',
    revoked: [/200 OK/, refused, /200 OK/],
  },
  {
    provider: 'oauth42',
    path: '/api/contact',
    allowed: /200 OK[\s\S]*"email": "jdoe@student\.42\.example"/,
    lacking: 'email',
    revoked: [/200 OK/, refused],
  },
];

describeInChromium('the API page of the example in Chromium', ({ open }) => {
  test.each(providers)(
    'with $provider shows request and answer for each of the four tokens',
    async ({ provider, path, allowed, lacking, revoked }) => {
      const site = await startExample({ FORTYTWO_PROVIDER: provider });
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      await page.getByRole('link', { name: 'API' }).click();

      const answersTo = async (button: string) => {
        await page.getByRole('button', { name: button }).click();
        await page.getByRole('region', { name: `${button}: what went over the wire` }).waitFor();
        const requests = await page.getByRole('figure').filter({ hasText: 'Request' }).allInnerTexts();
        const answers = await page.getByRole('figure').filter({ hasText: 'Answer' }).allInnerTexts();
        return { requests, answers };
      };

      const good = await answersTo('Allowed');
      expect(good.requests).toEqual([expect.stringContaining(`GET ${path} HTTP/1.1`)]);
      expect(good.requests).toEqual([expect.stringContaining('Authorization: Bearer ••••••••')]);
      expect(good.answers).toEqual([expect.stringMatching(allowed)]);

      const { answers: missing } = await answersTo('Missing scope');
      expect(missing).toEqual([
        expect.stringMatching(
          new RegExp(`403 Forbidden[\\s\\S]*error="insufficient_scope"[\\s\\S]*scope="${lacking}"`),
        ),
      ]);

      const { answers: ended } = await answersTo('Revoked');
      expect(ended).toEqual(revoked.map((answer) => expect.stringMatching(answer)));

      const none = await answersTo('No token');
      expect(none.requests).toEqual([expect.not.stringContaining('Authorization')]);
      expect(none.answers).toEqual([
        expect.stringMatching(/401 Unauthorized[\s\S]*WWW-Authenticate: Bearer realm="api"\n/),
      ]);
    },
    PATIENCE,
  );
});
