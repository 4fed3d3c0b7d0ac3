import { type Answer, type Call, readJSON } from '../http.js';
import { type AuthorizeRequest, ask, decide as decideOn, grantCode, sendBack } from '../oauth21/authorize.js';
import type { Consent } from '../oauth21/families.js';
import { errorAnswer } from './errors.js';
import type { FakeOAuth42State } from './state.js';

/** `GET /oauth/authorize`. */
export const authorize = ask;

/** `POST /oauth/authorize`: takes the decision of the consent page. */
export function decide(call: Call, state: FakeOAuth42State): Answer {
  return decideOn(call, state, authorized);
}

function authorized(consent: Consent, request: AuthorizeRequest, state: FakeOAuth42State): Answer {
  if (state.mfaAt !== 'callback' || !needsMfa(consent, state)) return grantCode(consent, request, state);
  const mfaToken = state.mfa.challenge({ consent, binding: request });
  return sendBack(request, { error: 'mfa_required', mfa_token: mfaToken }, state);
}

/** Whether the login lacks the second step that its user has switched on. */
export function needsMfa({ login, secondStep = false }: Consent, state: FakeOAuth42State): boolean {
  return !secondStep && state.users.find(login)?.mfa === true;
}

/** `POST /oauth/authorize/mfa`: the second step, answered with the redirect that the login was waiting for. */
export function completeMfa(call: Call, state: FakeOAuth42State): Answer {
  const body = readJSON(call);
  if (body === undefined) return errorAnswer(400, 'invalid_request', 'The body must be a JSON object');
  const { mfa_token: token, code, backup_code: backupCode } = body;
  if (typeof token !== 'string') return errorAnswer(400, 'invalid_request', 'mfa_token is missing');
  const given = [code, backupCode].filter((one) => one !== undefined);
  if (given.length !== 1 || typeof given[0] !== 'string') {
    return errorAnswer(400, 'invalid_request', 'Either code or backup_code must be there, as a text');
  }
  const outcome = state.mfa.complete(token, { code: textOf(code), backupCode: textOf(backupCode) });
  if (outcome === 'over') {
    return errorAnswer(400, 'invalid_grant', 'The mfa_token is unknown, used up or expired: log in again');
  }
  if (outcome === 'wrong') return errorAnswer(400, 'invalid_grant', 'The code is wrong');
  return grantCode(outcome.consent, outcome.binding, state);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
