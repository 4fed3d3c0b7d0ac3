import { type Binding, type Consent, randomText } from '../oauth21/families.js';
import { fakeMfa } from './users.js';

/** A login that waits for its second step. */
export interface PendingLogin {
  readonly consent: Consent;
  readonly binding: Binding;
}

interface Challenge extends PendingLogin {
  /** Milliseconds of the fake's clock. */
  readonly expiresAt: number;
  attemptsLeft: number;
}

// Numbers that OAuth42 does not publish.
const LIFETIME = 5 * 60_000;
const ATTEMPTS = 5;

/** What the user typed: six digits or a backup code. */
export interface SecondStep {
  readonly code: string | undefined;
  readonly backupCode: string | undefined;
}

/** The logins that wait for their second step, and the backup codes that are used up. */
export class Mfa {
  readonly #challenges = new Map<string, Challenge>();
  readonly #usedBackupCodes = new Map<string | null, Set<string>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Answers with the `mfa_token`. */
  challenge({ consent, binding }: PendingLogin): string {
    const token = `mfa_${randomText(40)}`;
    this.#challenges.set(token, { consent, binding, expiresAt: this.#now() + LIFETIME, attemptsLeft: ATTEMPTS });
    return token;
  }

  /** Takes the second step, once. */
  complete(token: string, step: SecondStep): PendingLogin | 'over' | 'wrong' {
    const challenge = this.#challenges.get(token);
    if (challenge === undefined || this.#now() >= challenge.expiresAt) return 'over';
    if (!this.#isRight(challenge.consent.login, step)) {
      challenge.attemptsLeft -= 1;
      if (challenge.attemptsLeft === 0) this.#challenges.delete(token);
      return 'wrong';
    }
    this.#challenges.delete(token);
    const { consent, binding } = challenge;
    return { consent: { ...consent, secondStep: true }, binding };
  }

  #isRight(login: string | null, { code, backupCode }: SecondStep): boolean {
    if (backupCode === undefined) return code === fakeMfa.code;
    const used = this.#usedBackupCodes.get(login) ?? new Set();
    if (!fakeMfa.backupCodes.includes(backupCode) || used.has(backupCode)) return false;
    this.#usedBackupCodes.set(login, used.add(backupCode));
    return true;
  }
}
