import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fakeUsers } from '../../lib/fake/index.js';
import { askedInChromium, consentInChromium, describeInChromium, logInWithChromium } from '../builders/chromium.js';
import { type Example, startExample, startExampleWith } from '../builders/example-site.js';
import { start } from '../builders/fake-provider.js';

const PATIENCE = 120_000;
const phone = { width: 360, height: 740 };
const desktop = { width: 1280, height: 720 };

/** Goes to every page that the site has, calling `look` on each. */
async function visitAll(page: Page, site: Example, look: (name: string) => Promise<void>): Promise<void> {
  const { url: siteURL } = site;
  await page.goto(siteURL);
  await look('front page');
  await page.goto(`${siteURL}/profile`);
  await look('front page that asks to log in');
  await page.goto(`${siteURL}/nowhere`);
  await look('no such page');
  await page.goto(`${site.callbackURL}?error=access_denied`);
  await look('failed login');
  if (site.fake.users.some(hasSecondFactor)) await visitSecondFactor(page, siteURL, look);
  for (const user of ['noname', 'msmith', 'jdoe']) {
    await logInWithChromium(page, siteURL, user);
    await look(`profile of ${user}`);
    if (user !== 'jdoe') {
      await page.getByRole('button', { name: 'Log out', exact: true }).click();
      await page.waitForURL(`${siteURL}/?loggedOut=here`);
      await page.context().clearCookies();
    }
  }
  await visitLinking(page, look);
  await page.goto(siteURL);
  await look('front page, logged in');
  await page.goto(`${siteURL}/try`);
  await look('API page');
  for (const name of ['Allowed', 'Missing scope', 'Revoked', 'No token']) {
    await page.getByRole('button', { name }).click();
    await page.getByRole('region', { name: `${name}: what went over the wire` }).waitFor();
    // The style sheets too.
    await page.waitForLoadState('load');
    await look(`API page: ${name}`);
  }
  await visitEnd(page, siteURL, look);
}

