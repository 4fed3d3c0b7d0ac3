import fc from 'fast-check';
import { changedJSON, type JSONChange, jsonChanges } from '../arbitraries/json.js';
import { changed, hostileText, longText, type TextChange, textChanges } from '../arbitraries/text.js';
import { demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';
import { isSame, jwk, pairs, signed } from './signed.js';
import { type Stub, stub } from './stub.js';

const seconds = () => Math.floor(Date.now() / 1000);
const ISSUER = '@issuer@';
const likelyClaims = {
  iss: [ISSUER, `${ISSUER}/`, 'https://evil.example', [ISSUER]],
  aud: ['the-site', ['the-site'], ['the-site', 'other'], ['other'], 'other', [], ['the-site', 7]],
  azp: ['the-site', 'other'],
  exp: [1_000_000_000, 4_000_000_000, 4_000_000_000_000, '4000000000', 4_000_000_000.5, 1e300],
  iat: [1_000_000_000, 4_000_000_000, '1'],
  nbf: [1_000_000_000, 4_000_000_000, '1', null],
  nonce: ['the nonce', 'another', ''],
  sub: ['', 7, null],
  scope: ['', 'public', ['public']],
  at_hash: ['x'],
  cnf: [{ jkt: 'x' }],
};
const likelyHeader = {
  alg: ['none', 'HS256', 'RS256', 'ES256', 'es256'],
  kid: ['the key', 'another', 7],
  typ: ['JWT', 'at+jwt', 'JOSE'],
  crit: [['b64'], ['exp'], []],
  b64: [false],
  jku: ['https://evil.example/jwks'],
};

/** A token whose claims or header were changed before it was signed, or whose text was changed after. */
type Forgery =
  | { readonly header: readonly JSONChange[]; readonly claims: readonly JSONChange[] }
  | { readonly text: readonly TextChange[] }
  | { readonly instead: string };

const forgery: fc.Arbitrary<Forgery> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ header: fc.constant<JSONChange[]>([]), claims: jsonChanges(likelyClaims) }) },
  { weight: 2, arbitrary: fc.record({ header: jsonChanges(likelyHeader), claims: fc.constant<JSONChange[]>([]) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      text: textChanges(fc.oneof(hostileText(8), fc.constantFrom('.', 'e30', 'eyJhbGciOiJub25lIn0.'))),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      instead: fc.oneof(hostileText(), longText(8_000), fc.constant('eyJhbGciOiJub25lIn0.e30.')),
    }),
  },
);

/** The token, and what it claims where it was signed so. */
function forged(given: Forgery, issuer: string, claims: object): { token: string; claims: unknown; good: string } {
  const header = { alg: 'ES256', typ: 'JWT', kid: 'the key' };
  const named = { iss: issuer, ...claims };
  const good = signed(pairs.ES256, header, named);
  if ('instead' in given) return { token: given.instead, claims: undefined, good };
  if ('text' in given) return { token: changed(good, given.text), claims: undefined, good };
  const really = JSON.parse(JSON.stringify(changedJSON(named, given.claims)).replaceAll(ISSUER, issuer)) as unknown;
  return { token: signed(pairs.ES256, changedJSON(header, given.header), really), claims: really, good };
}

async function signingProvider() {
  const provider = await stub();
  const keys = { jwks: { body: JSON.stringify({ keys: [jwk(pairs.ES256)] }) } };
  const definition = { openid: { jwksURI: `${provider.url}/jwks`, signingAlg: 'ES256' as const } };
  // Shared, since it is the keys that take long to ask for.
  return { provider, keys, client: provider.client(definition) };
}

function own(claims: unknown, name: string): unknown {
  return typeof claims === 'object' && claims !== null && Object.hasOwn(claims, name)
    ? (claims as Record<string, unknown>)[name]
    : undefined;
}

const isTime = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value < 100_000_000_000;

