import type { Request } from 'express';
import { nonceOf, randomVerifier, s256 } from '../client/authorization.js';
import { LoginError } from '../errors/index.js';
import { present } from '../json.js';
import { askedReturnTo, queryParameter } from './authenticate-options.js';
import type { Claim, PendingLogin } from './login-cookies.js';
import { listenerOf } from './login-listener.js';
import { LOGIN_REQUEST_PARAMETER, type LoginRequest, openLoginRequest } from './login-request.js';
import type { LoginStates } from './login-states.js';
import type { LoginTurn, Outcome } from './login-turn.js';
import { type LoginConfig, readScope, withOpenID } from './options.js';
import { isFromSite, isOwnRequest, sessionTagOf, sourceOf } from './own-request.js';
import { readPrompt } from './prompt.js';
import { safeReturnTo } from './return-to.js';

/** The beginning of a login: what is asked of the provider, and what is kept until it answers. */
export class LoginStart {
  readonly #config: LoginConfig;
  readonly #states: LoginStates;

  constructor(config: LoginConfig, states: LoginStates) {
    this.#config = config;
    this.#states = states;
  }

  async run({ req, res, options, hooks, claim }: LoginTurn): Promise<Outcome> {
    const { client, scopeSeparator, scope: ownScope } = this.#config;
    const { provider, clientID, redirectURI, purpose } = claim;
    if (purpose === 'account') assertOwnForm(req, claim);
    const asksFor = this.#requestIn(req);
    // Before anybody is sent away: it may have been made for another session.
    if (asksFor !== undefined) await listenerOf(client)?.begins(req, asksFor);
    const asked = options.scope === undefined ? [] : readScope(options.scope, scopeSeparator);
    const usual = asked.length > 0 ? withOpenID(asked, client.provider) : ownScope;
    const scope = asksFor?.scope ? [...new Set([...usual, ...asksFor.scope])] : usual;
    // OpenID Connect Core §3.1.2.1; elsewhere no parameter is known that asks for a fresh login.
    const again = asksFor?.again && client.provider.openid ? 'login' : undefined;
    const prompt = again ?? readPrompt(options.prompt) ?? this.#config.prompt;
    const codeVerifier = randomVerifier();
    // Whoever passes by can begin a login, so no object is spread here, which costs more than all the rest.
    const login: PendingLogin = {
      provider,
      clientID,
      redirectURI,
      purpose,
      codeVerifier,
      scope,
      returnTo: safeReturnTo(askedReturnTo(req, options)),
      applicationState: options.state,
      linkTo: asksFor?.linkTo,
      sessionTag: purpose === 'account' ? sessionTagOf(req) : undefined,
      fromSite: isFromSite(sourceOf(req.headers)),
    };
    const stored = this.#states.hasStore ? await this.#states.store(req, login) : undefined;
    const url = client.authorizationURL({
      redirectURI,
      scope,
      state: this.#states.keep(req, res, login, stored),
      codeChallenge: s256(codeVerifier),
      nonce: client.provider.openid && nonceOf(codeVerifier),
      params: given(prompt, hooks.authorizationParams(options)),
    });
    return { type: 'redirect', url };
  }

  #requestIn(req: Request): LoginRequest | undefined {
    const sealed = queryParameter(req, LOGIN_REQUEST_PARAMETER);
    return sealed === undefined ? undefined : openLoginRequest(this.#config.client, sealed);
  }
}

/**
 * Another site could have an account of its own choice connected to who is logged in here: only a form of the site may
 * begin that (requirement L12).
 *
 * @throws {LoginError} `ERR_LOGIN_FOREIGN`
 */
function assertOwnForm(req: Request, { redirectURI }: Claim): void {
  const { origin } = new URL(redirectURI);
  if (req.method === 'POST' && isOwnRequest(sourceOf(req.headers), origin, false)) return;
  throw new LoginError(
    'ERR_LOGIN_FOREIGN',
    'passport.authorize connects an account, so only a form of the site may begin it: give its route to app.post, and ' +
      'send a form with method="post" from a page of the site',
  );
}

/** Parameters that a site adds to an authorization request; undefined for none. */
function given(prompt: string | undefined, params: object): Record<string, string> | undefined {
  if (prompt === undefined && Object.keys(params).length === 0) return undefined;
  return present<Record<string, string>>({ ...(prompt && { prompt }), ...params });
}
