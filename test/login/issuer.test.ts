import { describe, expect, test } from '@jest/globals';
import { Browser } from '../builders/browser.js';
import { start } from '../builders/fake-provider.js';
import { introspectingProvider, oddServer, sendJSON } from '../builders/odd-server.js';
import { locationOf, refusalOf, startSite } from '../builders/site.js';

/** A site at a provider with this issuer, and a way to come back from it with more in the callback. */
async function siteAt({ issuerInCallback }: { issuerInCallback: boolean }) {
  const server = await oddServer((res, { url }) => {
    if (url.startsWith('/me')) return sendJSON(res, { id: 1, login: 'jdoe' });
    return sendJSON(res, { access_token: 'a-token', token_type: 'bearer' });
  });
  const provider = introspectingProvider(server.url, { issuer: 'https://id.example/tenant', issuerInCallback });
  const site = await startSite(await start(), { client: { provider }, strategy: { name: '42' } });
  const browser = new Browser();
  const comeBack = async (answer: string) => {
    const started = new URL(locationOf(await browser.fetch(`${site.url}/auth/42`)));
    return browser.fetch(`${site.callbackURL}?${answer}&state=${started.searchParams.get('state')}`);
  };
  return { server, comeBack };
}

const right = encodeURIComponent('https://id.example/tenant');
const wrong = [
  'https://evil.example',
  'https://id.example/tenant/',
  'https://id.example/TENANT',
  'https://id.example:443/tenant',
  'https://ID.example/tenant',
  'http://id.example/tenant',
  'https://id.example',
  ' https://id.example/tenant',
  'null',
].map(encodeURIComponent);

describe.each([{ issuerInCallback: true }, { issuerInCallback: false }])('iss, at a provider with %j', (provider) => {
  test('L10: the right one is taken', async () => {
    const { comeBack } = await siteAt(provider);
    expect((await comeBack(`code=a-code&iss=${right}`)).status).toBe(200);
  });

  test.each(wrong)('L10: %s is refused before any exchange', async (iss) => {
    const { server, comeBack } = await siteAt(provider);
    expect(await refusalOf(await comeBack(`code=a-code&iss=${iss}`))).toEqual([403, 'ERR_LOGIN_ISSUER']);
    expect(server.requests).toEqual([]);
  });

  test('L10: a wrong one is refused on errors too, so another server can not deny a login', async () => {
    const { comeBack } = await siteAt(provider);
    const answer = await comeBack(`error=access_denied&iss=${wrong[0]}`);
    expect(await refusalOf(answer)).toEqual([403, 'ERR_LOGIN_ISSUER']);
    expect(await refusalOf(await comeBack(`error=access_denied&iss=${right}`))).toEqual([403, 'ERR_LOGIN_DENIED']);
  });
});

test.each(['code=a-code', 'code=a-code&iss=', 'error=access_denied', 'error=access_denied&iss='])(
  'L10: without an iss that was promised, %s is refused',
  async (answer) => {
    const { server, comeBack } = await siteAt({ issuerInCallback: true });
    expect(await refusalOf(await comeBack(answer))).toEqual([403, 'ERR_LOGIN_ISSUER']);
    expect(server.requests).toEqual([]);
  },
);

test('where none was promised, an answer without one is taken', async () => {
  const { comeBack } = await siteAt({ issuerInCallback: false });
  expect((await comeBack('code=a-code')).status).toBe(200);
});

test('L10: an empty one is not the issuer, even where none was promised', async () => {
  const { comeBack } = await siteAt({ issuerInCallback: false });
  expect((await comeBack('code=a-code&iss=')).status).toBe(403);
});
