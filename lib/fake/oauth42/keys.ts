import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { FakeProviderError } from '../errors.js';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface SigningKey extends KeyPair {
  readonly kid: string;
  withdrawn: boolean;
}

// An RSA pair takes a good part of a second, so the fakes of one process draw on the same ones, under kids of their
// own.
const pairs: KeyPair[] = [];

function pairAt(index: number): KeyPair {
  pairs[index] ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pairs[index];
}

/** A pair that is in nobody's key set. */
export function foreignPair(): KeyPair {
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
