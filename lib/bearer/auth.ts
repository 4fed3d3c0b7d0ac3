import type { IncomingMessage } from 'node:http';
import type { TokenFacts } from '../client/token-check/token-facts.js';
import { ConfigurationError } from '../errors/index.js';
import type { CachedToken } from './token-cache.js';

/**
 * Who calls a route: `req.auth` behind `requireBearer`. Each request has its own; changing it changes nothing else.
 *
 * @example
 * function isOurs({ kind, clientID }: RequestAuth): boolean {
 *   return kind === 'application' && clientID === client.clientID;
 * }
 * app.post('/api/jobs', requireBearer(anyToken), (req, res) => res.sendStatus(isOurs(getAuth(req)) ? 202 : 403));
 */
export class RequestAuth {
  /** The provider's name. */
  declare provider: string;
  /** Whose token: a person's, an application's own, or `unknown` where the provider doesn't tell. */
  declare kind: TokenFacts['kind'];
  /** The person's id at the provider. */
  declare subject: string | undefined;
  /** The application that the token was issued to. */
  declare clientID: string | undefined;
  declare scopes: string[];
  /** Milliseconds since the epoch, in whole seconds; undefined where the token doesn't expire. */
  declare expiresAt: number | undefined;
  /** Milliseconds since the epoch, in whole seconds. */
  declare issuedAt: number | undefined;
  /** The person's login, where the provider's answer has it. */
  declare username: string | undefined;
  /** Whom the token is meant for, where the provider's answer says so. */
  declare audience: string[] | undefined;

  /** @internal `requireBearer` makes them. */
  constructor(provider: string, token: CachedToken) {
    const { shared } = token;
    this.provider = provider;
    this.kind = shared.kind;
    this.subject = token.subject;
    this.clientID = shared.clientID;
    this.scopes = shared.scopes.slice();
    // First undefined, as in CachedToken.
    this.expiresAt = undefined;
    this.issuedAt = undefined;
    this.expiresAt = token.expiresAt;
    this.issuedAt = token.issuedAt;
    this.username = token.username;
    this.audience = shared.audience?.slice();
  }
}

/**
 * Who calls, in a route behind `requireBearer`.
 *
 * @throws {ConfigurationError} where the route isn't protected: a handler must not go on without knowing.
 *
 * @example
 * app.get('/api/me', requireBearer('public'), (req, res) => {
 *   const { subject, scopes } = getAuth(req);
 *   res.json({ subject, scopes });
 * });
 */
export function getAuth(req: IncomingMessage): RequestAuth {
  const { auth } = req as { auth?: unknown };
  if (!(auth instanceof RequestAuth)) {
    throw new ConfigurationError('getAuth: this route is not behind requireBearer; put requireBearer(…) before it');
  }
  return auth;
}
