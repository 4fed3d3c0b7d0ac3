import type { Core } from './house.js';
import { type Answer, type Call, type Params, readForm, redirectTo } from './http.js';
import type { Login } from './logins.js';
import type { AskedFor } from './pages.js';

/** `POST /login`: takes the choice of the login page. */
export function logIn(call: Call, house: Core): Answer {
  const form = readForm(call);
  const user = house.users.all.find(({ login }) => login === form.get('login'));
  if (form.problem !== undefined || user === undefined) {
    return house.pages.refusal(400, 'There is no such user here.');
  }
  return redirectTo(backTo(form.get('query'), house), 303, { 'set-cookie': house.logins.start(user.login) });
}

/** `POST /logout`: forgets who the browser is, and asks again. */
export function logOut(call: Call, house: Core): Answer {
  return redirectTo(backTo(readForm(call).get('query'), house), 303, { 'set-cookie': house.logins.end(call) });
}

/** Who are you, then may this application. */
export function askUser(request: AskedFor, call: Call, house: Core): Answer {
  const login = house.logins.of(call);
  const user = login === undefined ? undefined : house.users.find(login.login);
  if (login === undefined || user === undefined) return house.pages.login(request, house.users.all);
  return house.pages.consent(request, user, login.csrf);
}

export interface Decision {
  readonly login: Login;
  readonly authorized: boolean;
}

/** What was decided on the consent page, or the answer to a decision that did not come from there. */
export function readDecision(form: Params, call: Call, house: Core): Decision | Answer {
  const login = house.logins.of(call);
  if (login === undefined || login.csrf !== form.get('csrf')) {
    return house.pages.refusal(403, 'This decision did not come from the consent page of this browser.');
  }
  const decision = form.get('decision');
  if (decision === 'authorize' || decision === 'deny') return { login, authorized: decision === 'authorize' };
  return house.pages.refusal(400, 'The decision must be to authorize or to deny.');
}

/** What the consent grants of what was asked for. */
export function narrowed(scopes: readonly string[], house: Core): readonly string[] {
  return scopes.filter((scope) => house.narrowedTo?.includes(scope) ?? true);
}

/** Sends the browser back to the site; what is undefined is left out. */
export function backToSite(redirectURI: string, result: Record<string, string | undefined>): Answer {
  const added = new URLSearchParams();
  for (const [name, value] of Object.entries(result)) if (value !== undefined) added.append(name, value);
  return redirectTo(`${redirectURI}${redirectURI.includes('?') ? '&' : '?'}${added}`);
}

// Only ever a path of the fake: the form can't send the browser anywhere else.
function backTo(query: string | undefined, house: Core): string {
  return query === undefined ? '/' : `${house.pages.brand.consentPath}?${new URLSearchParams(query)}`;
}
