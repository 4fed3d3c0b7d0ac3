import { randomBytes } from 'node:crypto';

/** An authorization code, and what the consent behind it allows. */
export interface Code {
  readonly value: string;
  readonly clientID: string;
  readonly login: string;
  readonly redirectURI: string;
  readonly scopes: readonly string[];
  readonly codeChallenge: string | undefined;
  /** Milliseconds of the fake's clock. */
  readonly expiresAt: number;
  readonly familyID: string;
  redeemed: boolean;
}

/** An access token with the refresh token that came along, one record as in Doorkeeper. */
export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly clientID: string;
  /** null: client credentials, no user. */
  readonly login: string | null;
  readonly scopes: readonly string[];
  /** Milliseconds of the fake's clock. */
  readonly createdAt: number;
  /** Seconds; null: never expires. */
  readonly expiresIn: number | null;
  readonly familyID: string;
  /** The record that this one was refreshed from, until the first use of this one ends it. */
  predecessor: Token | undefined;
  /** `replaced`: ended because its successor was used; presenting its refresh token again is a replay. */
  status: 'live' | 'replaced' | 'revoked';
}

export type NewCode = Omit<Code, 'value' | 'expiresAt' | 'familyID' | 'redeemed'> & { readonly lifetime: number };
export type NewToken = Pick<Token, 'clientID' | 'login' | 'scopes' | 'expiresIn'>;

/** Every code and token ever issued, and the rules that make them valid or not. Knows no HTTP. */
export class Grants {
  readonly #codes = new Map<string, Code>();
  readonly #byAccessToken = new Map<string, Token>();
  readonly #byRefreshToken = new Map<string, Token>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueCode({ lifetime, ...consent }: NewCode): Code {
    const expiresAt = this.#now() + lifetime * 1000;
    const code: Code = { ...consent, value: secret(), expiresAt, familyID: secret(), redeemed: false };
    this.#codes.set(code.value, code);
    return code;
  }

  code(value: string): Code | undefined {
    return this.#codes.get(value);
  }

  isExpired(code: Code): boolean {
    return this.#now() >= code.expiresAt;
  }

  redeem(code: Code, expiresIn: number): Token {
    code.redeemed = true;
    const { clientID, login, scopes, familyID } = code;
    return this.#add({ clientID, login, scopes, expiresIn }, familyID, undefined);
  }

  issue(token: NewToken): Token {
    return this.#add(token, secret(), undefined);
  }

  /** The old pair lives on until the new access token is first used: see {@link Grants.use}. */
  refresh(old: Token, scopes: readonly string[], expiresIn: number): Token {
    const { clientID, login, familyID } = old;
    return this.#add({ clientID, login, scopes, expiresIn }, familyID, old);
  }

  byAccessToken(value: string): Token | undefined {
    return this.#byAccessToken.get(value);
  }

  byRefreshToken(value: string): Token | undefined {
    return this.#byRefreshToken.get(value);
  }

  /** Why the access token can't be used any more, or undefined while it can. */
  endOf(token: Token): 'expired' | 'revoked' | undefined {
    if (token.status !== 'live') return 'revoked';
    return this.secondsLeft(token) === 0 ? 'expired' : undefined;
  }

  /** Whole seconds until the access token expires, rounded up; null: never. */
  secondsLeft(token: Token): number | null {
    if (token.expiresIn === null) return null;
    return Math.max(0, Math.ceil((token.createdAt - this.#now()) / 1000 + token.expiresIn));
  }

  use(token: Token): void {
    if (token.predecessor?.status === 'live') token.predecessor.status = 'replaced';
    token.predecessor = undefined;
  }

  /** Leaves a replaced token as it is: presenting that one stays a replay. */
  revoke(token: Token): void {
    if (token.status === 'live') token.status = 'revoked';
  }

  revokeFamily(familyID: string): void {
    for (const token of this.#byAccessToken.values()) {
      if (token.familyID === familyID) token.status = 'revoked';
    }
  }

  /** The newest usable token that the user's consent to this application has led to. */
  liveTokenOf(clientID: string, login: string): Token | undefined {
    return [...this.#byAccessToken.values()].findLast(
      (token) => token.clientID === clientID && token.login === login && this.endOf(token) === undefined,
    );
  }

  #add(fields: NewToken, familyID: string, predecessor: Token | undefined): Token {
    const token: Token = {
      ...fields,
      accessToken: secret(),
      refreshToken: fields.login === null ? undefined : secret(),
      createdAt: this.#now(),
      familyID,
      predecessor,
      status: 'live',
    };
    this.#byAccessToken.set(token.accessToken, token);
    if (token.refreshToken !== undefined) this.#byRefreshToken.set(token.refreshToken, token);
    return token;
  }
}

function secret(): string {
  return randomBytes(32).toString('hex');
}
