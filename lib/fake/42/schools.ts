// Cursus 1 is the one that 42's guide calls `/v2/cursus/42/users`; the student is in the other two.
export const cursuses = {
  original: { id: 1, created_at: '2014-11-02T16:43:38.480Z', name: '42', slug: '42', kind: 'main' },
  piscine: { id: 9, created_at: '2015-11-04T10:58:13.979Z', name: 'C Piscine', slug: 'c-piscine', kind: 'piscine' },
  main: { id: 21, created_at: '2019-07-29T08:45:17.896Z', name: '42cursus', slug: '42cursus', kind: 'main' },
};

const address = { active: true, public: true, email_extension: '42.example', default_hidden_phone: false };

export const campuses = {
  paris: {
    ...address,
    id: 1,
    name: 'Paris',
    time_zone: 'Europe/Paris',
    language: { id: 1, name: 'Français', identifier: 'fr' },
    users_count: 18_000,
    country: 'France',
    city: 'Paris',
    website: 'https://42.example/paris',
  },
  nice: {
    ...address,
    id: 41,
    name: 'Nice',
    time_zone: 'Europe/Paris',
    language: { id: 1, name: 'Français', identifier: 'fr' },
    users_count: 1500,
    country: 'France',
    city: 'Nice',
    website: 'https://42.example/nice',
  },
};

/** A user as lists show one. */
export interface ShortUser {
  readonly id: number;
  readonly login: string;
  readonly url: string;
  readonly end_at: string | null;
}

/** Plain users who fill the pages of a list; they can't log in. */
export const classmates: readonly ShortUser[] = Array.from({ length: 67 }, (_, index) => {
  const login = `mate${String(index + 1).padStart(2, '0')}`;
  return { id: 1001 + index, login, url: `/v2/users/${login}`, end_at: null };
});
