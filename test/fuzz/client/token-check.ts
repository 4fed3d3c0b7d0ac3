import fc from 'fast-check';
import { FortyTwoClient, type FortyTwoClientOptions, fortyTwo, fortyTwoMin } from '../../../lib/index.js';
import { bodyChanges, changedBody } from '../arbitraries/json.js';
import { changed, hostileText, longText, textChanges } from '../arbitraries/text.js';
import { callCodes, demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';
import { sharedParts } from './parts.js';
import { type Stub, stub } from './stub.js';
import { answer } from './token-endpoint.js';

const TOKEN = 'at-good.token~of-this_run+/==';

const introspection = {
  active: true,
  token_type: 'Bearer',
  client_id: 'the-site',
  sub: '4242',
  scope: 'public projects',
  exp: 4_000_000_000,
  iat: 1_700_000_000,
  username: 'jdoe',
  iss: 'ISSUER',
  aud: ['the-site'],
};
const tokenInfos = [
  {
    resource_owner_id: 4242,
    scopes: ['public'],
    expires_in_seconds: 7174,
    application: { uid: 'the-site' },
    created_at: 1_700_000_000,
  },
  {
    resource_owner_id: null,
    scope: ['public'],
    expires_in: 7174,
    application: { uid: 'the-site' },
    created_at: 1_700_000_000,
  },
];
const likely = {
  active: ['true', 1, null],
  token_type: ['bearer', 'refresh_token', 'access_token', 'mac', null],
  exp: [4_000_000_000_000, 1_000_000_000, '4000000000', -1, 0, null],
  nbf: [4_000_000_000, '1', null],
  iss: ['https://evil.example', '', null],
  aud: ['the-site', [7], [], null],
  cnf: [{ jkt: 'x' }],
  scope: [['projects', ''], 'public  projects', ['projects', 7]],
  scopes: [['projects', ''], 'public  projects'],
  expires_in: [0, -1, 7174.5, '7174', null],
  expires_in_seconds: [0, -1, 2 ** 53, null],
  resource_owner_id: [null, '', 0, 1.5, 'user'],
  application: [null, 'the-site', { uid: null }, { uid: '' }],
};

/** Two answers of 42min: `GET /v1/me` with a personal token. */
const person = { id: 4242, username: 'jdoe', email: 'jdoe@example.org', user: { id: 1 } };

type Facts = {
  expiresAt: number | undefined;
  issuedAt: number | undefined;
  scopes: readonly string[];
  clientID: string | undefined;
  subject: string | undefined;
  kind: string;
  audience: readonly string[] | undefined;
};

function assertSound(facts: Facts): void {
  const { expiresAt, issuedAt, scopes, clientID, subject, kind, audience } = facts;
  for (const time of [expiresAt, issuedAt])
    demand(time === undefined || Number.isSafeInteger(time), 'a time that is none', facts);
  demand(expiresAt === undefined || expiresAt > Date.now() - 5_000, 'an expired token', facts);
  const texts = [
    ...scopes,
    ...(audience ?? []),
    ...(clientID === undefined ? [] : [clientID]),
    ...(subject === undefined ? [] : [subject]),
  ];
  demand(
    texts.every((text) => typeof text === 'string') && ![...scopes, clientID, subject].includes(''),
    'a text that is none',
    facts,
  );
  demand(['user', 'application', 'unknown'].includes(kind), 'no kind', facts);
  demand(kind !== 'user' || subject !== undefined || 'username' in facts, 'a user who is nobody', facts);
}

function own(body: string, name: string): unknown {
  const json: unknown = JSON.parse(body);
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name)
    ? (json as Record<string, unknown>)[name]
    : undefined;
}

const sites = async () => {
  const provider = await stub();
  const parts = sharedParts();
  const at = (made: FortyTwoClientOptions['provider']) =>
    new FortyTwoClient({
      clientID: 'the-site',
      clientSecret: 'a secret of thirty-two characters',
      provider: made ?? fortyTwo(),
      ...parts,
    });
  return {
    provider,
    fortyTwo: () => at(fortyTwo({ baseURL: provider.url })),
    fortyTwoMin: () => at(fortyTwoMin({ baseURL: provider.url })),
  };
};

const token = fc.oneof(
  { weight: 3, arbitrary: textChanges().map((changes) => changed(TOKEN, changes)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('42min_at_', '42min_rt_', '42min_pat_', '42MIN_AT_', '42min_'),
        fc.oneof(fc.constant('abcDEF'), hostileText(10)),
      )
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: hostileText() },
  { weight: 1, arbitrary: longText() },
);

/** The token in a request, wherever it was put. */
function sentToken({ requests }: Stub): string | undefined {
  const [request] = requests();
  const [, bearer] = /^Bearer (.*)$/s.exec(request?.headers.authorization ?? '') ?? [];
  return new URLSearchParams(request?.body).get('token') ?? bearer;
}

