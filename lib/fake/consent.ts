import { type Answer, type Call, type Params, readForm, redirectTo } from './http.js';
import type { Login } from './logins.js';
import type { AskedFor } from './pages.js';
import type { FakeState } from './state.js';

/** `POST /login`: takes the choice of the login page. */
export function logIn(call: Call, state: FakeState): Answer {
  const form = readForm(call);
  const user = state.users.all.find(({ login }) => login === form.get('login'));
  if (form.problem !== undefined || user === undefined) {
    return state.pages.refusal(400, 'There is no such user here.');
  }
  return redirectTo(backTo(form.get('query'), state), 303, { 'set-cookie': state.logins.start(user.login) });
}

/** `POST /logout`: ends the browser's login, and asks again. */
export function logOut(call: Call, state: FakeState): Answer {
  return redirectTo(backTo(readForm(call).get('query'), state), 303, { 'set-cookie': state.logins.end(call) });
}

/** The login page, or the consent page for a browser that is logged in. */
export function askUser(request: AskedFor, call: Call, state: FakeState): Answer {
  const login = state.logins.of(call);
  const user = login === undefined ? undefined : state.users.find(login.login);
  if (login === undefined || user === undefined) return state.pages.login(request, state.users.all);
  return state.pages.consent(request, user, login.csrf);
}

export interface Decision {
  readonly login: Login;
  readonly authorized: boolean;
}

/** What was decided on the consent page, or the answer to a decision that did not come from there. */
export function readDecision(form: Params, call: Call, state: FakeState): Decision | Answer {
  const login = state.logins.of(call);
  if (login === undefined || login.csrf !== form.get('csrf')) {
    return state.pages.refusal(403, 'This decision did not come from the consent page of this browser.');
  }
  const decision = form.get('decision');
  if (decision === 'authorize' || decision === 'deny') return { login, authorized: decision === 'authorize' };
  return state.pages.refusal(400, 'The decision must be to authorize or to deny.');
}

/** What the consent grants of what was asked for. */
export function narrowed(scopes: readonly string[], state: FakeState): readonly string[] {
  return scopes.filter((scope) => state.narrowedTo?.includes(scope) ?? true);
}

/** Sends the browser back to the site; what is undefined is left out. */
export function backToSite(redirectURI: string, result: Record<string, string | undefined>): Answer {
  const added = new URLSearchParams();
  for (const [name, value] of Object.entries(result)) if (value !== undefined) added.append(name, value);
  return redirectTo(`${redirectURI}${redirectURI.includes('?') ? '&' : '?'}${added}`);
}

// Only ever a path of the fake: the form can't send the browser anywhere else.
function backTo(query: string | undefined, state: FakeState): string {
  return query === undefined ? '/' : `${state.pages.brand.consentPath}?${new URLSearchParams(query)}`;
}
