import { type Answer, type Call, redirectTo } from '../http.js';
import { ask, decide as decideOn, grantCode } from '../oauth21/authorize.js';
import { readStrictRequest } from '../oauth21/authorize-request.js';
import type { House42Min } from './house.js';

/** Where the user is asked: on another host at the real one, on another path here. */
export const consentPath = '/oauth/consent';

/** `GET /v1/oauth/authorize`: checks the request and sends the browser on to the consent screen. */
export function authorize(call: Call, house: House42Min): Answer {
  const request = readStrictRequest(call.query, house);
  return 'status' in request ? request : redirectTo(`${consentPath}?${request.query}`);
}

/** `GET /oauth/consent`. */
export const consent = ask;

/** `POST /oauth/consent`. */
export function decide(call: Call, house: House42Min): Answer {
  return decideOn(call, house, grantCode);
}
