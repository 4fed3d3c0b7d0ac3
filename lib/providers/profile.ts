import { field } from '../json.js';

/** A person's profile at a provider, in Passport's portable form with what 42 adds to it. */
export interface Profile {
  /** The provider's name, for example `42`. A person is `provider` and `id` together, never an e-mail address. */
  provider: string;
  /** The provider's own immutable id of the person, always a string. */
  id: string;
  /** The login, for example `jdoe`. */
  username?: string;
  displayName?: string;
  name?: { familyName?: string; givenName?: string };
  /** `verified` is there where the provider says whether it made sure that the address is the person's. */
  emails?: { value: string; verified?: boolean }[];
  /** The largest picture first. */
  photos?: { value: string }[];
  profileUrl?: string;
  /** Never the word `hidden`, which is what 42 sends for a number that is not shown. */
  phoneNumbers?: { value: string }[];
  /** The primary campus. */
  campus?: ProfileCampus;
  /** Every cursus of the person, in the provider's order. */
  cursus?: ProfileCursus[];
  /** 42's `kind`: `student`, `admin`, … */
  kind?: string;
  isStaff?: boolean;
  isAlumni?: boolean;
  /** The answer as it arrived. */
  _raw: string;
  /** The answer, parsed. Fields that this type doesn't name are here. */
  _json: Record<string, unknown>;
}

/**
 * A campus of {@link Profile}.
 *
 * @example
 * const cityOf = (campus: ProfileCampus | undefined): string => campus?.city ?? 'nowhere';
 */
export interface ProfileCampus {
  id: number;
  name?: string;
  city?: string;
  country?: string;
}

/**
 * A cursus of {@link Profile}.
 *
 * @example
 * const isOver = ({ endAt }: ProfileCursus): boolean => endAt !== undefined && Date.parse(endAt) < Date.now();
 */
export interface ProfileCursus {
  id: number;
  name?: string;
  slug?: string;
  level?: number;
  grade?: string;
  /** ISO 8601. */
  beginAt?: string;
  /** ISO 8601; absent while the cursus goes on. */
  endAt?: string;
}

/**
 * What a provider's own mapping finds in a profile answer; the rest is added for every provider alike.
 *
 * @example
 * function parseProfile({ sub, name }: Record<string, unknown>): ProfileFields | undefined {
 *   if (typeof sub !== 'string') return undefined;
 *   return typeof name === 'string' ? { id: sub, displayName: name } : { id: sub };
 * }
 * const school = await discoverProvider('https://id.school.example', { name: 'school', parseProfile });
 */
export type ProfileFields = Omit<Profile, 'provider' | '_raw' | '_json'>;

/**
 * passport-42's `profileFields`: for each dotted path of the profile, a dotted path of the answer or a function of it.
 * A number in a path is an index.
 *
 * @example
 * const profileFields: ProfileFieldMap = {
 *   id: 'id',
 *   'name.familyName': 'last_name',
 *   level: ({ cursus_users: all }) => (Array.isArray(all) ? all.length : 0),
 * };
 * const options: StrategyOptions = { client, callbackURL, profileFields };
 */
export type ProfileFieldMap = Record<string, string | ((json: Record<string, unknown>) => unknown)>;

/**
 * Applies a {@link ProfileFieldMap}. What the answer lacks is undefined, in lists and objects that are there all the
 * same: sites written for passport-42 read `profile.photos[0].value` without a look.
 */
export function mapProfileFields(json: Record<string, unknown>, fields: ProfileFieldMap): Record<string, unknown> {
  const profile: Record<string, unknown> = {};
  for (const [target, source] of Object.entries(fields)) {
    const value = typeof source === 'function' ? source(json) : readPath(json, source.split('.'));
    writePath(profile, target.split('.'), value);
  }
  return profile;
}

function readPath(json: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, name) => field(value, name), json);
}

function writePath(profile: Record<string, unknown>, path: string[], value: unknown): void {
  let target = profile;
  path.forEach((name, index) => {
    const next = path[index + 1];
    if (next === undefined) {
      define(target, name, value);
      return;
    }
    const inner = container(field(target, name), next);
    define(target, name, inner);
    target = inner as Record<string, unknown>;
  });
}

/** A copy of what is there already, since it can be a part of the answer; otherwise what a next name like this needs. */
function container(found: unknown, next: string): object {
  if (Array.isArray(found)) return [...found];
  if (typeof found === 'object' && found !== null) return { ...found };
  return /^\d+$/.test(next) ? [] : {};
}

/** Defines rather than assigns: assigning to `__proto__` would replace the prototype. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
