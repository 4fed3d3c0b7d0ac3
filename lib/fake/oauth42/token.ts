import { type Answer, type Call, jsonAnswer, noStore, type Params } from '../http.js';
import type { Code, Tokens } from '../oauth21/families.js';
import { readGrantRequest } from '../oauth21/grant-request.js';
import { type Refused, readCode, refreshTokens } from '../oauth21/grants.js';
import { needsMfa } from './authorize.js';
import { authenticateClient } from './client-authentication.js';
import type { FakeOAuth42Client, OAuth42GrantType } from './clients.js';
import { refusal } from './errors.js';
import type { HouseOAuth42 } from './house.js';
import { applicationScopes } from './scopes.js';

type Grant = (form: Params, client: FakeOAuth42Client, house: HouseOAuth42) => Answer;

const grantTypes: ReadonlyMap<string, Grant> = new Map<OAuth42GrantType, Grant>([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  ['client_credentials', clientCredentials],
]);

/** `POST /oauth/token`. */
export function token(call: Call, house: HouseOAuth42): Answer {
  const request = readGrantRequest(call, grantTypes, refusal);
  if ('status' in request) return request;
  const { form, grantType, grant } = request;
  const client = authenticateClient(form, call, house);
  if ('status' in client) return client;
  if (client.grantTypes?.some((allowed) => allowed === grantType) === false) {
    return refusal(400, 'unauthorized_client', 'The client is not authorized to use this grant type');
  }
  return grant(form, client, house);
}

function redeemCode(form: Params, client: FakeOAuth42Client, house: HouseOAuth42): Answer {
  const code = readCode(form, client, house.families);
  if ('error' in code) return refused(code);
  if (needsMfa(code.family, house)) return askForSecondStep(code, house);
  const tokens = house.families.redeem(code);
  return tokenAnswer(tokens, code.family.scopes.includes('openid') ? idTokenOf(tokens, house) : undefined);
}

// The code is spent; the second step answers with another one for the same verifier and redirect URI.
function askForSecondStep(code: Code, house: HouseOAuth42): Answer {
  code.redeemed = true;
  const mfaToken = house.mfa.challenge({ consent: { ...code.family }, binding: code });
  return refusal(403, 'mfa_required', 'Multi-factor authentication is required', { mfa_token: mfaToken });
}

function refresh(form: Params, client: FakeOAuth42Client, house: HouseOAuth42): Answer {
  const outcome = refreshTokens(form, client, house);
  return 'error' in outcome ? refused(outcome) : tokenAnswer(outcome);
}

function clientCredentials(form: Params, client: FakeOAuth42Client, { families }: HouseOAuth42): Answer {
  const scopes = applicationScopes(client, form.get('scope'));
  if (scopes === undefined) {
    return refusal(400, 'invalid_scope', 'A scope is unknown, about a user, or not for this application');
  }
  return tokenAnswer(families.begin({ clientID: client.clientID, login: null, scopes }));
}

function idTokenOf({ access }: Tokens, house: HouseOAuth42): string | undefined {
  const { clientID, login, nonce, authenticatedAt } = access.family;
  return house.idTokens.ofLogin({
    issuer: house.issuer,
    sub: house.users.known(login ?? undefined).profile.sub,
    clientID,
    issuedAt: access.issuedAt,
    nonce,
    authenticatedAt,
    accessToken: access.value,
  });
}

function tokenAnswer({ access, refresh }: Tokens, idToken?: string): Answer {
  const body = {
    access_token: access.value,
    token_type: 'Bearer',
    expires_in: access.expiresAt === null ? undefined : access.expiresAt - access.issuedAt,
    refresh_token: refresh?.value,
    id_token: idToken,
    scope: access.scopes.join(' '),
  };
  return jsonAnswer(200, body, noStore);
}

function refused({ error, message }: Refused): Answer {
  return refusal(400, error, message);
}
