import { type Answer, type Call, readJSON } from '../http.js';
import { ask, decide as decideOn, grantCode } from '../oauth21/authorize.js';
import { type StrictRequest, sendBack } from '../oauth21/authorize-request.js';
import type { Consent } from '../oauth21/families.js';
import { refusal } from './errors.js';
import type { HouseOAuth42 } from './house.js';

/** `GET /oauth/authorize`. */
export const authorize = ask;

/** `POST /oauth/authorize`: takes the decision of the consent page. */
export function decide(call: Call, house: HouseOAuth42): Answer {
  return decideOn(call, house, authorized);
}

function authorized(consent: Consent, request: StrictRequest, house: HouseOAuth42): Answer {
  if (house.mfaAt !== 'callback' || !needsMfa(consent, house)) return grantCode(consent, request, house);
  const mfaToken = house.mfa.challenge({ consent, binding: request });
  return sendBack(request, { error: 'mfa_required', mfa_token: mfaToken }, house);
}

/** Whether the login lacks the second step that its user has switched on. */
export function needsMfa({ login, secondStep = false }: Consent, house: HouseOAuth42): boolean {
  return !secondStep && house.users.find(login)?.mfa === true;
}

/** `POST /oauth/authorize/mfa`: the second step, answered with the redirect that the login was waiting for. */
export function completeMfa(call: Call, house: HouseOAuth42): Answer {
  const body = readJSON(call);
  if (body === undefined) return refusal(400, 'invalid_request', 'The body must be a JSON object');
  const { mfa_token: token, code, backup_code: backupCode } = body;
  if (typeof token !== 'string') return refusal(400, 'invalid_request', 'mfa_token is missing');
  const given = [code, backupCode].filter((one) => one !== undefined);
  if (given.length !== 1 || typeof given[0] !== 'string') {
    return refusal(400, 'invalid_request', 'Either code or backup_code must be there, as a text');
  }
  const outcome = house.mfa.complete(token, { code: textOf(code), backupCode: textOf(backupCode) });
  if (outcome === 'dead') {
    return refusal(400, 'invalid_grant', 'The mfa_token is unknown, used up or expired: log in again');
  }
  if (outcome === 'wrong') return refusal(400, 'invalid_grant', 'The code is wrong');
  return grantCode(outcome.consent, outcome.binding, house);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
