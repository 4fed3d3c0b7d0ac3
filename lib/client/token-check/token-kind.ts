import { optionalField } from '../../json.js';

/**
 * Where answers and signed tokens say of which kind a token is, and what an access token says there: RFC 7662 §2.2's
 * `token_type`, which some servers answer with `access_token`; `typ` of Keycloak and of a JWT's header (RFC 9068 §2.1);
 * `token_use` of Hydra and Cognito.
 */
const kinds = {
  token_type: /^(bearer|access_token)$/i,
  typ: /^(bearer|access_token|(application\/)?(jwt|([\w-]+-)?at\+jwt))$/i,
  token_use: /^access(_token)?$/i,
} as const;

/**
 * Why a token is no bearer access token, by what is said of it; undefined where nothing speaks against that. Pure.
 *
 * @param typeRequired whether a token without `token_type` may be a refresh token.
 */
export function notABearer(json: Record<string, unknown>, typeRequired = false): string | undefined {
  const bound = boundToKey(json);
  if (bound !== undefined) return bound;
  for (const [name, ofAccessTokens] of Object.entries(kinds)) {
    const kind = optionalField(json, name);
    if (kind === undefined) continue;
    if (typeof kind === 'string' && /^dpop$/i.test(kind)) return boundBy(name);
    if (typeof kind !== 'string' || !ofAccessTokens.test(kind)) return `its ${name} is not that of an access token`;
  }
  return typeRequired && optionalField(json, 'token_type') === undefined
    ? 'it has no token_type, as refresh tokens of this provider have none'
    : undefined;
}

/**
 * Why a token that only the holder of a key may use (`cnf`, RFC 7800; RFC 8705, RFC 9449) is refused: it came without a
 * proof that is looked at, so whoever had stolen it could use it. Pure.
 */
export function boundToKey(json: Record<string, unknown>): string | undefined {
  return optionalField(json, 'cnf') === undefined ? undefined : boundBy('cnf');
}

function boundBy(name: string): string {
  return `it is bound to a key (${name}), and the proof of that is not checked here`;
}
