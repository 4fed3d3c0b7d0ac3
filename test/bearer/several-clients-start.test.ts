import { describe, expect, test } from '@jest/globals';
import {
  type BearerClient,
  bearerAuth,
  ConfigurationError,
  type FortyTwoClient,
  fortyTwo,
  fortyTwoMin,
  oauth42,
} from '../../lib/index.js';
import { appAt, clientAt } from '../builders/several-providers.js';

describe('two clients with one name', () => {
  const choose = () => undefined;
  const differing = [clientAt(), clientAt({ accessTokenFormat: 'jwt' }, 'https://two.example')];

  test('C23: two different providers of one name stop the start, whether the site chooses or prefixes and issuers do', () => {
    for (const options of [{ clients: differing, choose }, { clients: differing }]) {
      expect(() => bearerAuth(options)).toThrow(ConfigurationError);
      expect(() => bearerAuth(options)).toThrow(/two different providers are both named "standard"/);
    }
  });

  test('C23: one application of one provider in two clients stops the start', () => {
    const clients = [appAt(fortyTwo, 'one'), appAt(fortyTwo, 'one')];
    expect(() => bearerAuth({ clients, choose })).toThrow(/the application one of "42" twice/);
  });

  test('C23: two applications at one provider are told apart by their ids', () => {
    const clients = [appAt(fortyTwo, 'one'), appAt(fortyTwo, 'two')];
    const told = bearerAuth({ clients, choose })
      .stats()
      .clients?.map(({ provider, clientID }) => [provider, clientID]);
    expect(told).toEqual([
      ['42', 'one'],
      ['42', 'two'],
    ]);
  });
});

describe('clients that can not be told apart', () => {
  const entries: [what: string, clients: (FortyTwoClient | BearerClient)[], how: RegExp][] = [
    [
      'two whose tokens show nothing',
      [clientAt(), clientAt({ name: 'two' }, 'https://two.example')],
      /neither by prefix nor by/,
    ],
    [
      'two applications at one provider',
      [appAt(fortyTwo, 'one'), appAt(fortyTwo, 'two')],
      /42 \(one\) and 42 \(two\) have tokens that show neither/,
    ],
    [
      'two applications at one provider with prefixes',
      [appAt(fortyTwoMin, 'one'), appAt(fortyTwoMin, 'two')],
      /tokens that begin with 42min_/,
    ],
    [
      'two whose prefixes begin alike',
      [
        clientAt({ accessTokenPrefix: 'at_' }),
        clientAt({ name: 'two', accessTokenPrefix: 'at_two_' }, 'https://two.example'),
      ],
      /tokens that begin with at_/,
    ],
    [
      'two of which one has the personal tokens of the other',
      [
        clientAt({ accessTokenFormat: 'jwt', personalTokenPrefix: 'pat_' }),
        clientAt({ name: 'two', tokenPrefixes: ['pat_'] }, 'https://two.example'),
      ],
      /tokens that begin with pat_/,
    ],
    [
      'two with one issuer',
      [
        clientAt({ accessTokenFormat: 'jwt' }),
        clientAt({ name: 'two', accessTokenFormat: 'jwt', issuer: 'https://one.example' }, 'https://two.example'),
      ],
      /have the same issuer/,
    ],
    ['two whose issuer one document tells', [appAt(oauth42, 'one'), appAt(oauth42, 'two')], /have the same issuer/],
  ];

  test.each(entries)('B7: stop the start: %s', (_what, clients, how) => {
    const make = () => bearerAuth({ clients });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(how);
    expect(make).toThrow(/give choose/);
  });

  test.each(entries)('are let be where the site chooses: %s', (_what, clients) => {
    expect(bearerAuth({ clients, choose: () => undefined }).stats().clients).toHaveLength(2);
  });

  test('are those alone: one catch-all beside prefixes and JWTs is told apart', () => {
    const clients = [
      clientAt(),
      appAt(fortyTwoMin, 'min'),
      appAt(oauth42, 'openid'),
      clientAt({ name: 'two', accessTokenFormat: 'jwt' }, 'https://two.example'),
    ];
    expect(bearerAuth({ clients }).stats().clients).toHaveLength(4);
  });

  test('are told apart where one checks signatures', () => {
    const signed = { openid: { jwksURI: 'https://two.example/keys', signingAlg: 'RS256' as const } };
    const clients = [
      appAt(fortyTwo, 'one'),
      { client: clientAt(signed, 'https://two.example'), tokenCheck: 'jwt' as const },
    ];
    expect(bearerAuth({ clients }).stats().clients).toHaveLength(2);
  });
});
