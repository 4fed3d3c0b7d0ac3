import { setTimeout as sleep } from 'node:timers/promises';
import { Browser, whereTo } from '../builders/browser.js';
import type { Tally } from './tally.js';

export interface PeopleOptions {
  siteURL: string;
  tally: Tally;
  /** Milliseconds between two requests. */
  pause: number;
}

const REFRESH = 'Refresh now';

/** Somebody who logs in, looks around, links an account, and logs out, again and again. */
export async function visit(user: string, options: PeopleOptions, end: AbortSignal): Promise<void> {
  const { siteURL, tally, pause } = options;
  for (let round = 0; !end.aborted; round += 1) {
    const browser = new Browser({ tellsSource: true });
    const step = async (kind: string, request: () => Promise<number>) => {
      const status = await tally.count(kind, request);
      await sleep(pause);
      return status === 200;
    };
    if (!(await step('login', () => logIn(browser, siteURL, user)))) continue;
    // Long enough for some that their tokens are refreshed.
    const looks = round % 4 === 0 ? 60 : 5;
    for (let look = 0; look < looks && !end.aborted; look += 1) {
      await step('profile', () => open(browser, `${siteURL}/profile`));
      // A login may have ended, when the answer to a refresh was lost.
      if (!browser.buttons().includes(REFRESH)) break;
      if (look % 4 === 0) await step('profile anew', () => press(browser, REFRESH));
    }
    if (browser.buttons().includes('Link OAuth42') && round % 2 === 0) {
      await step('link', () => link(browser));
      if (browser.buttons().includes('Unlink OAuth42')) await step('unlink', () => press(browser, 'Unlink OAuth42'));
    }
    await open(browser, `${siteURL}/profile`).catch(() => undefined);
    const button = round % 5 === 4 ? 'Log out everywhere' : 'Log out';
    if (browser.buttons().includes(button)) await step('logout', () => press(browser, button));
  }
}

/** Logs in, up to the page that this ends at; the status is that page's. */
export async function logIn(browser: Browser, siteURL: string, user: string): Promise<number> {
  const started = await browser.fetch(`${siteURL}/auth/42`);
  return consent(browser, started, user);
}

export async function press(browser: Browser, button: string): Promise<number> {
  return (await browser.press(button)).status;
}

async function open(browser: Browser, url: string): Promise<number> {
  return (await browser.get(url)).status;
}

async function link(browser: Browser): Promise<number> {
  return consent(browser, await browser.press('Link OAuth42'), 'jdoe');
}

/** Goes to the provider, logs in there and consents, and comes back. */
async function consent(browser: Browser, answer: Response, user: string): Promise<number> {
  const url = whereTo(answer);
  if (url === undefined) return answer.status;
  let page = await browser.get(url);
  if (browser.buttons().includes(`Log in as ${user}`)) page = await browser.press(`Log in as ${user}`);
  if (browser.buttons().includes('Authorize')) page = await browser.press('Authorize');
  const back = whereTo(page);
  return back === undefined ? page.status : open(browser, back);
}
