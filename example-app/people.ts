import { LRUCache } from 'lru-cache';
import type { Identity, Profile, ProfileCursus } from 'passport-fortytwo';

/** Somebody who has logged in, with what the site shows of them. Plain JSON, which `loginSession` keeps. */
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

/**
 * Whom a token of the API stands for. In memory, which is enough for an example: a site of yours has a table for this.
 * Pages need none of it, as `loginSession` brings back who is logged in.
 */
export class People {
  readonly #byIdentity = new LRUCache<string, Person>({ max: 10_000 });

  remember(identity: Identity, person: Person): void {
    this.#byIdentity.set(keyOf(identity), person);
  }

  find(identity: Identity): Person | undefined {
    return this.#byIdentity.get(keyOf(identity));
  }
}

const keyOf = ({ provider, id }: Identity) => `${provider} ${id}`;

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
