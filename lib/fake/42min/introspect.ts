import { type Answer, type Call, jsonAnswer, noStore, readForm } from '../http.js';
import { authenticateClient, invalidClient } from './clients.js';
import { errorAnswer } from './errors.js';
import type { Fake42MinState } from './state.js';

/**
 * `POST /v1/oauth/introspect` (RFC 7662): a confidential client asks about its own access tokens. All others, refresh
 * and personal access tokens too, are inactive and nothing more.
 */
export function introspect(call: Call, state: Fake42MinState): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return errorAnswer(400, 'invalid_request', form.problem);
  const client = authenticateClient(form, call, state);
  if ('status' in client) return client;
  if (client.clientSecret === undefined) return invalidClient(undefined);
  const token = state.families.accessToken(form.get('token') ?? '');
  const own = token?.family.clientID === client.clientID;
  if (token === undefined || !own || state.families.endOf(token) !== undefined) {
    return jsonAnswer(200, { active: false }, noStore);
  }
  const body = {
    active: true,
    scope: token.scopes.join(' '),
    client_id: token.family.clientID,
    token_type: 'Bearer',
    sub: state.users.find(token.family.login)?.profile.id,
    iat: token.issuedAt,
    exp: token.expiresAt ?? undefined,
  };
  return jsonAnswer(200, body, noStore);
}