/** From the profile, and back to it. */
async function visitLinking(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  const other = page.getByRole('button', { name: /^Link / });
  await other.click();
  await page.getByRole('button', { name: 'Log in as jdoe' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByRole('link', { name: 'Back to your passport' }).waitFor();
  await page.waitForLoadState('load');
  await look('an account that is not linked');
  await page.getByRole('link', { name: 'Back to your passport' }).click();
  await other.click();
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByRole('button', { name: /^Unlink / }).waitFor();
  await page.waitForLoadState('load');
  await look('profile with a linked account');
}

/** Presses a button of a tab whose login has ended in another one. */
async function visitEnd(page: Page, siteURL: string, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto(`${siteURL}/profile`);
  const other = await page.context().newPage();
  await other.goto(siteURL);
  await other.getByRole('button', { name: 'Log out', exact: true }).click();
  await other.waitForURL(`${siteURL}/?loggedOut=here`);
  await other.close();
  await page.getByRole('button', { name: 'Refresh now' }).click();
  await page.getByRole('heading', { name: 'You are logged out' }).waitFor();
  await page.waitForLoadState('load');
  await look('a login that is over');
}

const hasSecondFactor = (user: object) => 'mfa' in user && user.mfa === true;

async function visitSecondFactor(page: Page, siteURL: string, look: (name: string) => Promise<void>): Promise<void> {
  await askedInChromium(page, siteURL);
  await look('second factor');
  await page.getByText('Use a backup code').click();
  await page.getByRole('textbox', { name: 'Backup code' }).fill('0000-0000');
  await page.getByRole('button', { name: 'Use this code' }).click();
  await page.getByRole('alert').waitFor();
  await page.waitForLoadState('load');
  await look('second factor: a wrong one');
  await page.context().clearCookies();
}

/** How many pixels a page is wider than the window. */
const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>;

/** What was seen on the way through a site. */
interface Seen {
  pages: number;
  titles: string[];
  /** Pages that are wider than a phone. */
  wide: [name: string, pixels: number][];
  /** Pages that lack a landmark, have another number of first headings than one, or no language. */
  lacking: [name: string, what: string, count: number | string | null][];
  /** Errors of the console, breaches of the pages' own security policy, and requests that failed. */
  told: string[];
  styles: Set<string>;
}

const landmarks = ['banner', 'navigation', 'main', 'contentinfo'] as const;

/** Looks at a page in both sizes, and leaves it in the one it had. */
async function lookAt(page: Page, name: string, seen: Seen): Promise<void> {
  const size = page.viewportSize() ?? desktop;
  seen.pages += 1;
  seen.titles.push(await page.title());
  for (const viewport of size.width === phone.width ? [desktop, phone] : [phone, desktop]) {
    await page.setViewportSize(viewport);
    if (viewport === phone && (await overflow(page)) > 0) seen.wide.push([name, await overflow(page)]);
    if (viewport === phone) continue;
    for (const role of landmarks) {
      const count = await page.getByRole(role).count();
      if (count !== 1) seen.lacking.push([name, role, count]);
    }
    const headings = await page.getByRole('heading', { level: 1 }).count();
    if (headings !== 1) seen.lacking.push([name, 'first heading', headings]);
    const language = await page.locator('html').getAttribute('lang');
    if (language !== 'en') seen.lacking.push([name, 'language', language]);
  }
}

/** Keeps what a page says of troubles, and which style sheets it loads. */
function listenTo(page: Page, { told, styles }: Seen): void {
  page.on('console', (message) => {
    // Chromium reports the status of a failed page there, which those pages have on purpose.
    if (!/^Failed to load resource: .* (401|403|404) /.test(message.text())) told.push(message.text());
  });
  page.on('pageerror', (error) => told.push(String(error)));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // The icon of a page that was left before it arrived.
    if (reason !== 'net::ERR_ABORTED') told.push(`${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.request().resourceType() === 'stylesheet') styles.add(new URL(response.url()).pathname);
  });
}

describeInChromium('how the example looks in Chromium', ({ open }) => {
  describe.each([
    { provider: '42', device: 'a phone', viewport: phone, colorScheme: 'light', pages: 16, names: 9 },
    { provider: '42min', device: 'a phone', viewport: phone, colorScheme: 'dark', pages: 16, names: 9 },
    { provider: 'oauth42', device: 'a desktop', viewport: desktop, colorScheme: 'light', pages: 18, names: 10 },
    { provider: 'oauth42', device: 'a phone', viewport: phone, colorScheme: 'dark', pages: 18, names: 10 },
  ] as const)('with $provider, on $device, in $colorScheme colours', (walk) => {
    const seen: Seen = { pages: 0, titles: [], wide: [], lacking: [], told: [], styles: new Set() };

    // One walk through the site for all that is judged of it below.
    beforeAll(async () => {
      const site = await startExample({ FORTYTWO_PROVIDER: walk.provider });
      const page = await (await open({ viewport: walk.viewport, colorScheme: walk.colorScheme })).newPage();
      listenTo(page, seen);
      await visitAll(page, site, (name) => lookAt(page, name, seen));
    }, PATIENCE);

    test('no page is wider than a phone', () => {
      expect(seen.wide).toEqual([]);
      expect(seen.pages).toBe(walk.pages);
    });

    test('no page breaks its own security policy or writes errors to the console', () => {
      expect(seen.told).toEqual([]);
      expect(seen.styles).toEqual(
        new Set([
          '/style.css',
          '/controls.css',
          '/home.css',
          '/passport.css',
          '/login.css',
          '/try.css',
          '/second-factor.css',
          '/fake.css',
        ]),
      );
    });

    test('a page has its landmarks, one first heading, a language and a name', () => {
      expect(seen.lacking).toEqual([]);
      expect(seen.titles.every((title) => /^\S.* · Passport Office$/.test(title))).toBe(true);
      expect(new Set(seen.titles).size).toBe(walk.names);
    });
  });

  test(
    'names without an end and pictures without a source fit a phone',
    async () => {
      const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3);
      const profile = {
        ...fakeUsers.student.profile,
        displayname: `${long} ${long}`,
        usual_full_name: `${long} ${long}`,
        image: { link: '/images/nobody.svg' },
        campus: [{ id: 1, name: long, city: long, country: long }],
        cursus_users: [{ level: 1.5, grade: long, cursus: { id: 1, name: long } }],
      };
      const fake = await start({ users: [{ login: 'jdoe', profile }] });
      const users = [{ login: 'jdoe', profile: { sub: '1', name: long } }];
      const linkFake = await start({ provider: 'oauth42', anyLoopbackPort: true, users });
      const { url } = await startExampleWith(fake, '42', { fake: linkFake, name: 'oauth42' });
      const page = await (await open({ viewport: phone })).newPage();
      await logInWithChromium(page, url);
      expect(await overflow(page)).toBe(0);
      expect(await page.getByText('WW', { exact: true }).isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Link OAuth42' }).click();
      await consentInChromium(page);
      await page.getByRole('button', { name: 'Unlink OAuth42' }).waitFor();
      expect(await overflow(page)).toBe(0);
      await page.goto(url);
      expect(await overflow(page)).toBe(0);
    },
    PATIENCE,
  );

  test(
    'a keyboard reaches the content first, then every control, with a visible focus',
    async () => {
      const site = await startExample();
      const page = await (await open()).newPage();
      await logInWithChromium(page, site.url);
      await page.goto(`${site.url}/try`);
      const reached: string[] = [];
      for (let press = 0; press < 10; press += 1) {
        await page.keyboard.press('Tab');
        const focus = (await page.evaluate(`(() => {
          const element = document.activeElement;
          const name = (element.querySelector('strong') ?? element).textContent.trim();
          return { name, outline: getComputedStyle(element).outlineStyle };
        })()`)) as { name: string; outline: string };
        expect(focus).toEqual({ name: focus.name, outline: 'solid' });
        reached.push(focus.name);
      }
      expect(reached).toEqual([
        'Skip to the content',
        'stand-in on this machine',
        'Passport Office',
        'Passport',
        'API',
        'Log out',
        'Allowed',
        'Missing scope',
        'Revoked',
        'No token',
      ]);
    },
    PATIENCE,
  );
});
