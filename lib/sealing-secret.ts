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
