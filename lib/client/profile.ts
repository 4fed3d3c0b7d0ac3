import { ProviderResponseError } from '../errors/index.js';
import { parseObject } from '../json.js';
import { usualAdvice } from '../providers/error-advice.js';
import type { Profile } from '../providers/profile.js';
import type { ProviderCalls } from './provider-calls.js';
import { refusalOf } from './refusal.js';

/** Fetches and reads the profile of the person whose token it is. */
export async function fetchProfile(calls: ProviderCalls, accessToken: string): Promise<Profile> {
  const { provider } = calls;
  const answer = await calls.send('profile', {
    method: 'GET',
    url: provider.profileEndpoint,
    headers: { authorization: `Bearer ${accessToken}`, 'accept-encoding': 'gzip, deflate, br' },
    idempotent: true,
  });
  if (answer.status === 401) {
    // It speaks of the token, whatever its body says; Doorkeeper says it in the challenge alone.
    const known = { error: 'invalid_token', code: 'ERR_INVALID_TOKEN' } as const;
    throw refusalOf(answer, provider, 'The provider refused the access token', {
      ...known,
      advice: usualAdvice.invalid_token,
    });
  }
  if (answer.status !== 200) throw refusalOf(answer, provider, 'The provider refused the profile');
  const json = parseObject(answer.body);
  if (json === undefined) throw new ProviderResponseError('The profile endpoint answered with no JSON object');
  const found = provider.parseProfile(json);
  if (found === undefined) {
    throw new ProviderResponseError('The profile has no immutable id, so nobody can be recognised by it');
  }
  return { provider: provider.name, ...found, _raw: answer.body, _json: json };
}
