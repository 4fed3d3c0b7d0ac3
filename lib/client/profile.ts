import { OAuthError, ProviderResponseError, plainText } from '../errors.js';
import { field, parseObject, stringField } from '../json.js';
import { adviceOn } from '../providers/error-advice.js';
import type { Profile } from '../providers/profile.js';
import { unexpectedStatus } from './http.js';
import type { Wire } from './wire.js';

/** Fetches and reads the profile of the person whose token it is. */
export async function fetchProfile(wire: Wire, accessToken: string): Promise<Profile> {
  const { provider } = wire;
  const answer = await wire.send('profile', {
    method: 'GET',
    url: provider.profileEndpoint,
    headers: { authorization: `Bearer ${accessToken}`, 'accept-encoding': 'gzip, deflate, br' },
    idempotent: true,
  });
  const json = parseObject(answer.body);
  if (answer.status === 401) {
    // 42 says why in the challenge alone; others say so in the body, some in errors of their own.
    const error = stringField(json, 'error') ?? 'invalid_token';
    throw new OAuthError(`The provider refused the access token (${plainText(error, 60)})`, {
      error,
      errorDescription: field(json, provider.errorDescriptionField),
      advice: adviceOn(provider, error) ?? adviceOn(provider, 'invalid_token'),
      providerStatus: 401,
      code: 'ERR_INVALID_TOKEN',
    });
  }
  if (answer.status !== 200) throw unexpectedStatus(answer);
  if (json === undefined) throw new ProviderResponseError('The profile endpoint answered with no JSON object');
  const found = provider.parseProfile(json);
  if (found === undefined) {
    throw new ProviderResponseError('The profile has no immutable id, so nobody can be recognised by it');
  }
  return { provider: provider.name, ...found, _raw: answer.body, _json: json };
}
