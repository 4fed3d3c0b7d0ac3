import type { AnyFakeClient } from '../clients.js';
import { askUser, backToSite, narrowed, readDecision } from '../consent.js';
import { type Answer, type Call, readForm, readParams } from '../http.js';
import { isChallenge } from '../pkce.js';
import type { Consent } from './families.js';
import type { FakeOAuth21State } from './state.js';

/** Answers when the user has authorized the application. */
export type Authorized<State> = (consent: Consent, request: AuthorizeRequest, state: State) => Answer;

/** The login page, then the consent page, each time. */
export function ask(call: Call, state: FakeOAuth21State): Answer {
  const request = readAuthorizeRequest(call.query, state);
  return 'status' in request ? request : askUser(request, call, state);
}

/** Takes the decision of the consent page. */
export function decide<State extends FakeOAuth21State>(
  call: Call,
  state: State,
  authorized: Authorized<State>,
): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return state.pages.refusal(400, form.problem);
  const request = readAuthorizeRequest(new URLSearchParams(form.get('query')), state);
  if ('status' in request) return request;
  const decision = readDecision(form, call, state);
  if ('status' in decision) return decision;
  if (!decision.authorized) return sendBack(request, { error: 'access_denied' }, state);
  const consent: Consent = {
    clientID: request.client.clientID,
    login: decision.login.login,
    scopes: narrowed(request.scopes, state),
    nonce: request.nonce,
    authenticatedAt: decision.login.at,
  };
  return authorized(consent, request, state);
}

/** Sends the browser back to the site with a code. */
export function grantCode(
  consent: Consent,
  request: Pick<AuthorizeRequest, 'redirectURI' | 'codeChallenge' | 'stateParameter'>,
  state: FakeOAuth21State,
): Answer {
  return sendBack(request, { code: state.families.issueCode(consent, request).value }, state);
}

/** A valid authorize request. */
export interface AuthorizeRequest {
  readonly client: AnyFakeClient;
  readonly redirectURI: string;
  readonly scopes: readonly string[];
  readonly stateParameter: string | undefined;
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  /** The request as it came, for the forms to carry. */
  readonly query: string;
}

/**
 * Checks an authorize request. The answer to a bad one is a page as long as it is not sure that the redirect URI
 * belongs to the application, and a redirect with the error from then on (RFC 6749 section 4.1.2.1).
 */
export function readAuthorizeRequest(query: URLSearchParams, state: FakeOAuth21State): AuthorizeRequest | Answer {
  const params = readParams(query);
  if (params.problem !== undefined) return state.pages.refusal(400, params.problem);
  const client = state.clients.find(params.get('client_id'));
  if (client === undefined) return state.pages.refusal(400, 'No application has this client_id.');
  const redirectURI = params.get('redirect_uri');
  if (redirectURI === undefined) return state.pages.refusal(400, 'redirect_uri is missing.');
  if (!state.clients.allowsRedirect(client, redirectURI)) {
    return state.pages.refusal(400, 'This redirect_uri is not registered for the application.');
  }

  const stateParameter = params.get('state');
  const refuse = (error: string, description: string) =>
    sendBack({ redirectURI, stateParameter }, { error, error_description: description }, state);
  const responseType = params.get('response_type');
  if (responseType === undefined) return refuse('invalid_request', 'response_type is missing');
  if (responseType !== 'code') return refuse('unsupported_response_type', 'response_type must be code');
  const missing = state.rules.required.find((name) => params.get(name) === undefined);
  if (missing !== undefined) return refuse('invalid_request', `${missing} is missing`);
  const codeChallenge = params.get('code_challenge');
  if (codeChallenge === undefined) return refuse('invalid_request', 'code_challenge is missing');
  if (params.get('code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'code_challenge_method must be S256');
  }
  if (!isChallenge(codeChallenge)) {
    return refuse('invalid_request', 'code_challenge is not the base64url of a SHA-256');
  }
  const scopes = state.rules.scopes(client, params.get('scope'));
  if (scopes === undefined) return refuse('invalid_scope', 'A scope is unknown, or the application does not have it');
  return {
    client,
    redirectURI,
    scopes,
    stateParameter,
    codeChallenge,
    nonce: params.get('nonce'),
    query: query.toString(),
  };
}

/** Sends the browser back to the site with a result, the state parameter and, if `issInCallback` is set, the issuer. */
export function sendBack(
  { redirectURI, stateParameter }: Pick<AuthorizeRequest, 'redirectURI' | 'stateParameter'>,
  result: Record<string, string>,
  { issuer, issInCallback }: FakeOAuth21State,
): Answer {
  return backToSite(redirectURI, { ...result, state: stateParameter, iss: issInCallback ? issuer : undefined });
}
