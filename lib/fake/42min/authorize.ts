import { type Answer, type Call, redirectTo } from '../http.js';
import { ask, decide as decideOn, grantCode, readAuthorizeRequest } from '../oauth21/authorize.js';
import type { Fake42MinState } from './state.js';

/** Where the user is asked: on another host at the real one, on another path here. */
export const consentPath = '/oauth/consent';

/** `GET /v1/oauth/authorize`: checks the request and sends the browser on to the consent screen. */
export function authorize(call: Call, state: Fake42MinState): Answer {
  const request = readAuthorizeRequest(call.query, state);
  return 'status' in request ? request : redirectTo(`${consentPath}?${request.query}`);
}

/** `GET /oauth/consent`. */
export const consent = ask;

/** `POST /oauth/consent`. */
export function decide(call: Call, state: Fake42MinState): Answer {
  return decideOn(call, state, grantCode);
}
