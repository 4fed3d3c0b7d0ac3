import { expect, test } from '@jest/globals';
import { consentInChromium, describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { loginPathOf, printed, runExample, startExample } from '../builders/example-site.js';

const PATIENCE = 60_000;

describeInChromium('logging in to the example in Chromium', ({ open }) => {
  test(
    'at the site as its own process: from the front page to a passport with picture and levels',
    async () => {
      const [, url = ''] = await printed(runExample({ PORT: '0' }), /at (http:\/\/localhost:\d+) /);
      const page = await (await open()).newPage();
      await logInWithChromium(page, url);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe("Élodie D'Oé Ñandú");
      const picture = page.getByRole('img', { name: 'Picture of Élodie' });
      expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(240);
      const facts = await page.getByRole('article').locator('dl').innerText();
      expect(facts.split(/\s*\n+\s*/)).toEqual(
        expect.arrayContaining(['jdoe', 'Student', 'Paris', 'France', '142 ₳', '7']),
      );
      const cursus = page.getByRole('region', { name: 'Cursus' }).getByRole('listitem');
      expect(await cursus.allInnerTexts()).toEqual([
        expect.stringMatching(/^42cursus\s+Transcender · since Nov 2023\s+LEVEL\s+11\s+8 %$/),
        expect.stringMatching(/^C Piscine\s+Pisciner · Sept 2023\s+LEVEL\s+4\s+21 %$/),
      ]);
      const bar = page.getByRole('progressbar', { name: 'Progress from level 11 to 12' });
      expect(await bar.getAttribute('value')).toBe('8');
    },
    PATIENCE,
  );

  test.each([
    {
      provider: '42min',
      facts: ['usr_4242a1', 'jdoe', 'jdoe@student.42.example', 'Local calendars', 'Owner', 'Europe/Paris'],
      pictures: 0,
    },
    {
      provider: 'oauth42',
      facts: ["D'Oé Ñandú", 'Élodie', 'jdoe@student.42.example', 'Yes', '2 May 2026'],
      pictures: 1,
    },
  ])(
    'with $provider, from the front page to a passport with what it tells and no more',
    async ({ provider, facts, pictures }) => {
      const run = runExample({ PORT: '0', FORTYTWO_PROVIDER: provider });
      const [, url = ''] = await printed(run, /at (http:\/\/localhost:\d+) /);
      const page = await (await open()).newPage();
      await logInWithChromium(page, url);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe("Élodie D'Oé Ñandú");
      const told = page.getByRole('article').locator('dd');
      expect((await told.allInnerTexts()).sort()).toEqual(facts.sort());
      expect(await page.getByRole('img', { name: 'Picture of Élodie' }).count()).toBe(pictures);
      expect(await page.getByText(/Cursus|Wallet|not known/).count()).toBe(0);
    },
    PATIENCE,
  );

  test.each([
    { provider: '42', user: 'jdoe', name: "Élodie D'Oé Ñandú", pictures: 1, cursus: 2, unknown: 0 },
    { provider: '42', user: 'msmith', name: 'Morgan Smith', pictures: 1, cursus: 0, unknown: 0 },
    { provider: '42', user: 'noname', name: 'noname', pictures: 0, cursus: 0, unknown: 5 },
    { provider: '42min', user: 'noname', name: 'Person usr_0000c3', pictures: 0, cursus: undefined, unknown: 0 },
    { provider: 'oauth42', user: 'noname', name: 'Person user_0000c3', pictures: 0, cursus: undefined, unknown: 5 },
  ])(
    '$user sees a whole passport, whatever $provider knows',
    async ({ provider, user, name, pictures, cursus, unknown }) => {
      const site = await startExample({ FORTYTWO_PROVIDER: provider });
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url, user);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(name);
      expect(await page.getByRole('img', { name: 'Picture of' }).count()).toBe(pictures);
      expect(await page.getByRole('progressbar').count()).toBe(cursus ?? 0);
      expect(await page.getByText('No cursus in this passport yet.').count()).toBe(cursus === 0 ? 1 : 0);
      expect(await page.getByText('not known', { exact: true }).count()).toBe(unknown);
      expect(await page.getByText(/undefined|null|NaN|\[object/).count()).toBe(0);
    },
    PATIENCE,
  );

  test.each(['42', '42min', 'oauth42'])(
    'saying no at %s leads to a page that says so, from which trying again works',
    async (provider) => {
      const site = await startExample({ FORTYTWO_PROVIDER: provider });
      const page = await (await open()).newPage();
      await page.goto(site.url + loginPathOf(site));
      await page.getByRole('button', { name: 'Log in as jdoe' }).click();
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url().startsWith(site.callbackURL)),
        page.getByRole('button', { name: 'Deny' }).click(),
      ]);
      expect(answer.status()).toBe(403);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('You said no');
      expect(await page.getByText('You declined to share your profile').count()).toBe(1);
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.getByRole('button', { name: 'Authorize' }).click();
      await page.waitForURL(`${site.url}/profile`);
    },
    PATIENCE,
  );

  test(
    'a login asked for by a page ends on that page',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await page.goto(`${site.url}/try`);
      expect(await page.getByRole('status').textContent()).toBe('Log in to see that page.');
      await page.getByRole('link', { name: 'Log in with 42' }).click();
      await consentInChromium(page);
      await page.waitForURL(`${site.url}/try`);
    },
    PATIENCE,
  );

  test(
    'a login begun at 127.0.0.1 ends at localhost',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await page.goto(`http://127.0.0.1:${site.port}/`);
      await page.getByRole('link', { name: 'Log in with 42' }).click();
      await consentInChromium(page);
      await page.waitForURL(`${site.url}/profile`);
    },
    PATIENCE,
  );
});
