import { type Answer, type Call, jsonAnswer, noStore, type Params } from '../http.js';
import type { Code, Tokens } from '../oauth21/families.js';
import { type Refused, readCode, readGrantRequest, refreshTokens } from '../oauth21/token.js';
import { needsMfa } from './authorize.js';
import { authenticateClient, type FakeOAuth42Client, type OAuth42GrantType } from './clients.js';
import { errorAnswer } from './errors.js';
import { applicationScopes } from './scopes.js';
import type { FakeOAuth42State } from './state.js';

type GrantHandler = (form: Params, client: FakeOAuth42Client, state: FakeOAuth42State) => Answer;

const grantTypes: ReadonlyMap<string, GrantHandler> = new Map<OAuth42GrantType, GrantHandler>([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  ['client_credentials', clientCredentials],
]);

/** `POST /oauth/token`. */
export function token(call: Call, state: FakeOAuth42State): Answer {
  const request = readGrantRequest(call, grantTypes, errorAnswer);
  if ('status' in request) return request;
  const { form, grantType, handle } = request;
  const client = authenticateClient(form, call, state);
  if ('status' in client) return client;
  if (client.grantTypes?.some((allowed) => allowed === grantType) === false) {
    return errorAnswer(400, 'unauthorized_client', 'The client is not authorized to use this grant type');
  }
  return handle(form, client, state);
}

function redeemCode(form: Params, client: FakeOAuth42Client, state: FakeOAuth42State): Answer {
  const code = readCode(form, client, state.families);
  if ('error' in code) return refused(code);
  if (needsMfa(code.family, state)) return askForSecondStep(code, state);
  const tokens = state.families.redeem(code);
  return tokenAnswer(tokens, code.family.scopes.includes('openid') ? idTokenOf(tokens, state) : undefined);
}

// The code is spent; the second step answers with another one for the same verifier and redirect URI.
function askForSecondStep(code: Code, state: FakeOAuth42State): Answer {
  code.redeemed = true;
  const mfaToken = state.mfa.challenge({ consent: { ...code.family }, binding: code });
  return errorAnswer(403, 'mfa_required', 'Multi-factor authentication is required', { mfa_token: mfaToken });
}

function refresh(form: Params, client: FakeOAuth42Client, state: FakeOAuth42State): Answer {
  const outcome = refreshTokens(form, client, state);
  return 'error' in outcome ? refused(outcome) : tokenAnswer(outcome);
}

function clientCredentials(form: Params, client: FakeOAuth42Client, { families }: FakeOAuth42State): Answer {
  const scopes = applicationScopes(client, form.get('scope'));
  if (scopes === undefined) {
    return errorAnswer(400, 'invalid_scope', 'A scope is unknown, about a user, or not for this application');
  }
  return tokenAnswer(families.begin({ clientID: client.clientID, login: null, scopes }));
}

function idTokenOf({ access }: Tokens, state: FakeOAuth42State): string | undefined {
  const { clientID, login, nonce, authenticatedAt } = access.family;
  return state.idTokens.ofLogin({
    issuer: state.issuer,
    sub: state.users.known(login ?? undefined).profile.sub,
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
  return errorAnswer(400, error, message);
}
