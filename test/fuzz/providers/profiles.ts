import fc from 'fast-check';
import { fortyTwo, fortyTwoMin, oauth42, Profile, type Provider } from '../../../lib/index.js';
import { mapProfileFields } from '../../../lib/providers/profile.js';
import { anyJSON, bodyChanges, changedBody, changedJSON, jsonChanges, jsonText } from '../arbitraries/json.js';
import { hostileText, wellFormed } from '../arbitraries/text.js';
import { stub } from '../client/stub.js';
import { callCodes, demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';

const of42 = {
  id: 4242,
  email: 'jdoe@student.42.fr',
  login: 'jdoe',
  first_name: 'Jane',
  last_name: 'Doe',
  usual_first_name: 'J',
  usual_full_name: 'J Doe',
  displayname: 'Jane Doe',
  url: 'https://api.intra.42.fr/v2/users/jdoe',
  phone: 'hidden',
  kind: 'student',
  'staff?': false,
  'alumni?': true,
  image: {
    link: 'https://cdn.intra.42.fr/jdoe.jpg',
    versions: { large: 'https://cdn.intra.42.fr/l.jpg', medium: 'https://m', small: 'https://s', micro: 'https://x' },
  },
  image_url: 'https://cdn.intra.42.fr/old.jpg',
  campus: [{ id: 1, name: 'Paris', city: 'Paris', country: 'France' }, { id: 2 }],
  campus_users: [{ campus_id: 2, is_primary: true }],
  user_data: { campus: { id: 3 } },
  cursus_users: [
    {
      cursus_id: 21,
      grade: 'Member',
      level: 10.4,
      begin_at: '2024-01-01',
      end_at: null,
      cursus: { id: 21, name: '42cursus', slug: '42cursus' },
    },
  ],
  cursus: [{ id: 1, name: '42', slug: '42' }],
};
const of42min = {
  id: 'u_1',
  username: 'jdoe',
  slug: 'jdoe',
  name: 'Jane Doe',
  email: 'jdoe@example.org',
  user: { id: 7, username: 'inner', email: 'inner@example.org' },
};
const claims = {
  sub: 'user_4242a1',
  preferred_username: 'jdoe',
  nickname: 'j',
  name: 'Jane Doe',
  given_name: 'Jane',
  family_name: 'Doe',
  email: 'jdoe@example.org',
  email_verified: true,
  picture: 'https://id.example/p.jpg',
  profile: 'https://id.example/jdoe',
  phone_number: '+33 1',
};

const providers: Record<string, { provider: Provider; example: object }> = {
  fortyTwo: { provider: fortyTwo(), example: of42 },
  fortyTwoMin: { provider: fortyTwoMin(), example: of42min },
  oauth42: { provider: oauth42(), example: claims },
};

const likely = [
  'javascript:alert(1)',
  'JAVASCRIPT:x',
  'data:text/html,x',
  'https://x.example',
  'HTTPS://x.example',
  '//x.example',
  ' https://x.example',
  'hidden',
  2 ** 53,
  1.5,
  -1,
  '42',
  'true',
  ['https://x.example'],
];
const known = [...new Set([of42, of42min, claims].flatMap((example) => Object.keys(example)))];

/** Objects of the fields that readers look for, each with any value at all. */
const soup = fc
  .array(fc.tuple(fc.constantFrom(...known, '__proto__', 'constructor', 'toString'), anyJSON), { maxLength: 12 })
  .map(
    (pairs) =>
      JSON.parse(
        `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value) || 'null'}`).join(',')}}`,
      ) as Record<string, unknown>,
  );

/** @param hidden what the provider writes for a number that is not shown. */
function assertProfile(found: object, hidden?: string): void {
  const { id, username, displayName, name, emails, photos, profileUrl, phoneNumbers, campus, cursus } =
    found as Partial<Profile>;
  demand(typeof id === 'string' && id !== '', 'a profile of nobody', found);
  const texts = [
    username,
    displayName,
    name?.familyName,
    name?.givenName,
    campus?.name,
    ...(emails ?? []).map(({ value }) => value),
    ...(phoneNumbers ?? []).map(({ value }) => value),
  ];
  demand(
    texts.every((text) => text === undefined || (typeof text === 'string' && text !== '')),
    'a text that is none',
    found,
  );
  for (const link of [...(photos ?? []).map(({ value }) => value), ...(profileUrl === undefined ? [] : [profileUrl])]) {
    demand(
      /^https?:\/\//i.test(link) && !/^(javascript|data):/i.test(link.trim()),
      'a link that is none of the web',
      link,
    );
  }
  demand(
    [campus?.id, ...(cursus ?? []).map((one) => one.id)].every((one) => one === undefined || Number.isFinite(one)),
    'no id',
    found,
  );
  demand(hidden === undefined || !phoneNumbers?.some(({ value }) => value === hidden), 'a hidden number', phoneNumbers);
  demand(
    JSON.stringify(JSON.parse(JSON.stringify(found))) === JSON.stringify(found),
    'another one after a session',
    found,
  );
}

const field = fc.oneof(
  fc.constantFrom(
    'id',
    'login',
    'image.versions.large',
    'campus.0.name',
    'cursus_users.0.cursus.name',
    '__proto__.x',
    'constructor.prototype.x',
    'a.__proto__.y',
    'photos.0.value',
    'toString',
    '',
    '.',
    '..',
    'a.0.b',
    'emails.length',
  ),
  fc.constantFrom(...known).map((name) => `${name}.__proto__.x`),
  hostileText(12),
);

export const profileProperties = [
  property('L18: whatever a profile holds, somebody is recognised by it or nobody, and no prototype is touched', {
    runs: 1_500,
    cases: fc.record({
      at: fc.constantFrom(...Object.keys(providers)),
      given: fc.oneof(fc.record({ changes: jsonChanges(likely, { maxLength: 6 }) }), fc.record({ soup })),
    }),
    reaches: ['a profile', 'nobody'],
    check({ at, given }) {
      const { provider, example } = providers[at] ?? demandProvider();
      const json = 'soup' in given ? given.soup : JSON.parse(jsonText(changedJSON(example, given.changes)) || 'null');
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'no object';
      const found = provider.parseProfile(json as Record<string, unknown>);
      if (found === undefined) return 'nobody';
      assertProfile(found, at === 'fortyTwo' ? 'hidden' : undefined);
      return 'a profile';
    },
  }),

  property('L18: whatever the profile endpoint answers, it is a profile or a typed error', {
    runs: 300,
    prepare: stub,
    cases: fc.record({
      status: fc.oneof(
        { weight: 6, arbitrary: fc.constant(200) },
        { weight: 1, arbitrary: fc.constantFrom(201, 204, 302, 400, 401, 401, 401, 401, 403, 404, 429, 500) },
      ),
      body: bodyChanges(likely),
    }),
    reaches: ['a profile', 'ERR_PROVIDER_RESPONSE', 'ERR_INVALID_TOKEN'],
    async check({ status, body }, provider) {
      // As it arrives: what goes over the wire is UTF-8.
      const text = wellFormed(changedBody(of42, body));
      provider.answer({ me: { status, body: text } });
      const { value: profile, code } = await outcomeOf(callCodes, () => provider.client().profile('at-of-a-person'), [
        'at-of-a-person',
      ]);
      if (code !== undefined) return code;
      demand(
        status === 200 && profile.provider === 'standard' && profile._raw === text,
        'a profile of something else',
        { status, text },
      );
      assertProfile(profile);
      return 'a profile';
    },
  }),

  property(
    'L18: whatever fields a site maps, of whatever answer, no prototype is touched, and the answer stays as it was',
    {
      runs: 1_000,
      cases: fc.record({
        json: fc.oneof(soup, fc.constant(of42)),
        fields: fc.array(fc.tuple(field, field), { maxLength: 5 }),
      }),
      reaches: ['mapped', 'nothing'],
      check({ json, fields }) {
        const map = Object.fromEntries(fields);
        const before = JSON.stringify(json);
        const mapped = mapProfileFields(json as Record<string, unknown>, map);
        demand(JSON.stringify(json) === before, 'the answer was changed', json);
        demand(Object.getPrototypeOf(mapped) === Object.prototype, 'another prototype', mapped);
        return Object.values(mapped).some((value) => value !== undefined) ? 'mapped' : 'nothing';
      },
    },
  ),

  property('L18: Profile.parse answers a profile, or the TypeError that it documents', {
    runs: 500,
    cases: fc.oneof(
      bodyChanges(likely).map((change) => changedBody(of42, change)),
      anyJSON,
    ),
    reaches: ['a profile', 'TypeError'],
    check(given) {
      let profile: Profile;
      try {
        profile = Profile.parse(given as string);
      } catch (error) {
        demand(
          error instanceof TypeError && error.message.startsWith('Profile.parse: the profile'),
          'another error',
          error,
        );
        return 'TypeError';
      }
      assertProfile(profile);
      return 'a profile';
    },
  }),
];

function demandProvider(): never {
  throw new Error('no such provider');
}
