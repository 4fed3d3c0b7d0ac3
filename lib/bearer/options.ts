import type { FortyTwoClient } from '../client/client.js';
import { ConfigurationError } from '../errors.js';
import type { TokenCheckMethod } from '../providers/provider.js';
import type { OnRefused } from './refusal.js';

/** Options of {@link bearerAuth}. */
export interface BearerAuthOptions {
  /** The application whose tokens are let in, and which asks about them. */
  client: FortyTwoClient;
  /** The realm of challenges, printable ASCII. Default: `api`. */
  realm?: string;
  /** Other applications whose tokens are let in, by their ids at the provider. Default: none. */
  trustedClients?: readonly string[];
  /** What `aud` may be beside the ids of the client and `trustedClients`, where tokens have one. Default: nothing. */
  audience?: readonly string[];
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
  /** The longest token that is looked at. Default: 8000 characters. */
  maxTokenLength?: number;
  /** Takes tokens from the query too: they end up in logs and histories (RFC 6750 §2.3). Default: false. */
  allowTokenInQuery?: boolean;
  /** Takes tokens from a parsed form too (RFC 6750 §2.2). Default: false. */
  allowTokenInBody?: boolean;
  /**
   * Another way to check tokens than the provider's own: `jwt` checks signed ones against its keys, quick, and blind to
   * revocation. `aud` must then be one of `audience` or the clients' ids. Default: the provider's.
   */
  tokenCheck?: TokenCheckMethod;
  /** The scopes of a personal access token, from what the provider's profile endpoint answered it. Default: none known. */
  personalTokenScopes?: (profile: Readonly<Record<string, unknown>>) => readonly string[];
  /** Answers refusals in the site's own way. Default: RFC 6750's names in JSON. */
  onRefused?: OnRefused;
}

export const bearerOptions = [
  'client',
  'realm',
  'trustedClients',
  'audience',
  'maxAge',
  'maxTokens',
  'refusedMaxAge',
  'maxRefused',
  'maxLookups',
  'maxQueuedLookups',
  'maxTokenLength',
  'allowTokenInQuery',
  'allowTokenInBody',
  'tokenCheck',
  'personalTokenScopes',
  'onRefused',
] as const satisfies (keyof BearerAuthOptions)[];

/**
 * That the provider can be asked in this way.
 *
 * @throws {ConfigurationError} at start-up, rather than with every token.
 */
export function assertCheckable(client: FortyTwoClient, method: TokenCheckMethod): void {
  const { displayName, openid } = client.provider;
  if (method === 'none' || (method === 'jwt' && openid === undefined)) {
    throw new ConfigurationError(`bearerAuth: ${displayName} offers no such way to check tokens (${method})`);
  }
  if (method === 'introspection' && client.isPublic) {
    throw new ConfigurationError(
      'bearerAuth: introspection needs a confidential client; give the client a clientSecret',
    );
  }
}
