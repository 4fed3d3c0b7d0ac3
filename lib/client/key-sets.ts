import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import { bareCause, FortyTwoError, ProviderResponseError } from '../errors/index.js';
import type { HttpAnswer } from '../http/messages.js';
import { unexpectedStatus } from '../http/unavailable.js';
import { field, isObject, numberField, parseObject } from '../json.js';

// jose's own cool-down counts from the last success, so that a failing key set would be asked for every token.
const RETRY_MS = 5_000;
// RFC 7518 §3.3 and §3.5.
const MIN_RSA_BITS = 2048;
// Its ages are of the wall clock. Set back, that would keep a key that was withdrawn, and new ones out: so the whole set is
// read anew after as long as jose keeps it.
const MAX_AGE_MS = 10 * 60 * 1000;

/**
 * The key set of a provider, by its URL: kept for ten minutes, and for a key that isn't in it asked for again once in
 * half a minute at most, however many tokens name keys that don't exist (requirement I6). One that can't be had or read
 * says nothing of a token (requirement C12). Whoever needs it in the five seconds after is given that same error: each
 * of many tokens would otherwise make a call of its own to a server that is in trouble. Then it is asked for again.
 */
export class KeySets {
  readonly #get: (url: string) => Promise<HttpAnswer>;
  readonly #sets = new Map<string, { keys: JWTVerifyGetKey; freshUntil: number }>();

  /** @param get reads a public document of the provider. */
  constructor(get: (url: string) => Promise<HttpAnswer>) {
    this.#get = get;
  }

  /** @throws {ProviderResponseError} where the provider has no key set. */
  of(server: AuthorizationServer): JWTVerifyGetKey {
    const url = server.jwks_uri;
    if (url === undefined) throw new ProviderResponseError('The provider publishes no key set (jwks_uri); check it');
    const known = this.#sets.get(url);
    const now = performance.now();
    if (known !== undefined && now < known.freshUntil) return known.keys;
    const keys = createRemoteJWKSet(new URL(url), {
      [customFetch]: this.#reader(url),
    });
    const usable = usableKeyOf(keys);
    this.#sets.set(url, { keys: usable, freshUntil: now + MAX_AGE_MS });
    return usable;
  }

  #reader(url: string): () => Promise<Response> {
    let failure: { error: unknown; until: number } | undefined;
    return async () => {
      if (failure !== undefined && performance.now() < failure.until) throw failure.error;
      try {
        const body = readKeySet(await this.#get(url));
        failure = undefined;
        return new Response(body, { headers: { 'content-type': 'application/json' } });
      } catch (error) {
        failure = { error, until: performance.now() + RETRY_MS };
        throw error;
      }
    };
  }
}

/**
 * A key set whose own faults are told apart from those of a token: the library throws whatever the platform's
 * cryptography did, at times only as it verifies.
 */
function usableKeyOf(set: ReturnType<typeof createRemoteJWKSet>): JWTVerifyGetKey {
  return async (header, token) => {
    let key: Awaited<ReturnType<typeof set>>;
    try {
      key = await set(header, token);
    } catch (error) {
      const isOfToken =
        error instanceof errors.JWKSNoMatchingKey ||
        // A token has to say which of several keys it means (OpenID Connect Core §10.1).
        (error instanceof errors.JWKSMultipleMatchingKeys && header.kid === undefined);
      throw isOfToken || error instanceof FortyTwoError ? error : unusableKey(error);
    }
    const bits = numberField(key.algorithm, 'modulusLength');
    if (bits !== undefined && bits < MIN_RSA_BITS) throw unusableKey(new Error(`an RSA key of ${bits} bits`));
    return key;
  };
}

/** For a key that the provider publishes and that nothing can be verified with. */
export function unusableKey(cause: unknown): ProviderResponseError {
  return new ProviderResponseError(
    "A key that the provider publishes can't be used; check its jwks_uri, and that RSA keys have 2048 bits or more",
    { cause: bareCause(cause) },
  );
}

/** The text of a key set (RFC 7517 §5), looked at before the library blames the token for what is wrong with it. */
function readKeySet(answer: HttpAnswer): string {
  if (answer.status !== 200) throw unexpectedStatus(answer);
  const keys = field(parseObject(answer.body), 'keys');
  if (!Array.isArray(keys) || !keys.every(isObject)) {
    throw new ProviderResponseError('The provider answered with no key set (RFC 7517 §5); check its jwks_uri');
  }
  return answer.body;
}
