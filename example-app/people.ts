import { LRUCache } from 'lru-cache';
import type { Profile, ProfileCursus } from 'passport-fortytwo';

/** Somebody who has logged in, with what the site shows of them. */
export interface Person extends Description {
  /** The provider's own immutable id: logins and e-mail addresses can change hands. */
  id: string;
  login: string | undefined;
  name: string;
  photo: string | undefined;
  campus: string | undefined;
}

/** What the site makes of a profile in a way that differs between providers. */
export interface Description {
  /** What a passport states, with nothing where the provider said nothing. */
  facts: Fact[];
  /** undefined at a provider that has no such thing. */
  cursus: ProfileCursus[] | undefined;
  /** What the site's API tells of the person to those who may ask. */
  shared: object;
}

export interface Fact {
  label: string;
  value: string | number | undefined;
  /** Wants more room than others. */
  isLong?: boolean;
}

/** In memory, which is enough for an example: a site of yours has a table for this. */
export class People {
  readonly #byID = new LRUCache<string, Person>({ max: 10_000 });
  readonly #describe: (profile: Profile) => Description;

  constructor(describe: (profile: Profile) => Description) {
    this.#describe = describe;
  }

  /** Makes or renews the person whose profile it is. */
  remember(profile: Profile): Person {
    const person = personOf(profile, this.#describe(profile));
    this.#byID.set(person.id, person);
    return person;
  }

  find(id: string): Person | undefined {
    return this.#byID.get(id);
  }
}

/** Any field but the id may be missing. */
export function personOf(profile: Profile, description: Description): Person {
  const { id, username, campus } = profile;
  return {
    ...description,
    id,
    login: username,
    name: profile.displayName ?? username ?? `Person ${id}`,
    photo: profile.photos?.[0]?.value,
    campus: campus?.name ?? campus?.city,
  };
}
