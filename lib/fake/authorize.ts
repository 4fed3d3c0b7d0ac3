import { type AuthorizeRequest, readAuthorizeRequest } from './authorize-request.js';
import type { House } from './house.js';
import { type Answer, type Call, readForm, redirectTo } from './http.js';
import { consentPage, loginPage, refusalPage } from './pages.js';

/** `GET /oauth/authorize`: who are you, then may this application; or straight back when both are known. */
export function authorize(call: Call, house: House): Answer {
  const request = readAuthorizeRequest(call.query, house);
  if (typeof request === 'string') return refusalPage(200, request);
  const login = house.logins.of(call);
  const user = login === undefined ? undefined : house.users.find(login.login);
  if (login === undefined || user === undefined) return loginPage(request, house.users.all);
  const earlier = house.grants.liveTokenOf(request.client.clientID, user.login);
  // As at 42: who has authorised the application already is not asked again, and keeps the scopes of that time.
  if (earlier !== undefined) return grant(request, user.login, earlier.scopes, house);
  return consentPage(request, user, login.csrf);
}

/** `POST /login`: takes the choice of the login page. */
export function logIn(call: Call, house: House): Answer {
  const form = readForm(call);
  const user = house.users.all.find(({ login }) => login === form.get('login'));
  if (form.problem !== undefined || user === undefined) return refusalPage(400, 'There is no such user here.');
  return redirectTo(backTo(form.get('query')), 303, { 'set-cookie': house.logins.start(user.login) });
}

/** `POST /logout`: forgets who the browser is, and asks again. */
export function logOut(call: Call, house: House): Answer {
  return redirectTo(backTo(readForm(call).get('query')), 303, { 'set-cookie': house.logins.end(call) });
}

/** `POST /oauth/authorize`: takes the decision of the consent page. */
export function decide(call: Call, house: House): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return refusalPage(400, form.problem);
  const request = readAuthorizeRequest(new URLSearchParams(form.get('query')), house);
  if (typeof request === 'string') return refusalPage(200, request);
  const login = house.logins.of(call);
  if (login === undefined || login.csrf !== form.get('csrf')) {
    return refusalPage(403, 'This decision did not come from the consent page of this browser.');
  }
  const decision = form.get('decision');
  if (decision === 'authorize') {
    const scopes = request.scopes.filter((scope) => house.narrowedTo?.includes(scope) ?? true);
    return grant(request, login.login, scopes, house);
  }
  if (decision === 'deny') {
    return backToSite(request, { error: 'access_denied', error_description: 'The user denied the request.' });
  }
  return refusalPage(400, 'The decision must be to authorize or to deny.');
}

function grant(request: AuthorizeRequest, login: string, scopes: readonly string[], house: House): Answer {
  const { client, redirectURI, codeChallenge } = request;
  const code = house.grants.issueCode({
    clientID: client.clientID,
    login,
    redirectURI,
    scopes,
    codeChallenge,
    lifetime: house.codeLifetime,
  });
  return backToSite(request, { code: code.value });
}

function backToSite({ redirectURI, state }: AuthorizeRequest, result: Record<string, string>): Answer {
  const added = new URLSearchParams(state === undefined ? result : { ...result, state });
  return redirectTo(`${redirectURI}${redirectURI.includes('?') ? '&' : '?'}${added}`);
}

// Only ever a path of the fake: the form can't send the browser anywhere else.
function backTo(query: string | undefined): string {
  return query === undefined ? '/' : `/oauth/authorize?${new URLSearchParams(query)}`;
}