export const tokenCheckProperties = [
  property('B3: whatever token is checked, the provider is asked about that very one, or nobody is', {
    runs: 300,
    prepare: sites,
    cases: fc.record({
      token,
      at: fc.constantFrom('standard', 'fortyTwo', 'fortyTwoMin'),
      personalTokens: fc.boolean(),
    }),
    reaches: ['asked', 'nobody asked'],
    async check({ token: given, at, personalTokens }, context) {
      const { provider } = context;
      provider.answer({
        introspect: { body: '{"active":false}' },
        info: { status: 401, body: '' },
        me: { status: 401, body: '' },
      });
      const client = at === 'standard' ? provider.client() : context[at as 'fortyTwo' | 'fortyTwoMin']();
      const { value: check } = await outcomeOf([], () => client.checkToken(given, { personalTokens }));
      demand(
        check?.active === false && (given.length < 8 || !check.reason.includes(given)),
        'a token that nobody vouched for, or told',
        check,
      );
      const asked = provider.requests().length;
      demand(
        asked <= 1 && !provider.requests().some(({ url }) => url.includes('?')),
        'asked in another way',
        provider.requests(),
      );
      if (asked === 0) return 'nobody asked';
      demand(sentToken(provider) === given, 'asked about another token', { given, sent: sentToken(provider) });
      demand(/^[\w.~+/-]+=*$/.test(given), 'asked about a malformed token', given);
      return 'asked';
    },
  }),

  property('C2: whatever introspection says, its facts are sound, or the token is refused, or it is a typed error', {
    runs: 400,
    prepare: stub,
    cases: fc.record({ answer: answer(200), body: bodyChanges(likely) }),
    reaches: ['active', 'refused', 'ERR_PROVIDER_RESPONSE'],
    async check({ answer: { status, type }, body }, provider) {
      const text = changedBody({ ...introspection, iss: provider.url }, body);
      provider.answer({ introspect: { status, headers: { 'content-type': type }, body: text } });
      const { value: check, code } = await outcomeOf(callCodes, () => provider.client().checkToken(TOKEN), [
        TOKEN,
        'cs-0f1e2d3c',
      ]);
      if (code !== undefined) return code;
      if (!check.active) return 'refused';
      assertSound(check.facts);
      demand(status === 200 && own(text, 'active') === true, 'active without a word', text);
      demand([undefined, null, provider.url].includes(own(text, 'iss') as string), 'from another issuer', text);
      const type_ = own(text, 'token_type') ?? undefined;
      demand(type_ === undefined || /^(bearer|access_token)$/i.test(String(type_)), 'another kind of token', text);
      demand((own(text, 'cnf') ?? undefined) === undefined, 'a token that is bound to a key', text);
      return 'active';
    },
  }),

  property(
    'C9: an active token of a server that leaves out the optional type, or writes null where there is nothing, is let in',
    {
      runs: 100,
      prepare: stub,
      cases: fc.record({
        type: fc.constantFrom('Bearer', 'bearer', undefined),
        exp: fc.constantFrom(null, undefined, 4_000_000_000),
        aud: fc.constantFrom<unknown>(null, undefined, 'the-site', ['the-site', 'other']),
      }),
      reaches: ['active'],
      async check({ type, exp, aud }, provider) {
        const said = {
          active: true,
          client_id: 'the-site',
          scope: 'public',
          username: 'jdoe',
          token_type: type,
          exp,
          aud,
        };
        provider.answer({ introspect: { body: JSON.stringify(said) } });
        const check = await provider.client().checkToken(TOKEN);
        demand(check.active, 'a good token is refused', check);
        return 'active';
      },
    },
  ),

  property('C11: whatever token info says, its facts are sound, or the token is refused, or it is a typed error', {
    runs: 400,
    prepare: sites,
    cases: fc.record({ answer: answer(200), example: fc.constantFrom(...tokenInfos), body: bodyChanges(likely) }),
    reaches: ['active', 'refused', 'ERR_PROVIDER_RESPONSE'],
    async check({ answer: { status, type }, example, body }, context) {
      const text = changedBody(example, body);
      context.provider.answer({ info: { status, headers: { 'content-type': type }, body: text } });
      const { value: check, code } = await outcomeOf(callCodes, () => context.fortyTwo().checkToken(TOKEN), [TOKEN]);
      if (code !== undefined) return code;
      if (!check.active) return 'refused';
      assertSound(check.facts);
      demand(status === 200, 'active without a word', { status, text });
      const left = own(text, 'expires_in_seconds') ?? own(text, 'expires_in') ?? undefined;
      demand(
        left === undefined ? check.facts.expiresAt === undefined : Number(left) > 0,
        'an expiry that was not said',
        text,
      );
      demand(
        check.facts.kind !== 'application' || own(text, 'resource_owner_id') === null,
        "an application's token that is not called one",
        text,
      );
      return 'active';
    },
  }),

  property('C10: whatever a personal token is answered, it is a person, or refused, or a typed error', {
    runs: 250,
    prepare: sites,
    cases: fc.record({ answer: answer(200), body: bodyChanges(['token_revoked', 'token_expired']) }),
    reaches: ['active', 'refused', 'ERR_PROVIDER_STATUS'],
    async check({ answer: { status }, body }, context) {
      const text = changedBody(person, body);
      context.provider.answer({ me: { status, body: text } });
      const personal = '42min_pat_0123456789AB_0123456789abcdef0123456789abcdef';
      const { value: check, code } = await outcomeOf(
        callCodes,
        () => context.fortyTwoMin().checkToken(personal, { personalTokens: true }),
        [personal],
      );
      if (code !== undefined) return code;
      if (!check.active) return 'refused';
      assertSound(check.facts);
      demand(
        status === 200 && check.facts.scopes.length === 0 && check.facts.kind === 'user',
        'more than was said',
        check.facts,
      );
      return 'active';
    },
  }),
];
