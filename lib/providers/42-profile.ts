import {
  booleanField,
  field,
  idField,
  isObject,
  listField,
  numberField,
  parseObject,
  present,
  stringField,
} from '../json.js';
import {
  mapProfileFields,
  type ProfileCampus,
  type ProfileCursus,
  type ProfileFieldMap,
  type ProfileFields,
  type Profile as TypedProfile,
} from './profile.js';

/**
 * Reads 42's `GET /v2/me`, today's shape and the older one of its first documentation. Any field may be missing or
 * null; only `id` is required.
 *
 * @returns undefined without a usable id.
 */
export function parse42Profile(json: Record<string, unknown>): ProfileFields | undefined {
  const id = idField(json, 'id');
  if (id === undefined) return undefined;
  const givenName = stringField(json, 'usual_first_name') ?? stringField(json, 'first_name');
  const familyName = stringField(json, 'last_name');
  const phone = stringField(json, 'phone');
  return present<ProfileFields>({
    id,
    username: stringField(json, 'login'),
    displayName: stringField(json, 'displayname') ?? stringField(json, 'usual_full_name'),
    name: givenName || familyName ? present({ familyName, givenName }) : undefined,
    emails: values(stringField(json, 'email')),
    photos: values(...photoLinks(json)),
    profileUrl: [stringField(json, 'url')].find(isWebLink),
    phoneNumbers: phone === 'hidden' ? undefined : values(phone),
    campus: primaryCampus(json),
    cursus: cursusList(json),
    kind: stringField(json, 'kind'),
    isStaff: booleanField(json, 'staff?'),
    isAlumni: booleanField(json, 'alumni?'),
  });
}

/**
 * The typed profile.
 *
 * @example
 * const profile: Profile = Profile.parse('{"id":4242,"login":"jdoe"}');
 * console.log(profile.id, profile.username); // 4242 jdoe
 */
export interface Profile extends TypedProfile {}

/** {@link Profile} as a value has `parse`, so that code written for passport-42's `Profile.parse` goes on working. */
export const Profile = { parse };

/**
 * A profile out of 42's answer, given as text or parsed: the typed profile, or with `fields` just those fields, as
 * in passport-42.
 *
 * @throws {TypeError} where the answer is no JSON object, or has no id and `fields` was not given.
 */
function parse(json: string | Record<string, unknown>): Profile;
function parse(json: string | Record<string, unknown>, fields: ProfileFieldMap): Record<string, unknown>;
function parse(json: string | Record<string, unknown>, fields?: ProfileFieldMap): Profile | Record<string, unknown> {
  const object = typeof json === 'string' ? parseObject(json) : isObject(json) ? json : undefined;
  if (object === undefined) throw new TypeError('Profile.parse: the profile is no JSON object');
  if (fields) return mapProfileFields(object, fields);
  const found = parse42Profile(object);
  if (found === undefined) throw new TypeError('Profile.parse: the profile has no id');
  const raw = typeof json === 'string' ? json : JSON.stringify(json);
  return { provider: '42', ...found, _raw: raw, _json: object };
}

function values(...found: (string | undefined)[]): { value: string }[] | undefined {
  const list = found.filter((value) => value !== undefined).map((value) => ({ value }));
  return list.length > 0 ? list : undefined;
}

function photoLinks(json: Record<string, unknown>): (string | undefined)[] {
  const image = field(json, 'image');
  const versions = field(image, 'versions');
  const links = [
    stringField(image, 'link') ?? stringField(json, 'image_url'),
    stringField(versions, 'large'),
    stringField(versions, 'medium'),
    stringField(versions, 'small'),
    stringField(versions, 'micro'),
  ];
  return [...new Set(links)].filter(isWebLink);
}

/** A picture ends up in `<img src>` and a profile in `<a href>`: only links of the web are passed on. */
function isWebLink(link: string | undefined): link is string {
  return link !== undefined && /^https?:\/\//i.test(link);
}

function primaryCampus(json: Record<string, unknown>): ProfileCampus | undefined {
  const campuses = listField(json, 'campus').filter((campus) => numberField(campus, 'id') !== undefined);
  const primary = listField(json, 'campus_users').find((entry) => booleanField(entry, 'is_primary'));
  const primaryId = numberField(primary, 'campus_id');
  const found =
    campuses.find((campus) => numberField(campus, 'id') === primaryId) ??
    campuses[0] ??
    field(field(json, 'user_data'), 'campus');
  const id = numberField(found, 'id');
  if (id === undefined) return undefined;
  return present<ProfileCampus>({
    id,
    name: stringField(found, 'name'),
    city: stringField(found, 'city'),
    country: stringField(found, 'country'),
  });
}

function cursusList(json: Record<string, unknown>): ProfileCursus[] | undefined {
  const enrolled = listField(json, 'cursus_users').map((entry) => cursus(field(entry, 'cursus'), entry));
  const older = listField(json, 'cursus').map((entry) => cursus(entry, undefined));
  const found = (enrolled.length > 0 ? enrolled : older).filter((entry) => entry !== undefined);
  return found.length > 0 ? found : undefined;
}

function cursus(course: unknown, enrolment: unknown): ProfileCursus | undefined {
  const id = numberField(course, 'id') ?? numberField(enrolment, 'cursus_id');
  if (id === undefined) return undefined;
  return present<ProfileCursus>({
    id,
    name: stringField(course, 'name'),
    slug: stringField(course, 'slug'),
    level: numberField(enrolment, 'level'),
    grade: stringField(enrolment, 'grade'),
    beginAt: stringField(enrolment, 'begin_at'),
    endAt: stringField(enrolment, 'end_at'),
  });
}
