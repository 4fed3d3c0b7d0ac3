import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { ConfigurationError, SealError } from './errors/index.js';
import { randomBytes } from './random.js';

const ALGORITHM = 'aes-256-gcm';
const SALT = 'passport-fortytwo/seal/1';
const KEY_ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals small records for one purpose and opens them again. */
export interface Sealer {
  /** Seals `text` under `name`: only the same name opens it, so a record can't be moved to another place. */
  seal(name: string, text: string): string;
  /** Opens what `seal` made under the same name. Throws {@link SealError} for anything else. */
  open(name: string, sealed: string): string;
}

interface Key {
  readonly id: Buffer;
  readonly secret: KeyObject;
}

/**
 * AES-256-GCM with keys derived by HKDF-SHA-256 (RFC 5869) from `secrets` for one `purpose`. The first secret seals,
 * all open, so a secret is rotated by putting the new one in front. Layout: key id, nonce, ciphertext, tag, base64url.
 *
 * @throws {ConfigurationError} without a secret, and for one that can be guessed (requirement Z4).
 */
export function createSealer(secrets: readonly string[], purpose: string): Sealer {
  const keys = secrets.map((secret) => deriveKey(secret, purpose));
  const [sealingKey] = keys;
  if (sealingKey === undefined || secrets.includes('')) {
    throw new ConfigurationError('No secret to seal with: give the client a clientSecret or cookieSecrets');
  }
  if (secrets.some(isGuessable)) {
    throw new ConfigurationError(
      'The client secret can be guessed, so nothing may be sealed with it: give the client cookieSecrets, of 32 random ' +
        'characters or more each (openssl rand -base64 32)',
    );
  }

  return {
    seal(name, text) {
      // Random nonces are safe for 2^32 seals under one key (NIST SP 800-38D §8.3): a century at a login a second.
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, sealingKey.secret, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(name));
      const body = cipher.update(text, 'utf8');
      return Buffer.concat([sealingKey.id, iv, body, cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },

    open(name, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const id = bytes.subarray(0, KEY_ID_BYTES);
      const key = keys.find((candidate) => candidate.id.equals(id));
      const isWhole = bytes.length >= KEY_ID_BYTES + IV_BYTES + TAG_BYTES;
      // The decoder skips what is no base64url: one sealed value would have many spellings, each a value of its own.
      if (key === undefined || !isWhole || bytes.toString('base64url') !== sealed) {
        throw new SealError('This was not sealed with any of the secrets that the site has now');
      }
      const iv = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + IV_BYTES);
      const body = bytes.subarray(KEY_ID_BYTES + IV_BYTES, -TAG_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key.secret, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SealError('This was changed after it was sealed, or sealed under another name', { cause });
      }
    },
  };
}

function deriveKey(secret: string, purpose: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, SALT, purpose, 32 + KEY_ID_BYTES));
  return { secret: createSecretKey(bytes.subarray(0, 32)), id: bytes.subarray(32) };
}

// What is sealed lies with browsers, so a secret can be tried against it offline, millions of times a second.
const ENOUGH_BITS = 80;
// English has some 2 bits a letter, counted by words; a little more for spelling that nobody expects.
const BITS_OF_A_WORDS_LETTER = 2.5;
const MIN_REPEAT = 4;

/**
 * Whether a secret is too easy to guess to seal with, by an estimate that is generous to secrets of servers (128 bits in
 * hex, a UUID and 32 random characters all pass) and not to words: each character counts as log2 of how many different
 * ones there are; of four letters of one case in a row, each 2.5 bits at most; and four characters or more that were
 * there before, or go up or down in steps (`1234`, `aaaa`), as one. Below 80 bits it can be guessed. Pure.
 */
export function isGuessable(secret: string): boolean {
  const bitsOfACharacter = Math.log2(new Set(secret).size);
  const text = secret.toLowerCase();
  let bits = 0;
  let wordEnds = 0;
  for (let at = 0; at < secret.length && bits < ENOUGH_BITS; ) {
    const repeated = Math.max(copiedLength(text, at), steppedLength(text, at));
    if (repeated >= MIN_REPEAT) {
      bits += bitsOfACharacter;
      at += repeated;
      continue;
    }
    if (at >= wordEnds) wordEnds = at + wordLength(secret, at);
    bits += at < wordEnds ? Math.min(bitsOfACharacter, BITS_OF_A_WORDS_LETTER) : bitsOfACharacter;
    at += 1;
  }
  return bits < ENOUGH_BITS;
}

/** How much of what begins here began earlier already, an overlap included: all of `aaaa` but its first. */
function copiedLength(text: string, at: number): number {
  let length = 0;
  while (at + length < text.length && text.indexOf(text.slice(at, at + length + 1)) < at) length += 1;
  return length;
}

/** How long characters follow each other in the same step of one or none: `abcd`, `4321`, `aaaa`. */
function steppedLength(text: string, at: number): number {
  const step = text.charCodeAt(at + 1) - text.charCodeAt(at);
  if (!(Math.abs(step) <= 1)) return 1;
  let length = 2;
  while (text.charCodeAt(at + length) - text.charCodeAt(at + length - 1) === step) length += 1;
  return length;
}

/** How many letters of one case follow here, where that are enough to be a word; 0 where not. */
function wordLength(secret: string, at: number): number {
  const word = /^(?:[a-z]{4,}|[A-Z]{4,})/.exec(secret.slice(at, at + 64));
  return word === null ? 0 : word[0].length;
}
