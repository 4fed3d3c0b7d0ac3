import { createHmac, sign } from 'node:crypto';
import { foreignPair, type KeyPair, type SigningKeys } from './keys.js';

type Members = Record<string, unknown>;

/** How a JWT differs from a proper one. */
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
