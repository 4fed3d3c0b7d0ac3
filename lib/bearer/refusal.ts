import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  BearerError,
  bareCause,
  ConfigurationError,
  FortyTwoError,
  ProviderUnavailableError,
} from '../errors/index.js';
import { challenge } from './challenge.js';
import type { Next, OnRefused } from './middleware.js';
import type { Policy, Shortfall } from './policy.js';

/** Makes the refusals of one route. */
export class Refusals {
  readonly #realm: string;
  readonly #policy: Policy;
  readonly #scope: string | undefined;

  constructor(realm: string, policy: Policy) {
    this.#realm = realm;
    this.#policy = policy;
    this.#scope = policy.scopes.length > 0 ? policy.scopes.join(' ') : undefined;
  }

  /** No token, or none that could be read. */
  ofRequest(code: 'ERR_BEARER_MISSING' | 'ERR_BEARER_REQUEST' | 'ERR_BEARER_TOKEN', description: string): BearerError {
    // RFC 6750 §3.1: without a token the challenge says nothing but what is needed.
    const error = {
      ERR_BEARER_MISSING: undefined,
      ERR_BEARER_REQUEST: 'invalid_request',
      ERR_BEARER_TOKEN: 'invalid_token',
    }[code];
    return this.#refusal(code, description, error);
  }

  /** A token that the provider, or its own expiry, calls invalid. */
  ofToken(reason: string): BearerError {
    return this.#refusal('ERR_BEARER_TOKEN', `The access token is not valid: ${reason}`, 'invalid_token');
  }

  /** A token that is not of the clients whose tokens are let in: nobody was asked about it. */
  ofStranger(): BearerError {
    return this.ofToken('it is from no provider whose tokens are let in here');
  }

  /** A valid token that is not enough for the route. */
  ofShortfall(lack: Shortfall): BearerError {
    switch (lack) {
      case 'personal':
        return this.ofToken('personal access tokens are not let in here');
      case 'client':
        return this.ofToken('it was issued to another application');
      case 'audience':
        return this.ofToken('it is meant for another audience');
      case 'kind':
        return this.#refusal(
          'ERR_BEARER_SCOPE',
          this.#policy.kind === 'user'
            ? "This needs a person's token; log in with the provider"
            : "This needs an application's own token (client credentials)",
          'insufficient_scope',
        );
      case 'scope':
        return this.#refusal(
          'ERR_BEARER_SCOPE',
          'The access token lacks a scope that this needs',
          'insufficient_scope',
        );
    }
  }

  /** The provider could not say whether the token is good, or was not asked for this caller. */
  ofOutage(error: unknown): BearerError {
    if (error instanceof BearerError) return error;
    return new BearerError('ERR_BEARER_UNAVAILABLE', 'Tokens can not be checked at the moment; try again later', {
      cause: error instanceof FortyTwoError ? error : bareCause(error),
      retryAfter: error instanceof ProviderUnavailableError ? error.retryAfter : 30,
    });
  }

  #refusal(code: BearerError['code'], description: string, error: string | undefined): BearerError {
    const scope = this.#scope;
    return new BearerError(code, description, {
      scope,
      challenge: challenge({
        realm: this.#realm,
        error,
        error_description: error && description,
        // The scope that would do; with invalid_token or invalid_request it would only distract.
        scope: error === undefined || error === 'insufficient_scope' ? scope : undefined,
      }),
    });
  }
}

/** Answers a refusal, in the site's own way where it has one. */
export function writeRefusal(
  error: BearerError,
  onRefused: OnRefused | undefined,
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
): void {
  // A middleware with a timeout may have answered while the token was looked up.
  if (res.headersSent) return;
  writeHead(error, res);
  if (onRefused === undefined) {
    writeBody(error, res);
    return;
  }
  const fail = (reason: unknown) => next(reasonFor(reason, 'onRefused'));
  try {
    Promise.resolve(onRefused(error, req, res, next)).catch(fail);
  } catch (reason) {
    fail(reason);
  }
}

// To Express's `next` these are no errors: it goes on to what the request was kept from.
const noErrors: readonly unknown[] = ['route', 'router'];

/** What the site's own code threw, as an error that `next` takes for one. */
export function reasonFor(thrown: unknown, what: string): unknown {
  if (thrown && !noErrors.includes(thrown)) return thrown;
  return new ConfigurationError(`bearerAuth: ${what} failed without a reason; throw an Error`);
}

/** Sets what every refusal has, whoever writes its body. */
function writeHead(error: BearerError, res: ServerResponse): void {
  res.statusCode = error.status;
  res.setHeader('Cache-Control', 'no-store');
  if (error.challenge !== undefined) res.setHeader('WWW-Authenticate', error.challenge);
  if (error.retryAfter !== undefined) res.setHeader('Retry-After', String(error.retryAfter));
}

/** The body of a refusal: RFC 6750's names, in JSON. */
function writeBody(error: BearerError, res: ServerResponse): void {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(
    JSON.stringify({
      error: error.error,
      error_description: error.message,
      scope: error.code === 'ERR_BEARER_SCOPE' ? error.scope : undefined,
    }),
  );
}
