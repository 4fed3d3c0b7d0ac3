import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { FakeProviderError } from '../errors.js';

/**
 * The members of a claims set or a header, by their names.
 *
 * @inline
 */
type Members = Record<string, unknown>;

/**
 * How a JWT differs from a proper one.
 *
 * @example
 * const expired: FakeJWTChanges = { claims: { exp: 1 } };
 * const fake = await startFakeProvider({ provider: 'oauth42' });
 * const { accessToken } = fake.issueToken({ user: 'jdoe', jwt: expired });
 */
export interface FakeJWTChanges {
  /** Claims to replace or, where undefined, to leave out; or a function that makes the claims from the proper ones. */
  claims?: Members | ((proper: Members) => Members);
  /** The same for the header (`kid`, `jku`, `typ`, `alg`, …); it does not change what signs. */
  header?: Members | ((proper: Members) => Members);
  /**
   * What signs: `'none'` for `alg: none` and no signature, `'HS256'` for an HMAC keyed with the public key's PEM,
   * `'foreign'` for another RSA key under the right kid, `{ kid }` for a key of before, withdrawn or not. Default: the
   * current key.
   */
  sign?: 'none' | 'HS256' | 'foreign' | { kid: string };
}

interface Signer {
  readonly alg: string;
  readonly kid: string;
  readonly sign: (input: string) => string;
}

/** A compact JWT (RFC 7519), RS256 unless changed. */
export function makeJWT(claims: Members, keys: SigningKeys, changes: FakeJWTChanges = {}): string {
  const { alg, kid, sign } = signer(keys, changes.sign);
  const header = changed({ alg, typ: 'JWT', kid }, changes.header);
  const input = `${encode(header)}.${encode(changed(claims, changes.claims))}`;
  return `${input}.${sign(input)}`;
}

function changed(proper: Members, change: FakeJWTChanges['claims']): Members {
  return typeof change === 'function' ? change(proper) : { ...proper, ...change };
}

function signer(keys: SigningKeys, how: FakeJWTChanges['sign']): Signer {
  const { current } = keys;
  const { kid } = current;
  if (how === undefined) return { alg: 'RS256', kid, sign: rs256(current) };
  if (how === 'none') return { alg: 'none', kid, sign: () => '' };
  if (how === 'foreign') return { alg: 'RS256', kid, sign: rs256(foreignPair()) };
  if (how === 'HS256') {
    const pem = current.publicKey.export({ format: 'pem', type: 'spki' });
    return { alg: 'HS256', kid, sign: (input) => createHmac('sha256', pem).update(input).digest('base64url') };
  }
  const key = keys.known(how.kid);
  return { alg: 'RS256', kid: key.kid, sign: rs256(key) };
}

function rs256({ privateKey }: KeyPair): Signer['sign'] {
  return (input) => sign('sha256', Buffer.from(input), privateKey).toString('base64url');
}

function encode(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

interface SigningKey extends KeyPair {
  readonly kid: string;
  withdrawn: boolean;
}

// An RSA pair takes a good part of a second, so the fakes of one process share them, each under a kid of its own.
const pairs: KeyPair[] = [];

function pairAt(index: number): KeyPair {
  pairs[index] ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pairs[index];
}

/** A pair that is in nobody's key set. */
function foreignPair(): KeyPair {
  return pairAt(0);
}

/** The keys that one fake signs with, now and before. */
export class SigningKeys {
  readonly #keys: SigningKey[] = [];

  constructor() {
    this.rotate(false);
  }

  get current(): SigningKey {
    const key = this.#keys.at(-1);
    if (key === undefined) throw new Error('a key set is never empty');
    return key;
  }

  /** A key of now or before, withdrawn or not. Throws a FakeProviderError when there never was one. */
  known(kid: string): SigningKey {
    const key = this.#keys.find((one) => one.kid === kid);
    if (key === undefined) throw new FakeProviderError('ERR_FAKE_OPTION', `No key was ever called "${kid}" here.`);
    return key;
  }

  /** From now on a new key signs; the old ones stay published unless they are withdrawn. */
  rotate(withdrawOld: boolean): string {
    if (withdrawOld) for (const key of this.#keys) key.withdrawn = true;
    const kid = `fake-${randomBytes(8).toString('hex')}`;
    this.#keys.push({ ...pairAt(this.#keys.length + 1), kid, withdrawn: false });
    return kid;
  }

  /** The key set as it is published (RFC 7517). */
  published(): { keys: object[] } {
    const keys = this.#keys.filter(({ withdrawn }) => !withdrawn);
    return {
      keys: keys.map(({ publicKey, kid }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        alg: 'RS256',
      })),
    };
  }
}
