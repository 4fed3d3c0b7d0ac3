import { LRUCache } from 'lru-cache';
import type { Profile, ProfileCursus } from 'passport-fortytwo';

/** Somebody who has logged in, with what the site shows of them. */
export interface Person {
  /** 42's own immutable id: logins and e-mail addresses can change hands. */
  id: string;
  login: string | undefined;
  name: string;
  photo: string | undefined;
  email: string | undefined;
  campus: string | undefined;
  country: string | undefined;
  role: string | undefined;
  /** Those under way first. */
  cursus: ProfileCursus[];
  wallet: number | undefined;
  correctionPoints: number | undefined;
  projects: Project[];
}

export interface Project {
  name: string;
  status: string | undefined;
  mark: number | undefined;
}

/** In memory, which is enough for an example: a site of yours has a table for this. */
export class People {
  readonly #byID = new LRUCache<string, Person>({ max: 10_000 });

  /** Makes or renews the person whose profile it is. */
  remember(profile: Profile): Person {
    const person = personOf(profile);
    this.#byID.set(person.id, person);
    return person;
  }

  find(id: string): Person | undefined {
    return this.#byID.get(id);
  }
}

/** Any field but the id may be missing. */
export function personOf(profile: Profile): Person {
  const { id, username, campus, cursus = [], _json } = profile;
  return {
    id,
    login: username,
    name: profile.displayName ?? username ?? `Person ${id}`,
    photo: profile.photos?.[0]?.value,
    email: profile.emails?.[0]?.value,
    campus: campus?.name ?? campus?.city,
    country: campus?.country,
    role: roleOf(profile),
    cursus: cursus.toSorted((a, b) => Number(a.endAt !== undefined) - Number(b.endAt !== undefined)),
    wallet: number(_json.wallet),
    correctionPoints: number(_json.correction_point),
    projects: projectsOf(_json.projects_users),
  };
}

function roleOf({ isStaff, isAlumni, kind }: Profile): string | undefined {
  if (isStaff) return 'Staff';
  if (isAlumni) return 'Alumni';
  return kind && kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** `projects_users` of 42's answer, which the typed profile leaves in `_json`. */
function projectsOf(list: unknown): Project[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const name = text(entry?.project?.name);
    return name === undefined ? [] : [{ name, status: text(entry.status), mark: number(entry.final_mark) }];
  });
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
