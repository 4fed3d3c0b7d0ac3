import type { FakeClient } from '../clients.js';
import { askUser, backToSite, narrowed, readDecision } from '../consent.js';
import { type Answer, type Call, readForm, readParams, splitScopes } from '../http.js';
import { isChallenge } from '../pkce.js';
import type { Fake42State } from './state.js';

/** `GET /oauth/authorize`: the login page, then the consent page; straight back to the site when neither is needed. */
export function authorize(call: Call, state: Fake42State): Answer {
  const request = readAuthorizeRequest(call.query, state);
  if (typeof request === 'string') return state.pages.refusal(200, request);
  const user = state.users.find(state.logins.of(call)?.login ?? null);
  const earlier = user && state.grants.liveTokenOf(request.client.clientID, user.login);
  // As at 42: a user who has authorized the application already is not asked again, and the scopes stay as they were.
  if (user !== undefined && earlier !== undefined) return grantCode(request, user.login, earlier.scopes, state);
  return askUser(request, call, state);
}

/** `POST /oauth/authorize`: takes the decision of the consent page. */
export function decide(call: Call, state: Fake42State): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return state.pages.refusal(400, form.problem);
  const request = readAuthorizeRequest(new URLSearchParams(form.get('query')), state);
  if (typeof request === 'string') return state.pages.refusal(200, request);
  const decision = readDecision(form, call, state);
  if ('status' in decision) return decision;
  if (decision.authorized) return grantCode(request, decision.login.login, narrowed(request.scopes, state), state);
  const { redirectURI, stateParameter } = request;
  return backToSite(redirectURI, {
    error: 'access_denied',
    error_description: 'The user denied the request.',
    state: stateParameter,
  });
}

function grantCode(request: AuthorizeRequest, login: string, scopes: readonly string[], state: Fake42State): Answer {
  const { client, redirectURI, codeChallenge, stateParameter } = request;
  const code = state.grants.issueCode({
    clientID: client.clientID,
    login,
    redirectURI,
    scopes,
    codeChallenge,
    lifetime: state.codeLifetime,
  });
  return backToSite(redirectURI, { code: code.value, state: stateParameter });
}

/** A valid authorize request. */
interface AuthorizeRequest {
  readonly client: FakeClient;
  readonly redirectURI: string;
  readonly scopes: readonly string[];
  readonly stateParameter: string | undefined;
  readonly codeChallenge: string | undefined;
  /** The request as it came, for the forms to carry. */
  readonly query: string;
}

/**
 * Checks an authorize request. A text is the reason for refusing it, to be shown to the user and never sent to the
 * redirect URI, as Doorkeeper does.
 */
function readAuthorizeRequest(query: URLSearchParams, state: Fake42State): AuthorizeRequest | string {
  const params = readParams(query);
  if (params.problem !== undefined) return params.problem;
  const client = state.clients.find(params.get('client_id'));
  if (client === undefined) return 'No application has this client_id.';
  const redirectURI = params.get('redirect_uri');
  if (redirectURI === undefined) return 'redirect_uri is missing.';
  if (!state.clients.allowsRedirect(client, redirectURI)) {
    return 'This redirect_uri is not registered for the application.';
  }
  if (params.get('response_type') !== 'code') return 'The response_type must be "code".';
  const scopes = splitScopes(params.get('scope') ?? 'public');
  if (!scopes.every((scope) => client.scopes.includes(scope))) {
    return 'A scope is unknown, or the application does not have it.';
  }
  const codeChallenge = params.get('code_challenge');
  const method = params.get('code_challenge_method');
  if ((codeChallenge !== undefined || method !== undefined) && method !== 'S256') {
    return 'The code_challenge_method must be "S256".';
  }
  if (method !== undefined && !isChallenge(codeChallenge)) {
    return 'The code_challenge is not the base64url of a SHA-256.';
  }
  return { client, redirectURI, scopes, stateParameter: params.get('state'), codeChallenge, query: query.toString() };
}
