import { randomBytes } from 'node:crypto';

/** What a user (or, without one, an application for itself) allowed. */
export interface Consent {
  readonly clientID: string;
  /** null: client credentials, no user. */
  readonly login: string | null;
  readonly scopes: readonly string[];
  /** OpenID Connect: to be repeated in the id_token. */
  readonly nonce?: string | undefined;
  /** When the user logged in, in milliseconds of the fake's clock. */
  readonly authenticatedAt?: number | undefined;
  /** Whether the user took a second step (MFA). */
  readonly secondStep?: boolean | undefined;
}

/** All that one consent led to; it can be ended as a whole. */
export interface Family extends Consent {
  revoked: boolean;
}

/** What an authorization code is bound to beside the consent. */
export interface Binding {
  readonly redirectURI: string;
  readonly codeChallenge: string;
  readonly stateParameter: string | undefined;
}

export interface Code extends Binding {
  readonly value: string;
  readonly family: Family;
  /** Milliseconds of the fake's clock. */
  readonly expiresAt: number;
  redeemed: boolean;
}

export interface AccessToken {
  readonly value: string;
  readonly family: Family;
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; null: never. */
  readonly expiresAt: number | null;
  revoked: boolean;
}

export interface RefreshToken {
  readonly value: string;
  readonly family: Family;
  /** Milliseconds of the fake's clock. */
  readonly expiresAt: number;
  used: boolean;
}

export interface Tokens {
  readonly access: AccessToken;
  /** None without a user. */
  readonly refresh: RefreshToken | undefined;
}

export type NewAccessToken = Omit<AccessToken, 'value' | 'revoked'>;

/** What codes and tokens look like. */
export interface TokenFormats {
  code(): string;
  accessToken(fields: NewAccessToken): string;
  refreshToken(): string;
}

/** Seconds. */
export interface Lifetimes {
  readonly code: number;
  readonly accessToken: number;
  readonly refreshToken: number;
}

/**
 * Every code and token that a provider with one-shot refresh tokens ever issued, the families that they form, and the
 * rules that make them valid or not. Knows no HTTP.
 */
export class Families {
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #formats: TokenFormats;
  readonly #lifetimes: Lifetimes;
  readonly #now: () => number;

  constructor(formats: TokenFormats, lifetimes: Lifetimes, now: () => number) {
    this.#formats = formats;
    this.#lifetimes = lifetimes;
    this.#now = now;
  }

  issueCode(consent: Consent, binding: Binding): Code {
    const { redirectURI, codeChallenge, stateParameter } = binding;
    const expiresAt = this.#now() + this.#lifetimes.code * 1000;
    const family = { ...consent, revoked: false };
    const value = this.#formats.code();
    const code: Code = { value, family, redirectURI, codeChallenge, stateParameter, expiresAt, redeemed: false };
    this.#codes.set(value, code);
    return code;
  }

  code(value: string): Code | undefined {
    return this.#codes.get(value);
  }

  accessToken(value: string): AccessToken | undefined {
    return this.#access.get(value);
  }

  refreshToken(value: string): RefreshToken | undefined {
    return this.#refresh.get(value);
  }

  isExpired({ expiresAt }: Code | RefreshToken): boolean {
    return this.#now() >= expiresAt;
  }

  /** Why the access token can't be used any more, or undefined while it can. */
  endOf({ family, revoked, expiresAt }: AccessToken): 'revoked' | 'expired' | undefined {
    if (revoked || family.revoked) return 'revoked';
    return expiresAt !== null && this.#now() >= expiresAt * 1000 ? 'expired' : undefined;
  }

  redeem(code: Code): Tokens {
    code.redeemed = true;
    return this.#pair(code.family, code.family.scopes);
  }

  /** The presented refresh token is spent at once; the access tokens of before live on. */
  rotate(old: RefreshToken, scopes: readonly string[]): Tokens {
    old.used = true;
    return this.#pair(old.family, scopes);
  }

  /** A family without a code. `expiresIn` is in seconds, null for never; `makeAccessToken` replaces the usual format. */
  begin(consent: Consent, expiresIn?: number | null, makeAccessToken?: TokenFormats['accessToken']): Tokens {
    return this.#pair({ ...consent, revoked: false }, consent.scopes, expiresIn, makeAccessToken);
  }

  /** Ends an access token alone, or with a refresh token the family; any other value is ignored. */
  revoke(value: string): void {
    const access = this.#access.get(value);
    if (access !== undefined) access.revoked = true;
    const refresh = this.#refresh.get(value);
    if (refresh !== undefined) refresh.family.revoked = true;
  }

  #pair(
    family: Family,
    scopes: readonly string[],
    expiresIn: number | null = this.#lifetimes.accessToken,
    makeAccessToken: TokenFormats['accessToken'] = (fields) => this.#formats.accessToken(fields),
  ): Tokens {
    const issuedAt = Math.floor(this.#now() / 1000);
    const fields = { family, scopes, issuedAt, expiresAt: expiresIn === null ? null : issuedAt + expiresIn };
    const access: AccessToken = { ...fields, value: makeAccessToken(fields), revoked: false };
    this.#access.set(access.value, access);
    if (family.login === null) return { access, refresh: undefined };
    const refresh: RefreshToken = {
      value: this.#formats.refreshToken(),
      family,
      expiresAt: this.#now() + this.#lifetimes.refreshToken * 1000,
      used: false,
    };
    this.#refresh.set(refresh.value, refresh);
    return { access, refresh };
  }
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Random text in Crockford's base32, 5 bits a character. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => digits[byte % 32]).join('');
}
