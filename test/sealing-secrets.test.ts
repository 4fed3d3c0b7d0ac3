import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { fake42MinClients, fakeClients, fakeOAuth42Clients } from '../lib/fake/index.js';
import {
  bearerAuth,
  ConfigurationError,
  FortyTwoClient,
  type FortyTwoClientOptions,
  FortyTwoStrategy,
  loginSession,
  oauth42,
} from '../lib/index.js';
import { createSealer } from '../lib/seal.js';

const guessable = [
  'letmein',
  'secret',
  'a'.repeat(64),
  'ab'.repeat(32),
  'password'.repeat(8),
  'Password'.repeat(4) + 'PASSWORD'.repeat(4),
  'change-me-change-me-change-me',
  'change-me-change-me-change-me-change-me',
  'your-client-secret-goes-here',
  'correct horse battery staple',
  '0123456789abcdef'.repeat(4),
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'qwertyuiopasdfghjklzxcvbnm123456',
  '98765432109876543210987654321098',
  's3cr3t',
  '7f8bf5ed7f44930e',
];

/** As servers make their secrets; each is made a thousand times, so that none of that kind is ever refused. */
const random: [string, () => string][] = [
  ['42', () => `s-s4t2ud-${randomBytes(32).toString('hex')}`],
  ['42min', () => `42min_cs_${randomBytes(24).toString('base64url')}`],
  ['128 bits in hex', () => randomBytes(16).toString('hex')],
  ['160 bits in hex', () => randomBytes(20).toString('hex')],
  ['a UUID', () => randomUUID()],
  ['192 bits in base64url', () => randomBytes(24).toString('base64url')],
  ['openssl rand -base64 32', () => randomBytes(32).toString('base64')],
];

const strong = 'qM7xV2-tR9b_Kd4LwZ8sYh3nGc6PfJ1u';
const callbackURL = 'https://site.example/auth/42/callback';
const weakClient = (more: Partial<FortyTwoClientOptions> = {}) =>
  new FortyTwoClient({ clientID: 'the-site', clientSecret: 'letmein', ...more });
const strategy = (client: FortyTwoClient) => () => new FortyTwoStrategy({ client, callbackURL }, () => false);

describe('Z4: a secret to seal with', () => {
  test.each(guessable)('Z4: is refused where it can be guessed: %s', (secret) => {
    expect(() => createSealer([secret], 'login')).toThrow(ConfigurationError);
    expect(() => createSealer([secret], 'login')).toThrow(/cookieSecrets/);
    expect(() => createSealer([strong, secret], 'login')).toThrow(/cookieSecrets/);
  });

  test.each(random)('Z4: is taken where a server made it at random: %s', (_, make) => {
    const refused = Array.from({ length: 1_000 }, make).filter((secret) => {
      try {
        createSealer([secret], 'login');
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toEqual([]);
  });

  test('Z4: the fakes have such secrets, so that what a site learns from them is how it goes with real ones', () => {
    const clients = [fakeClients, fake42MinClients, fakeOAuth42Clients].flatMap(({ site, other }) => [site, other]);
    for (const { clientSecret } of clients) expect(() => createSealer([clientSecret], 'login')).not.toThrow();
  });

  test('Z4: the refusal does not quote it', () => {
    expect(strategy(weakClient())).not.toThrow(/letmein/);
  });
});

describe('Z4: a client whose secret can be guessed', () => {
  test('Z4: makes no strategy, and the message asks for cookieSecrets', () => {
    expect(strategy(weakClient())).toThrow(ConfigurationError);
    expect(strategy(weakClient())).toThrow(/cookieSecrets/);
    const credentials = { clientID: 'the-site', clientSecret: 'letmein', callbackURL };
    expect(() => new FortyTwoStrategy(credentials, () => false)).toThrow(/cookieSecrets/);
  });

  test('Z4: has no loginSession, be it the first of the clients or another', () => {
    const other = new FortyTwoClient({ clientID: 'the-site', clientSecret: strong, provider: oauth42 });
    expect(() => loginSession({ client: weakClient() })).toThrow(/cookieSecrets/);
    expect(() => loginSession({ clients: [other, weakClient()] })).toThrow(/cookieSecrets/);
  });

  test('Z4: seals with cookieSecrets that are better', () => {
    const client = weakClient({ cookieSecrets: [strong] });
    expect(strategy(client)).not.toThrow();
    expect(() => loginSession({ client })).not.toThrow();
  });

  test('Z4: checks bearer tokens all the same, since nothing is sealed for them', () => {
    const { requireBearer } = bearerAuth({ client: weakClient() });
    expect(() => requireBearer('public')).not.toThrow();
  });
});

test.each(guessable.filter((secret) => secret.length >= 32))('Z4: cookieSecrets must be as good: %s', (secret) => {
  expect(() => weakClient({ cookieSecrets: [strong, secret] })).toThrow(/cookieSecrets/);
});
