import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Express } from 'express';
import express4 from 'express4';
import { callersByAddress, named, networkOf } from '../../lib/bearer/callers.js';
import { type BearerAuthOptions, bearerAuth, type CallerOf, ConfigurationError } from '../../lib/index.js';
import { ask, startIntrospectedApi } from '../builders/api.js';
import { clientAt } from '../builders/several-providers.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('an address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:61234', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['[2001:db8:1:2::3]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::3]', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
    ['192.0.2', '192.0.2'],
    ['2001:db8:::1', '2001:db8:::1'],
    ['[nonsense]', '[nonsense]'],
  ])('C21: %j is the caller %j', (address, caller) => {
    expect(networkOf(address)).toBe(caller);
  });

  test('C21: addresses of one IPv6 household are one caller, and the next household is another', () => {
    const [first, second, other] = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'].map(
      networkOf,
    );
    expect([first === second, first === other]).toEqual([true, false]);
  });

  test('C21: what a proxy writes is taken as it is, and a name takes little memory', () => {
    const long = 'x'.repeat(10_000);
    expect(networkOf(long)).toHaveLength(43);
    expect(named(long)).toBe(networkOf(long));
    expect(named(`${long}y`)).not.toBe(named(long));
  });
});

/** The names that an API gives its callers, by the default unless told. */
async function namesAt(prepare: (app: Express) => void = () => undefined, app?: Express) {
  const names: (string | undefined)[] = [];
  const byAddress = callersByAddress();
  const callerOf: CallerOf = (req) => {
    const name = byAddress(req);
    names.push(name);
    return name;
  };
  const api = await startIntrospectedApi(() => ({ active: false }), {
    api: { callerOf, prepare, ...(app && { app }) },
  });
  let tokens = 0;
  const send = (...headers: string[]) =>
    ask(`${api.url}/any`, { headers: ['authorization', `Bearer tok-${tokens++}`, ...headers] });
  return { names, send };
}

describe('a caller', () => {
  test('C21: is named by the address of the connection, whatever it says of itself', async () => {
    const { names, send } = await namesAt();
    await send();
    await send('x-real-ip', '203.0.113.9');
    expect(names).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  test.each([
    ['5', undefined],
    ['4', express4 as unknown as () => Express],
  ])('C21: is named by what a proxy says that Express %s trusts', async (_version, other) => {
    const { names, send } = await namesAt((app) => app.set('trust proxy', 1), other?.());
    await send('x-forwarded-for', '198.51.100.1, 203.0.113.9');
    await send('x-forwarded-for', '2001:db8:1:2::3');
    await send();
    expect(names).toEqual(['203.0.113.9', '2001:db8:1:2::/64', '127.0.0.1']);
  });

  test('C21: behind a proxy that Express is not told of can not be told from others, and the site is warned once', async () => {
    // Jest's process is a copy, whose listeners hear of no warning.
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const { names, send } = await namesAt();
    await send('x-forwarded-for', '203.0.113.9');
    await send('forwarded', 'for=203.0.113.9');
    expect(names).toEqual([undefined, undefined]);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('trust proxy'), { code: 'FORTYTWO_CALLERS_HIDDEN' }]]);
  });

  test.each([
    ['10.1.2.3', undefined],
    ['::ffff:172.16.0.1', undefined],
    ['fd00::1', undefined],
    ['::1', undefined],
    ['fe80::1%eth0', undefined],
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2::3', '2001:db8:1:2::/64'],
  ])('C21: at %s gains nothing by saying that it is a proxy, unless it could be the own one', (remoteAddress, name) => {
    jest.spyOn(process, 'emitWarning').mockReturnValue();
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    expect(callersByAddress()({ headers, socket: { remoteAddress } } as never)).toBe(name);
  });

  test('C21: without an address (a socket of the file system, a request of a test) is nobody in particular', () => {
    expect(callersByAddress()({ headers: {}, socket: {} } as never)).toBeUndefined();
    expect(callersByAddress()({ headers: {} } as never)).toBeUndefined();
  });

  test('C21: is named for a lookup alone: not for what is in the cache, and not by whoever joins', async () => {
    let calls = 0;
    const callerOf = () => `caller ${calls++}`;
    const api = await startIntrospectedApi((token) => ({ active: false, token }), { api: { callerOf } });
    await Promise.all([api.get('/any', 'one'), api.get('/any', 'one')]);
    await api.get('/any', 'one');
    await api.get('/any');
    expect(calls).toBe(1);
  });
});

describe('callerOf', () => {
  const started = (callerOf: unknown) => () => bearerAuth({ client: clientAt(), callerOf } as BearerAuthOptions);

  test.each([['a name'], [null], [async () => 'a name']])('B7: is a function of a request, and not %p', (callerOf) => {
    expect(started(callerOf)).toThrow(ConfigurationError);
    expect(started(callerOf)).toThrow(/callerOf must be a function/);
  });

  test.each<[how: string, callerOf: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no name');
      },
    ],
    ['returns a number', () => 7],
    ['returns a promise that is rejected', () => Promise.reject(new Error('no name'))],
  ])('C21: that %s lets nobody in, and nobody is asked', async (_how, callerOf) => {
    const causes: unknown[] = [];
    const api = await startIntrospectedApi(() => ({ active: true }), {
      api: {
        callerOf: callerOf as CallerOf,
        onRefused: (error, _req, res) => {
          causes.push(error.cause);
          res.end();
        },
      },
    });
    expect((await api.get('/any', 'tok')).status).toBe(503);
    expect([api.provider.requests, causes]).toEqual([[], [expect.any(Error)]]);
  });
});
