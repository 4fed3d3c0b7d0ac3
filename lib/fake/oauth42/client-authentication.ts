import type { Answer, Call, Params } from '../http.js';
import type { FakeOAuth42Client } from './clients.js';
import { refusal } from './errors.js';
import type { HouseOAuth42 } from './house.js';

/** The application that sends the form. OAuth42 documents id and secret in the form, so HTTP Basic gets nowhere. */
export function authenticateClient(form: Params, call: Call, house: HouseOAuth42): FakeOAuth42Client | Answer {
  const check = house.clients.authenticate(undefined, form.get('client_id'), form.get('client_secret'));
  if ('client' in check && call.headers.authorization === undefined) return check.client;
  return refusal(401, 'invalid_client', 'Client authentication failed: send client_id and client_secret in the form');
}
