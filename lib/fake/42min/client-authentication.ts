import type { AnyFakeClient } from '../clients.js';
import type { Answer, Call, Params } from '../http.js';
import { refusal } from './errors.js';
import type { House42Min } from './house.js';

/** The application that sends the form: by its secret in one of two ways or, if it is public, by its id alone. */
export function authenticateClient(form: Params, call: Call, house: House42Min): AnyFakeClient | Answer {
  const { authorization } = call.headers;
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  const client = house.clients.find(id);
  const isPublic = client !== undefined && client.clientSecret === undefined;
  if (isPublic && authorization === undefined && secret === undefined) return client;
  const check = house.clients.authenticate(authorization, id, secret);
  if ('client' in check) return check.client;
  if (check.refused === 'ambiguous') {
    return refusal(400, 'invalid_request', 'The client must authenticate in one way only');
  }
  return invalidClient(authorization);
}

/** RFC 6749 section 5.2: who tried HTTP authentication is told its scheme. */
export function invalidClient(authorization: string | undefined): Answer {
  const challenge: Answer['headers'] = authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="42min"' };
  return refusal(401, 'invalid_client', 'Client authentication failed', challenge);
}
