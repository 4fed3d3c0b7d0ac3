import type { FortyTwoClient } from '../client/client.js';
import type { TokenCheckMethod } from '../providers/provider.js';
import type { CallerOf } from './callers.js';
import type { OnRefused } from './middleware.js';

/**
 * Says which of several clients a token goes to, or undefined where it is to be refused and nobody asked. Called for
 * every request that carries a token, and may not be async.
 *
 * @example
 * // For two providers whose tokens show nothing of where they come from, but differ in length.
 * const choose: Choose = (token) => (token.length === 64 ? client : otherClient);
 * bearerAuth({ clients: [client, otherClient], choose });
 */
export type Choose = (token: string) => FortyTwoClient | undefined;

/** What is said for each client of {@link bearerAuth} by itself. */
export interface ClientRules {
  /** Other applications whose tokens are let in, by their ids at the provider. Default: none. */
  trustedClients?: readonly string[];
  /** What `aud` may be beside the ids of the client and `trustedClients`, where tokens have one. Default: nothing. */
  audience?: readonly string[];
  /**
   * Another way to check tokens than the provider's own: `jwt` checks signed ones against its keys, quick, and blind to
   * revocation. `aud` must then be one of `audience` or the clients' ids. Default: the provider's.
   */
  tokenCheck?: TokenCheckMethod;
  /** The scopes of a personal access token, from what the provider's profile endpoint answered it. Default: none known. */
  personalTokenScopes?: (profile: Readonly<Record<string, unknown>>) => readonly string[];
}

/** Options of {@link bearerAuth}, however many clients there are; each client has caches and limits of its own. */
export interface SharedBearerOptions {
  /** The realm of challenges, printable ASCII. Default: `api`. */
  realm?: string;
  /** Milliseconds for which a valid token is not asked about again; never past its expiry. Default: 60000. */
  maxAge?: number;
  /** How many tokens are kept. Default: 100000. */
  maxTokens?: number;
  /** Milliseconds for which a refused token is not asked about again. Default: 10000. */
  refusedMaxAge?: number;
  /** How many refusals are kept. Default: 10000. */
  maxRefused?: number;
  /** How many tokens are asked about at once. Default: 10. */
  maxLookups?: number;
  /** How many more may wait for that, for five seconds at most; the rest is answered with 503. Default: 100. */
  maxQueuedLookups?: number;
  /**
   * Names who calls, so that each has a share of lookups of their own. With undefined a caller can't be told from others:
   * those wait in one line, and no random tokens of theirs end in 429. Called for tokens that nothing is known of, and may
   * not be async. Default: Express's `req.ip`, or else the address of the connection; of IPv6 its /64.
   */
  callerOf?: CallerOf;
  /** The longest token that is looked at. Default: 8000 characters. */
  maxTokenLength?: number;
  /** Takes tokens from the query too: they end up in logs and histories (RFC 6750 §2.3). Default: false. */
  allowTokenInQuery?: boolean;
  /** Takes tokens from a parsed form too (RFC 6750 §2.2). Default: false. */
  allowTokenInBody?: boolean;
  /** Answers refusals in the site's own way. Default: RFC 6750's names in JSON. */
  onRefused?: OnRefused;
}

/**
 * Options of {@link bearerAuth} for the tokens of one provider.
 *
 * @example
 * const options: BearerAuthOptions = { client, trustedClients: ['the-mobile-app'], maxAge: 30_000 };
 * const { requireBearer } = bearerAuth(options);
 */
export interface BearerAuthOptions extends SharedBearerOptions, ClientRules {
  /** The application whose tokens are let in, and which asks about them. */
  client: FortyTwoClient;
  /** {@link SeveralClientsOptions} have it, in place of `client`. */
  clients?: never;
  choose?: never;
}

/**
 * One of several clients, with what is different for it.
 *
 * @example
 * const signed: BearerClient = { client: oauth42Client, tokenCheck: 'jwt', audience: ['https://api.example'] };
 * bearerAuth({ clients: [client, signed] });
 */
export interface BearerClient extends ClientRules {
  client: FortyTwoClient;
}

/**
 * Options of {@link bearerAuth} for an API that takes the tokens of several providers.
 *
 * @example
 * const options: SeveralClientsOptions = { clients: [client, { client: oauth42Client, trustedClients: ['cli'] }] };
 * const { requireBearer } = bearerAuth(options);
 */
export interface SeveralClientsOptions extends SharedBearerOptions, Partial<Record<keyof ClientRules, never>> {
  /**
   * The applications whose tokens are let in. Each token goes to one of them: whose provider's prefix it begins with,
   * whose issuer it names where it is a JWT, or else to the one whose tokens show nothing of the kind.
   */
  clients: readonly (FortyTwoClient | BearerClient)[];
  /** Says which client a token goes to, where neither prefix nor issuer can. Default: those do. */
  choose?: Choose;
  client?: never;
}
