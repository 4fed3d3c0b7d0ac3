import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, FortyTwoClient, type FortyTwoClientOptions } from '../../lib/index.js';

const options = { clientID: 'the-site', clientSecret: 'a secret' };
const secrets = ['the first cookie secret, long enough', 'the second cookie secret, long enough'];

function make(changes: Record<string, unknown>) {
  return () => new FortyTwoClient({ ...options, ...changes } as FortyTwoClientOptions);
}

describe('the options of a client', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no id', { clientID: undefined }, /clientID is missing/],
    ['a blank id', { clientID: ' ' }, /clientID is missing/],
    ['an id that is a number', { clientID: 42 }, /clientID is missing/],
    ['no secret', { clientSecret: undefined }, /clientSecret is missing/],
    ['an empty secret', { clientSecret: '' }, /clientSecret is missing/],
    ['an empty User-Agent, which 42 answers with 403', { userAgent: '' }, /userAgent/],
    ['a User-Agent that fits into no header', { userAgent: 'a\r\nb' }, /user-agent/],
    ['a header that fits into none', { headers: { 'x-site': 'a\nb' } }, /x-site/],
    ['a header whose name is none', { headers: { 'x site': 'a' } }, /x site/],
    ['a size cap of nothing', { maxResponseBytes: 0 }, /maxResponseBytes must be a whole number/],
    ['no size cap', { maxResponseBytes: Number.POSITIVE_INFINITY }, /maxResponseBytes must be a whole number/],
    ['short cookie secrets', { cookieSecrets: ['short'] }, /cookieSecrets must be secrets of at least 32/],
    ['no cookie secrets', { cookieSecrets: [] }, /cookieSecrets must be/],
    ['a cookie secret that is no text', { cookieSecrets: [secrets[0], undefined] }, /cookieSecrets must be/],
    ['one cookie secret outside a list', { cookieSecrets: secrets[0] }, /cookieSecrets must be/],
    ['a mistyped option', { clientId: 'a' }, /unknown option "clientId"/],
  ])('are refused with %s', (_what, changes, message) => {
    expect(make(changes)).toThrow(ConfigurationError);
    expect(make(changes)).toThrow(message);
  });

  test('say nothing of a secret where they are refused', () => {
    expect(make({ clientSecret: 'hush', cookieSecrets: ['hush'] })).not.toThrow(/hush/);
  });

  test.each([undefined, null, 'the-site'])('are no %p', (given) => {
    expect(() => new FortyTwoClient(given as unknown as FortyTwoClientOptions)).toThrow(ConfigurationError);
  });
});
