import { expect, test } from '@jest/globals';
import { describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { startExample } from '../builders/example-site.js';

const PATIENCE = 60_000;

describeInChromium('the API page of the example in Chromium', ({ open }) => {
  test(
    'shows request and answer for each of the four tokens',
    async () => {
      const site = await startExample();
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

      const allowed = await answersTo('Allowed');
      expect(allowed.requests).toEqual([expect.stringContaining('GET /api/projects HTTP/1.1')]);
      expect(allowed.requests).toEqual([expect.stringContaining('Authorization: Bearer ••••••••')]);
      expect(allowed.answers).toEqual([expect.stringMatching(/200 OK[\s\S]*"name": "Libft"/)]);

      const { answers: missing } = await answersTo('Missing scope');
      expect(missing).toEqual([
        expect.stringMatching(/403 Forbidden[\s\S]*error="insufficient_scope"[\s\S]*scope="projects"/),
      ]);

      const { answers: revoked } = await answersTo('Revoked');
      expect(revoked).toEqual([
        expect.stringContaining('200 OK'),
        expect.stringMatching(/401 Unauthorized[\s\S]*error="invalid_token"/),
      ]);

      const none = await answersTo('No token');
      expect(none.requests).toEqual([expect.not.stringContaining('Authorization')]);
      expect(none.answers).toEqual([
        expect.stringMatching(/401 Unauthorized[\s\S]*WWW-Authenticate: Bearer realm="api"\n/),
      ]);
    },
    PATIENCE,
  );
});
