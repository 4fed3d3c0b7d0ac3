import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, SealError } from '../lib/index.js';
import { createSealer } from '../lib/seal.js';

const secret = 'a secret of thirty-two characters';
const text = '{"verifier":"abc","returnTo":"/é"}';

/** Expects that something sealed does not open, without telling why beyond the two reasons that there are. */
function expectRefused(open: () => string): void {
  expect(open).toThrow(SealError);
  expect(open).not.toThrow(text);
}

describe('a sealer', () => {
  const sealer = createSealer([secret], 'login');

  test.each(['', 'a', text, 'x'.repeat(100_000), '\u0000\uffff👩‍🎓', '0'.repeat(15)])(
    'opens what it sealed',
    (sealed) => {
      expect(sealer.open('name', sealer.seal('name', sealed))).toBe(sealed);
    },
  );

  test('seals for a cookie: no character that needs encoding, and nothing readable', () => {
    const sealed = sealer.seal('name', text);
    expect(sealed).toMatch(/^[\w-]+$/);
    for (const encoding of ['base64url', 'latin1'] as const) {
      expect(Buffer.from(sealed, encoding).toString('latin1')).not.toContain('verifier');
    }
  });

  test('never seals the same text to the same thing', () => {
    const seals = new Set(Array.from({ length: 100 }, () => sealer.seal('name', text)));
    expect(seals.size).toBe(100);
  });

  test('refuses what was sealed under another name, for another purpose or with another secret', () => {
    const sealed = sealer.seal('name', text);
    for (const name of ['', 'nam', 'name ', 'Name', 'name2']) expectRefused(() => sealer.open(name, sealed));
    expectRefused(() => createSealer([secret], 'grant').open('name', sealed));
    expectRefused(() => createSealer([`${secret}.`], 'login').open('name', sealed));
  });

  test('refuses a change of any bit', () => {
    const sealed = Buffer.from(sealer.seal('name', text), 'base64url');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expectRefused(() => sealer.open('name', changed.toString('base64url')));
    }
  });

  test('refuses any beginning of it, and anything added', () => {
    const sealed = Buffer.from(sealer.seal('name', text), 'base64url');
    for (let length = 0; length < sealed.length; length++) {
      expectRefused(() => sealer.open('name', sealed.subarray(0, length).toString('base64url')));
    }
    expectRefused(() => sealer.open('name', Buffer.concat([sealed, Buffer.alloc(1)]).toString('base64url')));
  });

  test('S9: refuses every other way to write the same bytes', () => {
    const sealed = sealer.seal('name', 'xy');
    const bytes = Buffer.from(sealed, 'base64url');
    const lastLetters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const written = [
      ...[
        `.${sealed}`,
        `${sealed}=`,
        `${sealed}\n`,
        `${sealed.slice(0, 9)} ${sealed.slice(9)}`,
        bytes.toString('base64'),
      ],
      ...lastLetters.map((letter) => sealed.slice(0, -1) + letter),
    ].filter((text) => text !== sealed && Buffer.from(text, 'base64url').equals(bytes));
    expect(written.length).toBeGreaterThan(5);
    for (const text of written) expectRefused(() => sealer.open('name', text));
  });

  test.each(['', '.', '%%%', 'null', 'é', 'A'.repeat(43), '='.repeat(100)])('refuses %j', (junk) => {
    expectRefused(() => sealer.open('name', junk));
  });
});

describe('rotation', () => {
  const next = 'the next secret, with many characters';
  const old = createSealer([secret], 'login');
  const rotated = createSealer([next, secret], 'login');
  const after = createSealer([next], 'login');

  test('S9: a rotated key still opens what the old one sealed', () => {
    expect(rotated.open('name', old.seal('name', text))).toBe(text);
  });

  test('the first secret seals', () => {
    const sealed = rotated.seal('name', text);
    expect(after.open('name', sealed)).toBe(text);
    expectRefused(() => old.open('name', sealed));
  });

  test('what a withdrawn secret sealed stays closed', () => {
    expectRefused(() => after.open('name', old.seal('name', text)));
  });
});

test.each([[[]], [['']], [[secret, '']]])('there is no sealer with the secrets %j', (secrets) => {
  expect(() => createSealer(secrets, 'login')).toThrow(ConfigurationError);
});
