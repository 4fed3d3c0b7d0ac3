import type { AnyFakeClient } from '../clients.js';
import { type Answer, type Call, jsonAnswer, noStore, type Params } from '../http.js';
import type { Tokens } from '../oauth21/families.js';
import { type Refused, readCode, readGrantRequest, refreshTokens } from '../oauth21/token.js';
import { authenticateClient } from './clients.js';
import { errorAnswer } from './errors.js';
import type { Fake42MinState } from './state.js';

type GrantHandler = (form: Params, client: AnyFakeClient, state: Fake42MinState) => Tokens | Refused;

const grantTypes = new Map<string, GrantHandler>([
  ['authorization_code', redeemCode],
  ['refresh_token', refreshTokens],
]);

/** `POST /v1/oauth/token`. */
export function token(call: Call, state: Fake42MinState): Answer {
  const request = readGrantRequest(call, grantTypes, errorAnswer);
  if ('status' in request) return request;
  const { form, handle } = request;
  const client = authenticateClient(form, call, state);
  if ('status' in client) return client;
  const outcome = handle(form, client, state);
  return 'error' in outcome ? errorAnswer(400, outcome.error, outcome.message) : tokenAnswer(outcome);
}

function redeemCode(form: Params, client: AnyFakeClient, { families }: Fake42MinState): Tokens | Refused {
  const code = readCode(form, client, families);
  return 'error' in code ? code : families.redeem(code);
}

function tokenAnswer({ access, refresh }: Tokens): Answer {
  const body = {
    access_token: access.value,
    refresh_token: refresh?.value,
    token_type: 'Bearer',
    expires_in: access.expiresAt === null ? undefined : access.expiresAt - access.issuedAt,
    scope: access.scopes.join(' '),
  };
  return jsonAnswer(200, body, noStore);
}
