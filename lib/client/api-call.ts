import { ConfigurationError, OAuthError, ProviderResponseError } from '../errors/index.js';
import { unexpectedStatus } from '../http/unavailable.js';
import type { ProviderCalls } from './provider-calls.js';

/**
 * Reads something of the provider's API with a token, in the header alone.
 *
 * @param path begins with a slash; what leads to another host is refused.
 */
export async function fetchResource(calls: ProviderCalls, accessToken: string, path: string): Promise<unknown> {
  const answer = await calls.send('api', {
    method: 'GET',
    url: resourceURL(calls.provider.profileEndpoint, path),
    headers: { authorization: `Bearer ${accessToken}`, 'accept-encoding': 'gzip, deflate, br' },
    idempotent: true,
  });
  if (answer.status === 401 || answer.status === 403) {
    const error = answer.status === 401 ? 'invalid_token' : 'insufficient_scope';
    throw new OAuthError(
      answer.status === 401
        ? 'The provider refused the access token; refresh it, or log in again'
        : 'The provider allows this to other tokens only; ask for more scopes, or for what the person may see',
      { error, providerStatus: answer.status },
    );
  }
  if (answer.status === 404) {
    throw new OAuthError('The provider has nothing at this path; check it', {
      error: 'not_found',
      providerStatus: 404,
    });
  }
  if (answer.status !== 200) throw unexpectedStatus(answer);
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    // The parser would quote the answer, which is a person's data.
    throw new ProviderResponseError('The API answered with something that is no JSON');
  }
}

/**
 * Where a path of the provider's API is. What the URL parser made of it is judged: it drops control characters, takes
 * `%2e` for a dot and a backslash for a slash, and resolves dots even in front of a fragment.
 *
 * @throws {ConfigurationError} for anything that could lead a token elsewhere (requirement P3).
 */
export function resourceURL(apiEndpoint: string, path: string): string {
  const { origin } = new URL(apiEndpoint);
  const url = typeof path === 'string' && !/[\s\p{Cc}#]/u.test(path) ? parse(path, origin) : undefined;
  if (url === undefined || url.origin !== origin || !isSamePath(path.split('?')[0] ?? '', url.pathname)) {
    throw new ConfigurationError(
      'The path of an API call must begin with a slash, stay where it is written and have no fragment, such as /v2/me; ' +
        'put text from outside into it by encodeURIComponent, and check that it is not "." or ".."',
    );
  }
  return url.href;
}

function parse(path: string, origin: string): URL | undefined {
  return URL.canParse(path, origin) ? new URL(path, origin) : undefined;
}

/** Whether a path came out of the parser as it went in, but for what had to be written with percent signs. */
function isSamePath(given: string, parsed: string): boolean {
  const [before, after] = [given.split('/').map(decoded), parsed.split('/').map(decoded)];
  return before.length === after.length && before.every((segment, i) => segment === after[i] && !isRisky(segment));
}

/** A proxy may decode a segment before it looks for slashes and dots in it. */
function isRisky(segment: string): boolean {
  return /\p{Cc}|(^|[/\\])\.{1,2}([/\\]|$)/u.test(segment);
}

/** As far as it can be: one escape that is wrong hides none beside it. */
function decoded(segment: string): string {
  return segment.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes.replace(/%[0-7][\da-f]/gi, decodeURIComponent);
    }
  });
}
