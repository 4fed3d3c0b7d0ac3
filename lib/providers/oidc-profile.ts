import { booleanField, idField, present, stringField } from '../json.js';
import type { ProfileFields } from './profile.js';

/**
 * Reads OpenID Connect's standard claims (Core §5.1) from a userinfo answer. Which of them are there depends on the
 * scopes; only `sub` always is.
 *
 * @returns undefined without a `sub`.
 */
export function parseStandardClaims(json: Record<string, unknown>): ProfileFields | undefined {
  const id = idField(json, 'sub');
  if (id === undefined) return undefined;
  const familyName = stringField(json, 'family_name');
  const givenName = stringField(json, 'given_name');
  const email = stringField(json, 'email');
  const picture = stringField(json, 'picture');
  const page = stringField(json, 'profile');
  const phone = stringField(json, 'phone_number');
  return present<ProfileFields>({
    id,
    username: stringField(json, 'preferred_username') ?? stringField(json, 'nickname'),
    displayName: stringField(json, 'name'),
    name: familyName || givenName ? present({ familyName, givenName }) : undefined,
    emails:
      email === undefined ? undefined : [present({ value: email, verified: booleanField(json, 'email_verified') })],
    // Both end up in pages, as a picture and a link: only links of the web are passed on.
    photos: picture !== undefined && isWebLink(picture) ? [{ value: picture }] : undefined,
    profileUrl: page !== undefined && isWebLink(page) ? page : undefined,
    phoneNumbers: phone === undefined ? undefined : [{ value: phone }],
  });
}

function isWebLink(link: string): boolean {
  return /^https?:\/\//i.test(link);
}
