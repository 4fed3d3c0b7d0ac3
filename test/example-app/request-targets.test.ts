import { connect } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Example, startExample } from '../builders/example-site.js';

/** The status that a target gets which no client library would send. */
function statusOf(site: Example, target: string, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(site.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
    });
    socket.on('error', reject).on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])));
    const lines = [`${method} ${target} HTTP/1.1`, `Host: localhost:${site.port}`, 'Connection: close', '', ''];
    socket.write(Buffer.from(lines.join('\r\n'), 'latin1'));
  });
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('Z6: a request target', () => {
  test.each([
    'http://[',
    'http://[/auth/42/callback?code=x&state=y',
    'http://host:99999999/',
    'https://%',
    'https://%/profile',
    'http://%00/',
    'http://',
    'http:',
    'x:',
    'ftp://localhost/',
    '*',
  ])('Z6: that can not be read is answered with 400: %s', async (target) => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const site = await startExample();
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      expect([method, await statusOf(site, target, method)]).toEqual([method, 400]);
    }
    expect(told).not.toHaveBeenCalled();
  });

  test.each([
    ['/', 200],
    ['//', 200],
    ['/?%', 200],
    ['/%', 404],
    ['//[', 404],
    ['/\\[', 404],
    ['/%00', 404],
    ['/auth/42/callback?error=%&state=%', 403],
    ['/auth/42/callback?code=%ff&state=http://[', 403],
  ])('Z6: that is odd, and can be read, is never a 500: %s', async (target, status) => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await statusOf(await startExample(), target)).toBe(status);
    expect(told).not.toHaveBeenCalled();
  });

  test('Z6: with a whole URL (RFC 9112 §3.2.2) is as one without', async () => {
    const site = await startExample();
    const { host } = new URL(site.url);
    expect(await statusOf(site, `http://${host}/`)).toBe(200);
    expect(await statusOf(site, `http://${host}`)).toBe(200);
    expect(await statusOf(site, `http://${host}/healthz?x`)).toBe(200);
    expect(await statusOf(site, `http://${host}/nowhere`)).toBe(404);
    expect(await statusOf(site, `http://${host}/auth/42`)).toBe(302);
  });
});
