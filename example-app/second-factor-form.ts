/** What a person sent as their second factor. */
export interface Factor {
  kind: 'digits' | 'backup';
  /** For `client.completeMfa`; undefined where it can't be one, so that nobody need be asked. */
  given: { code: string } | { backupCode: string } | undefined;
  /** What to say where it can't be one. */
  problem: string;
  /** What to say where the provider refuses it. */
  refused: string;
}

/** Reads the form of the page that asks for a second factor. People type codes with blanks, as their apps show them. */
export function readFactor({ digits, backupCode }: Record<string, unknown>): Factor {
  return backupCode === undefined ? digitsFactor(plain(digits)) : backupFactor(plain(backupCode));
}

function digitsFactor(code: string): Factor {
  return {
    kind: 'digits',
    given: /^\d{6}$/.test(code) ? { code } : undefined,
    problem: 'Those are not six digits. Type those that your authenticator app shows now.',
    refused: 'That code was not accepted. It changes every half minute: type the one that your app shows now.',
  };
}

function backupFactor(backupCode: string): Factor {
  return {
    kind: 'backup',
    given: /^[\x21-\x7e]{1,64}$/.test(backupCode) ? { backupCode } : undefined,
    problem: 'That is no backup code. They look like 1234-5678.',
    refused: 'That backup code was not accepted. Each works once: take another one.',
  };
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\s/g, '') : '';
}
