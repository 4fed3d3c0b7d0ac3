import type { AnyFakeClient } from '../clients.js';
import { type Answer, type Call, type Params, readForm } from '../http.js';
import { challengeOf } from '../pkce.js';
import type { Code, Families, Tokens } from './families.js';
import type { FakeOAuth21State } from './state.js';

/** A token request: its form, and how the grant that it asks for is handled. */
export interface GrantRequest<Handler> {
  readonly form: Params;
  readonly grantType: string;
  readonly handle: Handler;
}

/** Reads a token request, or refuses it in the provider's own format. */
export function readGrantRequest<Handler>(
  call: Call,
  grantTypes: ReadonlyMap<string, Handler>,
  errorAnswer: (status: number, error: string, text: string) => Answer,
): GrantRequest<Handler> | Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return errorAnswer(400, 'invalid_request', form.problem);
  const grantType = form.get('grant_type');
  if (grantType === undefined) return errorAnswer(400, 'invalid_request', 'grant_type is missing');
  const handle = grantTypes.get(grantType);
  if (handle === undefined) return errorAnswer(400, 'unsupported_grant_type', 'This grant type is not supported');
  return { form, grantType, handle };
}

/** An OAuth error, before it is put into the provider's format. */
export interface Refused {
  readonly error: string;
  readonly message: string;
}

/** Checks the exchange of a code, and redeems nothing yet. A failed exchange does not use the code up. */
export function readCode(form: Params, client: AnyFakeClient, families: Families): Code | Refused {
  const value = form.get('code');
  const redirectURI = form.get('redirect_uri');
  const verifier = form.get('code_verifier');
  if (value === undefined) return missing('code');
  if (redirectURI === undefined) return missing('redirect_uri');
  if (verifier === undefined) return missing('code_verifier');
  const code = families.code(value);
  if (code === undefined || code.family.clientID !== client.clientID) return badGrant('Unknown authorization code');
  if (code.redeemed) {
    code.family.revoked = true;
    return badGrant('Authorization code already used');
  }
  if (families.isExpired(code)) return badGrant('Authorization code has expired');
  if (code.redirectURI !== redirectURI) return badGrant('redirect_uri is not the one of the authorization request');
  // RFC 7636 section 4.1: a verifier outside of its grammar is none.
  if (!/^[\w.~-]{43,128}$/.test(verifier) || challengeOf(verifier) !== code.codeChallenge) {
    return badGrant('code_verifier does not match the code_challenge');
  }
  return code;
}

/** Spends a refresh token. One that was spent or revoked before takes its whole family along. */
export function refreshTokens(form: Params, client: AnyFakeClient, state: FakeOAuth21State): Tokens | Refused {
  const { families, readScopes } = state;
  const value = form.get('refresh_token');
  if (value === undefined) return missing('refresh_token');
  const old = families.refreshToken(value);
  if (old === undefined || old.family.clientID !== client.clientID) return badGrant('Unknown refresh token');
  if (old.used || old.family.revoked) {
    old.family.revoked = true;
    return badGrant('Refresh token has already been used; the session has been revoked');
  }
  if (families.isExpired(old)) return badGrant('Refresh token has expired');
  const asked = form.get('scope');
  const scopes = asked === undefined ? old.family.scopes : readScopes(asked);
  if (!scopes.every((scope) => old.family.scopes.includes(scope))) {
    return { error: 'invalid_scope', message: 'The scope is wider than what was granted' };
  }
  return families.rotate(old, scopes);
}

function badGrant(message: string): Refused {
  return { error: 'invalid_grant', message };
}

function missing(name: string): Refused {
  return { error: 'invalid_request', message: `${name} is missing` };
}
