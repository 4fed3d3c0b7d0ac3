import { ConfigurationError, OAuthError, ProviderResponseError } from '../errors.js';
import { unexpectedStatus } from './outage.js';
import type { Wire } from './wire.js';

/**
 * Reads something of the provider's API with a token, in the header alone.
 *
 * @param path begins with a slash; what leads to another host is refused.
 */
export async function fetchResource(wire: Wire, accessToken: string, path: string): Promise<unknown> {
  const answer = await wire.send('api', {
    method: 'GET',
    url: resourceURL(wire.provider.profileEndpoint, path),
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
 * Where a path of the provider's API is.
 *
 * @throws {ConfigurationError} for anything that could lead a token elsewhere (requirement P3).
 */
export function resourceURL(apiEndpoint: string, path: string): string {
  const { origin } = new URL(apiEndpoint);
  const isPath =
    typeof path === 'string' &&
    /^\/(?![/\\])/.test(path) &&
    !/\s/.test(path) &&
    // The URL parser takes `%2e` for a dot, too.
    !/\\|\/(\.|%2e){1,2}(\/|$)/i.test(path.split('?')[0] ?? '');
  if (!isPath || !URL.canParse(path, origin) || new URL(path, origin).origin !== origin) {
    throw new ConfigurationError(
      'The path of an API call must begin with a slash and stay at the provider, such as /v2/me',
    );
  }
  return new URL(path, origin).href;
}
