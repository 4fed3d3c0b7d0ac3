import { describe, expect, test } from '@jest/globals';
import { discoverProvider } from '../../lib/index.js';
import { OPENID, openidDocument, openidPublisher, type Published } from '../builders/publisher.js';
import { stopClock } from '../builders/stopped-clock.js';

const HOUR = 60 * 60 * 1000;

describe('what was read', () => {
  test('is kept for an hour and read again then', async () => {
    const clock = stopClock();
    const { url, documents, paths } = await openidPublisher();
    await discoverProvider(url);
    documents[OPENID] = openidDocument(url, { token_endpoint: `${url}/moved` });
    clock.pass(HOUR - 1);
    expect((await discoverProvider(url)).tokenEndpoint).toBe(`${url}/token`);
    expect(paths()).toHaveLength(1);
    clock.pass(1);
    expect((await discoverProvider(url)).tokenEndpoint).toBe(`${url}/moved`);
    expect(paths()).toHaveLength(2);
  });

  test('C22: is kept no longer for a clock that was set back, and no shorter for one that was set forward', async () => {
    const clock = stopClock();
    const { url, documents } = await openidPublisher();
    await discoverProvider(url);
    documents[OPENID] = openidDocument(url, { token_endpoint: `${url}/moved` });
    clock.setDate(2 * HOUR);
    expect((await discoverProvider(url)).tokenEndpoint).toBe(`${url}/token`);
    clock.setDate(-4 * HOUR);
    clock.pass(HOUR);
    expect((await discoverProvider(url)).tokenEndpoint).toBe(`${url}/moved`);
  });

  test.each<[string, (url: string) => Published]>([
    ['an error', () => ({ status: 500 })],
    ['no document', () => ({ status: 404 })],
    ['a document of another issuer', () => openidDocument('https://attacker.example')],
    [
      'a document with a plain http endpoint',
      (url) => openidDocument(url, { token_endpoint: 'http://school.example' }),
    ],
    ['a document without a token endpoint', (url) => openidDocument(url, { token_endpoint: undefined })],
    ['a document without an authorization endpoint', (url) => openidDocument(url, { authorization_endpoint: '' })],
  ])('stays in use where the next reading finds %s', async (_name, make) => {
    const clock = stopClock();
    const { url, documents } = await openidPublisher();
    const good = await discoverProvider(url);
    documents[OPENID] = make(url);
    clock.pass(HOUR);
    expect(await discoverProvider(url)).toEqual({ ...good, parseProfile: expect.any(Function) });
    documents[OPENID] = openidDocument(url, { token_endpoint: `${url}/moved` });
    clock.pass(HOUR);
    expect((await discoverProvider(url)).tokenEndpoint).toBe(`${url}/moved`);
  });

  test('is read once for all who ask at the same time', async () => {
    const { url, paths } = await openidPublisher();
    await Promise.all(Array.from({ length: 20 }, () => discoverProvider(url)));
    expect(paths()).toEqual([OPENID]);
  });

  test('belongs to its issuer alone', async () => {
    const [one, other] = await Promise.all([openidPublisher(), openidPublisher()]);
    expect((await discoverProvider(one.url)).tokenEndpoint).toBe(`${one.url}/token`);
    expect((await discoverProvider(other.url)).tokenEndpoint).toBe(`${other.url}/token`);
  });
});

describe('a server that fails after it was read', () => {
  test('is asked once a minute and not at every call', async () => {
    const clock = stopClock();
    const { url, documents, paths } = await openidPublisher();
    await discoverProvider(url);
    documents[OPENID] = { status: 503 };
    clock.pass(HOUR);
    await discoverProvider(url);
    await discoverProvider(url);
    expect(paths()).toHaveLength(2);
    clock.pass(60 * 1000);
    await discoverProvider(url);
    expect(paths()).toHaveLength(3);
  });
});
