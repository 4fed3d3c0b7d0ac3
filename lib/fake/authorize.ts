import { type AuthorizeRequest, readAuthorizeRequest } from './authorize-request.js';
import { askUser, backToSite, narrowed, readDecision } from './consent.js';
import type { House } from './house.js';
import { type Answer, type Call, readForm } from './http.js';

/** `GET /oauth/authorize`: who are you, then may this application; or straight back when both are known. */
export function authorize(call: Call, house: House): Answer {
  const request = readAuthorizeRequest(call.query, house);
  if (typeof request === 'string') return house.pages.refusal(200, request);
  const user = house.users.find(house.logins.of(call)?.login ?? null);
  const earlier = user && house.grants.liveTokenOf(request.client.clientID, user.login);
  // As at 42: who has authorised the application already is not asked again, and keeps the scopes of that time.
  if (user !== undefined && earlier !== undefined) return grant(request, user.login, earlier.scopes, house);
  return askUser(request, call, house);
}

/** `POST /oauth/authorize`: takes the decision of the consent page. */
export function decide(call: Call, house: House): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return house.pages.refusal(400, form.problem);
  const request = readAuthorizeRequest(new URLSearchParams(form.get('query')), house);
  if (typeof request === 'string') return house.pages.refusal(200, request);
  const decision = readDecision(form, call, house);
  if ('status' in decision) return decision;
  if (decision.authorized) return grant(request, decision.login.login, narrowed(request.scopes, house), house);
  const { redirectURI, state } = request;
  return backToSite(redirectURI, {
    error: 'access_denied',
    error_description: 'The user denied the request.',
    state,
  });
}

function grant(request: AuthorizeRequest, login: string, scopes: readonly string[], house: House): Answer {
  const { client, redirectURI, codeChallenge, state } = request;
  const code = house.grants.issueCode({
    clientID: client.clientID,
    login,
    redirectURI,
    scopes,
    codeChallenge,
    lifetime: house.codeLifetime,
  });
  return backToSite(redirectURI, { code: code.value, state });
}
