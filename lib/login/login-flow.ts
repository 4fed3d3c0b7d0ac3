import type { Request, Response } from 'express';
import { ConfigurationError } from '../errors/index.js';
import type { AuthenticateOptions } from './authenticate-options.js';
import { LoginCallback, readCallback } from './login-callback.js';
import type { Claim } from './login-cookies.js';
import { LoginStart } from './login-start.js';
import { LoginStates } from './login-states.js';
import type { LoginHooks, LoginTurn, Outcome } from './login-turn.js';
import { assertCallbackURL, type LoginConfig } from './options.js';
import type { Verify } from './verify.js';

/** A login from its first redirect to the verified user. Knows nothing of Passport's own verdicts. */
export class LoginFlow {
  readonly #config: LoginConfig;
  readonly #start: LoginStart;
  readonly #callback: LoginCallback;

  constructor(config: LoginConfig, verify: Verify) {
    const states = new LoginStates(config);
    this.#config = config;
    this.#start = new LoginStart(config, states);
    this.#callback = new LoginCallback(config, states, verify);
  }

  /** Begins a login, or finishes one where the request is the provider's answer. */
  async run(req: Request, options: AuthenticateOptions, hooks: LoginHooks): Promise<Outcome> {
    const res = responseOf(req);
    res.setHeader('Cache-Control', 'no-store');
    const answer = readCallback(req.originalUrl, req.body);
    const turn: LoginTurn = { req, res, options, hooks, claim: claimOf(this.#config, options) };
    return answer === undefined ? this.#start.run(turn) : this.#callback.run(turn, answer);
  }
}

function claimOf({ client, callbackURL, allowInsecureCallbackURL }: LoginConfig, options: AuthenticateOptions): Claim {
  return {
    provider: client.provider.name,
    clientID: client.clientID,
    redirectURI: options.callbackURL ? assertCallbackURL(options.callbackURL, allowInsecureCallbackURL) : callbackURL,
    purpose: options.assignProperty === undefined ? 'login' : 'account',
  };
}

function responseOf(req: Request): Response {
  if (req.res === undefined) {
    throw new ConfigurationError(
      'FortyTwoStrategy: the request has no req.res, which Express sets; use it with Express',
    );
  }
  return req.res;
}
