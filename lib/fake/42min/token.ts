import type { AnyFakeClient } from '../clients.js';
import { type Answer, type Call, jsonAnswer, noStore, type Params } from '../http.js';
import type { Tokens } from '../oauth21/families.js';
import { readGrantRequest } from '../oauth21/grant-request.js';
import { type Refused, readCode, refreshTokens } from '../oauth21/grants.js';
import { authenticateClient } from './client-authentication.js';
import { refusal } from './errors.js';
import type { House42Min } from './house.js';

type Grant = (form: Params, client: AnyFakeClient, house: House42Min) => Tokens | Refused;

const grantTypes = new Map<string, Grant>([
  ['authorization_code', redeemCode],
  ['refresh_token', refreshTokens],
]);

/** `POST /v1/oauth/token`. */
export function token(call: Call, house: House42Min): Answer {
  const request = readGrantRequest(call, grantTypes, refusal);
  if ('status' in request) return request;
  const { form, grant } = request;
  const client = authenticateClient(form, call, house);
  if ('status' in client) return client;
  const outcome = grant(form, client, house);
  return 'error' in outcome ? refusal(400, outcome.error, outcome.message) : tokenAnswer(outcome);
}

function redeemCode(form: Params, client: AnyFakeClient, { families }: House42Min): Tokens | Refused {
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
