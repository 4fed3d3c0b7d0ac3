import { describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import express4 from 'express4';
import type { FakeProvider } from '../../lib/fake/index.js';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { authorize, refusalOf, type Site, startSite } from '../builders/site.js';

describe('parameters', () => {
  const apps: Record<string, () => Express> = {
    "Express 5's parser": () => express(),
    "Express 4's parser": () => express4(),
    'qs on Express 5': () => express().set('query parser', 'extended'),
    'no parser': () => express().set('query parser', false),
  };
  const queries = [
    'code[]=C&state=S',
    'code[a]=C&state=S',
    'code%5B%5D=C&state=S',
    'code=C&code=C&state=S',
    'code=C&code=D&state=S',
    'code=C&code[]=C&state=S',
    'code=C&state=S&state=S',
    'code=C&state[]=S',
    'code=C&state=S&iss=a&iss=b',
    'error=access_denied&error=server_error&state=S',
    'error[]=access_denied&state=S',
  ];

  async function siteOn(app: () => Express, prepare?: (app: Express) => unknown): Promise<[Site, FakeProvider]> {
    const provider = await start();
    const site = await startSite(provider, { app: app(), ...(prepare && { prepare }) });
    return [site, provider];
  }

  test.each(Object.entries(apps))('L8: with %s, anything but one plain value is refused', async (_name, app) => {
    const [site, provider] = await siteOn(app);
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const { code, state } = Object.fromEntries(new URL(callback).searchParams);
    for (const query of queries) {
      const filled = query.replaceAll('=C', `=${code}`).replaceAll('=S', `=${state}`);
      const answer = await browser.fetch(`${site.callbackURL}?${filled}`);
      expect([query, ...(await refusalOf(answer))]).toEqual([query, 400, 'ERR_LOGIN_PARAMETERS']);
    }
    expect(provider.requestCount('/oauth/token')).toBe(0);
    expect((await browser.fetch(callback)).status).toBe(200);
  });

  const bodyParsers: Record<string, { parser: () => ReturnType<typeof express.urlencoded>; sent: 'form' | 'json' }> = {
    'qs for bodies': { parser: () => express.urlencoded({ extended: true }), sent: 'form' },
    'a simple parser for bodies': { parser: () => express.urlencoded({ extended: false }), sent: 'form' },
    'JSON bodies': { parser: () => express.json(), sent: 'json' },
  };

  /** A site whose callback takes POST, and a way to send it one. */
  async function postingSite({ parser, sent }: (typeof bodyParsers)[string]) {
    const [site, provider] = await siteOn(express, (app) => app.use(parser()));
    const browser = new Browser();
    const callback = await authorize(site, browser);
    const { code = '', state = '' } = Object.fromEntries(new URL(callback).searchParams);
    const send = (query: string, fields: [string, string][]) =>
      browser.fetch(site.callbackURL + query, {
        method: 'POST',
        ...(sent === 'form'
          ? { body: new URLSearchParams(fields) }
          : { body: JSON.stringify(Object.fromEntries(fields)), headers: { 'content-type': 'application/json' } }),
      });
    return { site, provider, browser, callback, code, state, send };
  }

  test.each(Object.entries(bodyParsers))('L8: with %s, a query and a body are not mixed', async (_name, parser) => {
    const { provider, browser, callback, code, state, send } = await postingSite(parser);
    const mixes: [string, [string, string][]][] = [
      [`?code=${code}&state=${state}`, [['code', code]]],
      [`?code=${code}&state=${state}`, [['state', state]]],
      [`?code=${code}`, [['state', state]]],
      [`?state=${state}`, [['code', code]]],
      [`?state=${state}`, [['error', 'access_denied']]],
      [
        '',
        [
          ['code[]', code],
          ['state', state],
        ],
      ],
      [`?state=${state}`, [['code[a]', code]]],
    ];
    for (const [query, fields] of mixes) {
      expect(await refusalOf(await send(query, fields))).toEqual([400, 'ERR_LOGIN_PARAMETERS']);
    }
    expect(provider.requestCount('/oauth/token')).toBe(0);
    expect((await browser.fetch(callback)).status).toBe(200);
  });

  test.each(Object.entries(bodyParsers))('with %s, an answer that is posted whole is taken', async (_name, parser) => {
    const { code, state, send } = await postingSite(parser);
    const answer = await send('?lang=fr', [
      ['code', code],
      ['state', state],
      ['their_own', 'x'],
    ]);
    expect(await answer.json()).toMatchObject({ user: { login: 'jdoe' } });
  });

  test('L8: nested JSON is no parameter', async () => {
    const { site, state, browser } = await postingSite(bodyParsers['JSON bodies'] as (typeof bodyParsers)[string]);
    for (const code of [['C'], { a: 'C' }, 1, true, null]) {
      const answer = await browser.fetch(site.callbackURL, {
        method: 'POST',
        body: JSON.stringify({ code, state }),
        headers: { 'content-type': 'application/json' },
      });
      expect(await refusalOf(answer)).toEqual([400, 'ERR_LOGIN_PARAMETERS']);
    }
  });

  test("parameters of the site's own are nobody else's business", async () => {
    const site = await startSite(await start());
    const browser = new Browser();
    const callback = await authorize(site, browser);
    expect((await browser.fetch(`${callback}&tag=a&tag=b&utm[source]=x`)).status).toBe(200);
  });
});
