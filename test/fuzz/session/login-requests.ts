import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { ask } from '../../builders/api.js';
import { startLoginSite, visit, visitor } from '../../builders/login-site.js';
import { oauth42Client } from '../../builders/oauth42-site.js';
import { locationOf } from '../../builders/site.js';
import { oauth42 } from '../../builders/strict-providers.js';
import { changed, hostileText, textChanges, wellFormed } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';
import { assertTyped } from './own-requests.js';

const FRESH_MS = 1_000;

/** A site, and what it has sealed for a login that must prove anew who somebody is. */
async function sealedRequest() {
  const provider = await oauth42.start({ anyLoopbackPort: true });
  const site = await startLoginSite({
    clients: [oauth42Client(provider)],
    routes: (app, { requireLogin }) =>
      app.get('/fresh', requireLogin({ freshWithin: FRESH_MS }), (_req, res) => void res.json({})),
  });
  const browser = visitor();
  await visit(site, '/profile', { browser });
  await sleep(FRESH_MS + 50);
  const url = new URL(locationOf(await browser.fetch(`${site.url}/fresh`)), site.url);
  const [name = ''] = [...url.searchParams.keys()].filter((key) => key !== 'returnTo');
  return { site, url, name, sealed: url.searchParams.get(name) ?? '' };
}

export const loginRequestProperties = [
  property('L12: what a page of the site asks of a login counts as it was sealed, and as nothing once it was changed', {
    runs: 120,
    prepare: sealedRequest,
    cases: fc.oneof(
      { weight: 5, arbitrary: textChanges(hostileText(8)) },
      { weight: 1, arbitrary: hostileText().map((instead) => ({ instead })) },
    ),
    reaches: ['as it was sealed', 'as usual'],
    async check(given, { site, url, name, sealed }) {
      const value = wellFormed(Array.isArray(given) ? changed(sealed, given) : given.instead);
      const asked = new URL(url);
      asked.searchParams.set(name, value);
      const answer = await ask(asked.href);
      assertTyped(site);
      demand(answer.status === 302, 'no login was begun', { status: answer.status, text: answer.text });
      const prompt = new URL(String(answer.headers.location)).searchParams.get('prompt');
      demand((prompt === 'login') === (value === sealed), 'another request than was sealed', { prompt, value, sealed });
      return prompt === null ? 'as usual' : 'as it was sealed';
    },
  }),
];
