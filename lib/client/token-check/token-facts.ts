/**
 * What a provider says of an access token, in one form for Doorkeeper's token info and RFC 7662 introspection.
 * Facts alone: whether the token may do something is decided elsewhere, for each request anew.
 *
 * @example
 * function isTheirs(facts: TokenFacts, id: string): boolean {
 *   return facts.kind === 'user' && facts.subject === id;
 * }
 */
export interface TokenFacts {
  /** Whose token: a person's, an application's own (client credentials), or `unknown` where the answer doesn't tell. */
  readonly kind: 'user' | 'application' | 'unknown';
  /** The person's id at the provider (`sub`, `resource_owner_id`). */
  readonly subject: string | undefined;
  /** The application that the token was issued to. */
  readonly clientID: string | undefined;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; undefined where the token doesn't expire. */
  readonly expiresAt: number | undefined;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number | undefined;
  /** Whom the token is meant for (`aud`), where the answer says so. */
  readonly audience: readonly string[] | undefined;
  /** The person's login (RFC 7662 `username`), where the answer has it. */
  readonly username: string | undefined;
  /** For a personal access token: what the profile endpoint answered it. Which scopes it has isn't published. */
  readonly personal?: Readonly<Record<string, unknown>>;
}

/**
 * The outcome of asking a provider about a token.
 *
 * @example
 * const check: TokenCheck = await client.checkToken(accessToken);
 * console.log(check.active ? check.facts.scopes : check.reason);
 */
export type TokenCheck =
  | { readonly active: true; readonly facts: TokenFacts }
  | {
      readonly active: false;
      /** For people; holds nothing of the token. */
      readonly reason: string;
      /** Whether the same answer can be expected again, so that it may be kept for a moment. */
      readonly settled: boolean;
    };

/** A refusal. */
export function inactive(reason: string, settled = true): TokenCheck {
  return { active: false, reason, settled };
}