function assertAccess(claims: unknown, { url }: Stub): void {
  const [exp, nbf, aud] = [own(claims, 'exp'), own(claims, 'nbf'), own(claims, 'aud')];
  demand(own(claims, 'iss') === url && [aud].flat().includes('the-site'), 'from or for somebody else', claims);
  demand(isTime(exp) && (exp as number) > seconds() - 10, 'an expired token', claims);
  demand(
    nbf === undefined || nbf === null || (isTime(nbf) && (nbf as number) <= seconds() + 10),
    'a token of tomorrow',
    claims,
  );
  demand(own(claims, 'nonce') === undefined && own(claims, 'at_hash') === undefined, 'an id_token', claims);
  demand((own(claims, 'cnf') ?? undefined) === undefined, 'a token that is bound to a key', claims);
}

export const signedTokenProperties = [
  property('I1: whatever JWT comes as an access token, it is one of the provider for this site, or it is refused', {
    runs: 400,
    prepare: signingProvider,
    cases: forgery,
    reaches: ['active', 'refused'],
    async check(given, { provider, keys, client }) {
      provider.answer(keys);
      const access = {
        aud: 'the-site',
        sub: '4242',
        client_id: 'the-site',
        scope: 'public',
        iat: seconds(),
        exp: seconds() + 600,
      };
      const { token, claims, good } = forged(given, provider.url, access);
      const { value: check } = await outcomeOf([], () => client.checkToken(token, { method: 'jwt' }), [good]);
      demand(
        provider.requests().every(({ url }) => url === '/jwks'),
        'asked for something else',
        provider.requests(),
      );
      if (!check?.active) return 'refused';
      if (claims === undefined) demand(isSame(token, good), 'active though it was changed', { token, good });
      else assertAccess(claims, provider);
      return 'active';
    },
  }),

  property('I2: whatever id_token comes with a login, it is of the provider for this login, or the login fails', {
    runs: 400,
    prepare: signingProvider,
    cases: forgery,
    reaches: ['logged in', 'ERR_PROVIDER_RESPONSE'],
    async check(given, { provider, keys, client }) {
      const identity = {
        aud: 'the-site',
        sub: '4242',
        nonce: 'the nonce',
        iat: seconds(),
        exp: seconds() + 600,
        azp: 'the-site',
      };
      const { token, claims, good } = forged(given, provider.url, identity);
      provider.answer({
        ...keys,
        token: { body: JSON.stringify({ access_token: 'at', token_type: 'Bearer', scope: 'openid', id_token: token }) },
      });
      const exchange = {
        callback: new URLSearchParams({ code: 'code', state: 'state' }),
        state: 'state',
        redirectURI: 'https://site.example/callback',
        codeVerifier: 'verifier-0123456789-0123456789-0123456789-abc',
        nonce: 'the nonce',
        scope: 'openid',
      };
      const { value: tokens, code } = await outcomeOf(['ERR_PROVIDER_RESPONSE'], () => client.exchangeCode(exchange), [
        good,
        'verifier-0123456789',
      ]);
      if (code !== undefined) return code;
      demand(tokens.idToken === token && typeof tokens.subject === 'string' && tokens.subject !== '', 'nobody', tokens);
      if (claims === undefined) {
        demand(isSame(token, good), 'logged in though it was changed', { token, good });
        return 'logged in';
      }
      const [aud, azp, exp, iat] = [own(claims, 'aud'), own(claims, 'azp'), own(claims, 'exp'), own(claims, 'iat')];
      demand(
        own(claims, 'iss') === provider.url &&
          own(claims, 'nonce') === 'the nonce' &&
          own(claims, 'sub') === tokens.subject,
        'of another login',
        claims,
      );
      demand(
        [aud].flat().join() === 'the-site' && (azp === undefined || azp === 'the-site'),
        'for somebody else, too',
        claims,
      );
      demand(
        isTime(exp) && isTime(iat) && (exp as number) > seconds() - 40 && (iat as number) < seconds() + 40,
        'not of now',
        claims,
      );
      return 'logged in';
    },
  }),
];
