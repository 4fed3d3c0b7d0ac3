import { randomText } from '../oauth21/families.js';

export interface PersonalToken {
  readonly login: string;
  readonly scopes: readonly string[];
  /** Milliseconds of the fake's clock; null: never expires. */
  readonly expiresAt: number | null;
  revoked: boolean;
}

/** The personal access tokens, which people make for their own scripts. */
export class PersonalTokens {
  readonly #byValue = new Map<string, PersonalToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `42min_pat_<public lookup id>_<secret>`. `expiresIn` is in seconds. */
  issue(login: string, scopes: readonly string[], expiresIn: number | null, revoked: boolean): string {
    const value = `42min_pat_${randomText(12)}_${randomText(32)}`;
    const expiresAt = expiresIn === null ? null : this.#now() + expiresIn * 1000;
    this.#byValue.set(value, { login, scopes, expiresAt, revoked });
    return value;
  }

  find(value: string): PersonalToken | undefined {
    return this.#byValue.get(value);
  }

  endOf({ revoked, expiresAt }: PersonalToken): 'revoked' | 'expired' | undefined {
    if (revoked) return 'revoked';
    return expiresAt !== null && this.#now() >= expiresAt ? 'expired' : undefined;
  }

  revoke(value: string): void {
    const token = this.#byValue.get(value);
    if (token !== undefined) token.revoked = true;
  }
}
