import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { FakeProvider } from '../../lib/fake/index.js';
import { errorOf, get, json, post, site, start } from '../builders/fake-provider.js';

async function raw(provider: FakeProvider, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(provider.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 300))]);
  socket.destroy();
  return answer;
}

describe('odd requests', () => {
  test('without a User-Agent are forbidden', async () => {
    const provider = await start();
    const sent = request(`${provider.url}/v2/me`).end();
    const [answer] = await once(sent, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(403);
  });

  test.each(['/nothing', '/v2', '/v2/', '/v2/me/', '/oauth', '//v2/me', '/__proto__'])(
    '%s is a JSON 404',
    async (path) => {
      const provider = await start();
      const answer = await get(provider, path);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await errorOf(answer)).toEqual([404, 'not_found']);
    },
  );

  test('with another method are 404 too', async () => {
    const provider = await start();
    for (const method of ['DELETE', 'PUT', 'PATCH', 'OPTIONS']) {
      expect((await fetch(`${provider.url}/oauth/token`, { method })).status).toBe(404);
    }
    expect((await get(provider, '/oauth/token')).status).toBe(404);
  });

  test('with HEAD get the headers only', async () => {
    const provider = await start();
    const { accessToken } = provider.issueToken();
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${provider.url}/v2/me`, { method: 'HEAD', headers });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(100);
  });

  test('with a parameter twice or as an array are bad requests', async () => {
    const provider = await start();
    const once = `grant_type=client_credentials&client_id=${site.clientID}&client_secret=${site.clientSecret}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const body of [
      `${once}&client_id=${site.clientID}`,
      `${once}&scope[]=public`,
      `${once}&scope%5Ba%5D=public`,
    ]) {
      const answer = await fetch(`${provider.url}/oauth/token`, { method: 'POST', headers, body });
      expect(await errorOf(answer)).toEqual([400, 'invalid_request']);
    }
  });

  test('with a JSON body, or with the parameters in the query, are bad requests', async () => {
    const provider = await start();
    const fields = { grant_type: 'client_credentials', client_id: site.clientID, client_secret: site.clientSecret };
    const headers = { 'content-type': 'application/json' };
    const url = `${provider.url}/oauth/token`;
    const asJSON = await fetch(url, { method: 'POST', headers, body: JSON.stringify(fields) });
    expect(await errorOf(asJSON)).toEqual([400, 'invalid_request']);
    const inQuery = await fetch(`${url}?${new URLSearchParams(fields)}`, { method: 'POST' });
    expect(await errorOf(inQuery)).toEqual([400, 'invalid_request']);
  });

  test.each(['/oauth/token', '/oauth/introspect', '/login', '/v2/me', '/nothing'])(
    'with 1 MB to %s are 413',
    async (path) => {
      const provider = await start();
      const answer = await post(provider, path, { token: 'x'.repeat(1_000_000) });
      expect(answer.status).toBe(413);
      expect(await json(answer)).toMatchObject({ error: 'invalid_request' });
      expect(provider.requests.at(-1)).toMatchObject({ body: '', status: 413 });
    },
  );

  test('that are no HTTP, or break off, leave it running', async () => {
    const provider = await start();
    const agent = 'host: x\r\nuser-agent: x\r\n';
    for (const bytes of [
      'nonsense\r\n\r\n',
      `GET http://[ HTTP/1.1\r\n${agent}\r\n`,
      `GET /%zz?%zz=%zz&[]=1 HTTP/1.1\r\n${agent}\r\n`,
      `POST /oauth/token HTTP/1.1\r\n${agent}content-length: 100\r\n\r\nhalf`,
      `POST /oauth/token HTTP/1.1\r\n${agent}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      `CONNECT x:1 HTTP/1.1\r\n${agent}\r\n`,
      `GET / HTTP/1.1\r\n${agent}connection: upgrade\r\nupgrade: websocket\r\n\r\n`,
      `GET /oauth/authorize?${'a='.repeat(3000)} HTTP/1.1\r\n${agent}\r\n`,
      `GET / HTTP/1.1\r\n${agent}cookie: ;;=;fake42_session;fake42_session=\r\n\r\n`,
    ]) {
      await raw(provider, bytes);
      expect((await get(provider, '/')).status).toBe(200);
    }
  });

  test('whose client disconnects before a slow answer leave it running', async () => {
    const provider = await start();
    provider.fault('/v2/me', { kind: 'slow', ms: 60 });
    await expect(fetch(`${provider.url}/v2/me`, { signal: AbortSignal.timeout(20) })).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect((await get(provider, '/')).status).toBe(200);
  });
});

test('the start page says what this is and lists the credentials', async () => {
  const provider = await start();
  const page = await (await get(provider, '/')).text();
  expect(page).toContain('stand-in for the 42 API');
  for (const text of [site.clientID, site.clientSecret, 'jdoe', 'msmith', 'noname']) expect(page).toContain(text);
});
