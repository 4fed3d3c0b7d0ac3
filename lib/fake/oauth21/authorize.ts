import { askUser, narrowed, readDecision } from '../consent.js';
import { type Answer, type Call, readForm } from '../http.js';
import { readStrictRequest, type StrictRequest, sendBack } from './authorize-request.js';
import type { Consent } from './families.js';
import type { StrictHouse } from './house.js';

/** What follows when the user authorized the application. */
export type Authorized<House> = (consent: Consent, request: StrictRequest, house: House) => Answer;

/** Who are you, then may this application: each time anew. */
export function ask(call: Call, house: StrictHouse): Answer {
  const request = readStrictRequest(call.query, house);
  return 'status' in request ? request : askUser(request, call, house);
}

/** Takes the decision of the consent page. */
export function decide<House extends StrictHouse>(call: Call, house: House, authorized: Authorized<House>): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return house.pages.refusal(400, form.problem);
  const request = readStrictRequest(new URLSearchParams(form.get('query')), house);
  if ('status' in request) return request;
  const decision = readDecision(form, call, house);
  if ('status' in decision) return decision;
  if (!decision.authorized) return sendBack(request, { error: 'access_denied' }, house);
  const consent: Consent = {
    clientID: request.client.clientID,
    login: decision.login.login,
    scopes: narrowed(request.scopes, house),
    nonce: request.nonce,
    authenticatedAt: decision.login.at,
  };
  return authorized(consent, request, house);
}

/** Back to the site with a code. */
export function grantCode(
  consent: Consent,
  request: Pick<StrictRequest, 'redirectURI' | 'codeChallenge' | 'state'>,
  house: StrictHouse,
): Answer {
  return sendBack(request, { code: house.families.issueCode(consent, request).value }, house);
}
