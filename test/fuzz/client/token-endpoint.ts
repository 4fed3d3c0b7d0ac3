import fc from 'fast-check';
import { exchangeCode, secrets } from '../../builders/client-calls.js';
import { bodyChanges, changedBody } from '../arbitraries/json.js';
import { hostileText, inHeader } from '../arbitraries/text.js';
import { callCodes, demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';
import { secretTexts, stub } from './stub.js';

const granted = {
  access_token: 'at-of-the-answer',
  token_type: 'Bearer',
  expires_in: 7200,
  refresh_token: 'rt-of-the-answer',
  scope: 'public projects',
  created_at: 1_700_000_000,
  secret_valid_until: 4_000_000_000,
};
const refused = {
  error: 'invalid_grant',
  error_description: `the code ${secrets.code} was used`,
  state: secrets.state,
};
const likely = {
  access_token: ['', 'at é', 'at\r\nx: y', ['at'], { token: 'at' }, 7],
  token_type: ['bEARER', 'mac', 'DPoP', ['Bearer'], null],
  expires_in: [0, -1, 7200.5, '7200', '7200 or so', [7200, 1], 1e12, null],
  refresh_token: ['', null, 7, ['rt']],
  scope: ['', 'admin', 'public\tadmin', ['public'], null],
  id_token: ['', null, 'eyJhbGciOiJub25lIn0.e30.', 'a.b.c'],
  error: ['invalid_grant', 'invalid_client', 'mfa_required', '', null, {}],
};

export const answer = (likelyStatus: number) =>
  fc.record({
    status: fc.oneof(
      { weight: 10, arbitrary: fc.constant(likelyStatus) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(200, 201, 204, 301, 302, 304, 307, 400, 401, 403, 404, 405, 418, 429, 500, 502, 503),
      },
    ),
    type: fc.oneof(
      { weight: 8, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.oneof(
          fc.constantFrom('text/html', 'application/json;charset=utf-7', 'application/jwt'),
          hostileText(20).map(inHeader),
        ),
      },
    ),
    location: fc.constantFrom(undefined, 'http://127.0.0.1:1/', '/token'),
  });

const exchange = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ answer: answer(200), example: fc.constant(granted), body: bodyChanges(likely) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ answer: answer(400), example: fc.constant(refused), body: bodyChanges(likely) }),
  },
);

const calls = ['exchangeCode', 'refresh', 'clientCredentials'] as const;

/** Whether a token answer is a valid one, by the letter of RFC 6749 §5.1, and what it grants. */
function grantIn(body: string): { token: string; scope: string | undefined } | undefined {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const own = (name: string) => (Object.hasOwn(json, name) ? json[name] : undefined);
  const [token, type, scope, expires] = [own('access_token'), own('token_type'), own('scope'), own('expires_in')];
  const isToken = typeof token === 'string' && /^[\x20-\x7e]+$/.test(token);
  const isScope = !Object.hasOwn(json, 'scope') || typeof scope === 'string';
  const isNumber = typeof expires === 'number' ? expires >= 0 : typeof expires === 'string' && /^\d+$/.test(expires);
  const isTime = expires === undefined || expires === null || isNumber;
  if (!isToken || !isScope || !isTime || Object.hasOwn(json, 'error') || String(type).toLowerCase() !== 'bearer')
    return undefined;
  return { token, scope: typeof scope === 'string' ? scope : undefined };
}

export const tokenEndpointProperties = [
  property(
    'T7: whatever a token endpoint answers is a valid grant, taken as it says, or a typed error that tells no secret',
    {
      runs: 400,
      prepare: stub,
      cases: fc.record({ call: fc.constantFrom(...calls), exchange }),
      reaches: ['tokens', 'ERR_PROVIDER_RESPONSE', 'ERR_INVALID_GRANT', 'ERR_PROVIDER_STATUS'],
      async check({ call, exchange: { answer: given, example, body } }, provider) {
        // As it arrives: half of a pair of surrogates has no UTF-8.
        const text = Buffer.from(changedBody(example, body)).toString();
        const headers = {
          'content-type': given.type,
          ...(given.location !== undefined && { location: given.location }),
        };
        provider.answer({ token: { status: given.status, headers, body: text } });
        const client = provider.client();
        const { value: tokens, code } = await outcomeOf(
          [...callCodes, 'ERR_MFA_REQUIRED'],
          () =>
            ({
              exchangeCode: () => exchangeCode(client),
              refresh: () => client.refresh(secrets.refreshToken, { scope: 'public' }),
              clientCredentials: () => client.clientCredentials({ scope: 'public' }),
            })[call](),
          secretTexts,
        );
        demand(provider.requests().length === 1, 'a token request that was repeated', provider.requests().length);
        if (code !== undefined) return code;
        const expected = given.status === 200 ? grantIn(text) : undefined;
        demand(expected !== undefined && tokens.accessToken === expected.token, 'tokens of an answer that has none', {
          text,
          tokens,
        });
        const asked = call === 'exchangeCode' ? [] : ['public'];
        const scopes = expected.scope === undefined ? asked : expected.scope.split(' ').filter(Boolean);
        demand(
          tokens.scopes.every((scope) => scopes.includes(scope)),
          'more scopes than were granted',
          { text, tokens },
        );
        demand(
          tokens.expiresAt === undefined || new Date(tokens.expiresAt).getTime() > 0,
          'an expiry that is no time',
          tokens,
        );
        demand(
          [tokens.refreshToken, tokens.idToken].every((token) => token === undefined || typeof token === 'string'),
          'no text',
          tokens,
        );
        demand(
          tokens.idToken === undefined && tokens.subject === undefined,
          'somebody, at a provider that names nobody',
          tokens,
        );
        return 'tokens';
      },
    },
  ),
];
