import type { FakeClient } from '../clients.js';
import { type Answer, type Call, jsonAnswer, noStore, type Params, readForm, splitScopes } from '../http.js';
import { challengeOf } from '../pkce.js';
import { errorAnswer } from './errors.js';
import type { Token } from './grants.js';
import type { Fake42State } from './state.js';

type GrantHandler = (form: Params, client: FakeClient, state: Fake42State) => Answer;

const grantTypes = new Map<string, GrantHandler>([
  ['authorization_code', redeemCode],
  ['client_credentials', clientCredentials],
  ['refresh_token', refreshToken],
]);

/** `POST /oauth/token`. */
export function token(call: Call, state: Fake42State): Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return badRequest(form.problem);
  const grantType = form.get('grant_type');
  if (grantType === undefined) return badRequest('grant_type is missing.');
  const handle = grantTypes.get(grantType);
  if (handle === undefined) return errorAnswer(400, 'unsupported_grant_type', 'This grant type is not supported.');
  const check = state.clients.authenticate(
    call.headers.authorization,
    form.get('client_id'),
    form.get('client_secret'),
  );
  if ('client' in check) return handle(form, check.client, state);
  return check.refused === 'ambiguous'
    ? badRequest('The application must authenticate in one way only.')
    : errorAnswer(401, 'invalid_client', 'The application could not be authenticated.');
}

function redeemCode(form: Params, client: FakeClient, state: Fake42State): Answer {
  const value = form.get('code');
  const redirectURI = form.get('redirect_uri');
  if (value === undefined) return badRequest('code is missing.');
  if (redirectURI === undefined) return badRequest('redirect_uri is missing.');
  const code = state.grants.code(value);
  if (code === undefined || code.clientID !== client.clientID) return badGrant;
  if (code.redeemed) {
    state.grants.revokeFamily(code.familyID);
    return badGrant;
  }
  if (state.grants.isExpired(code) || code.redirectURI !== redirectURI) return badGrant;
  const verifier = form.get('code_verifier');
  if (code.codeChallenge !== undefined && verifier === undefined) return badRequest('code_verifier is missing.');
  // A verifier where no challenge was made is refused too: somebody took the challenge out on the way (RFC 9700).
  if (verifier !== undefined && challengeOf(verifier) !== code.codeChallenge) return badGrant;
  return tokenAnswer(state.grants.redeem(code, state.accessTokenLifetime), client);
}

function clientCredentials(form: Params, client: FakeClient, state: Fake42State): Answer {
  const scopes = splitScopes(form.get('scope') ?? 'public');
  if (!isWithin(scopes, client.scopes)) return badScope;
  const { clientID } = client;
  const issued = state.grants.issue({ clientID, login: null, scopes, expiresIn: state.accessTokenLifetime });
  return tokenAnswer(issued, client);
}

function refreshToken(form: Params, client: FakeClient, state: Fake42State): Answer {
  const value = form.get('refresh_token');
  if (value === undefined) return badRequest('refresh_token is missing.');
  const old = state.grants.byRefreshToken(value);
  if (old === undefined || old.clientID !== client.clientID) return badGrant;
  if (old.status === 'replaced') state.grants.revokeFamily(old.familyID);
  if (old.status !== 'live') return badGrant;
  const asked = form.get('scope');
  const scopes = asked === undefined ? old.scopes : splitScopes(asked);
  if (!isWithin(scopes, old.scopes)) return badScope;
  return tokenAnswer(state.grants.refresh(old, scopes, state.accessTokenLifetime), client);
}

function tokenAnswer(issued: Token, client: FakeClient): Answer {
  const body = {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    expires_in: issued.expiresIn,
    refresh_token: issued.refreshToken,
    scope: issued.scopes.join(' '),
    created_at: Math.floor(issued.createdAt / 1000),
    secret_valid_until: client.secretValidUntil ?? null,
  };
  return jsonAnswer(200, body, noStore);
}

function isWithin(asked: readonly string[], allowed: readonly string[]): boolean {
  return asked.every((scope) => allowed.includes(scope));
}

const badGrant = errorAnswer(
  400,
  'invalid_grant',
  'The grant is unknown, expired, used, revoked, for another redirect URI or for another application.',
);
const badScope = errorAnswer(400, 'invalid_scope', 'The scope is unknown or wider than allowed.');

function badRequest(description: string): Answer {
  return errorAnswer(400, 'invalid_request', description);
}
