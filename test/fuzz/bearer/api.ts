import fc from 'fast-check';
import { bearerAuth } from '../../../lib/index.js';
import { type ApiAnswer, ask } from '../../builders/api.js';
import { clientAt } from '../../builders/client-calls.js';
import { bodyChanges, changedBody } from '../arbitraries/json.js';
import { changed, hostileText, inHeader, longText, textChanges } from '../arbitraries/text.js';
import { sharedParts } from '../client/parts.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';
import { readChallenge } from './challenge.js';
import { type ApiServer, apiServer, smallCaches } from './server.js';

const TOKEN = 'at-good.token~of-this_run+/==';

const prepare = async () => ({ server: await apiServer(), ...sharedParts() });
type Context = Awaited<ReturnType<typeof prepare>>;

/** Puts a guard of its own before the route: nothing of one case is cached for another. */
function guardFor({ server, ...parts }: Context): void {
  const client = clientAt(server.provider.url, parts);
  server.handle(bearerAuth({ client, ...smallCaches }).requireBearer('projects'));
}

/** The status of an answer, once it is one that the README documents. */
function statusOf(server: ApiServer, { status, headers, json, text }: ApiAnswer): number {
  server.assertNoError();
  if (status === 200) return status;
  demand([400, 401, 403, 429, 503].includes(status), 'a status that is not documented', { status, text });
  demand(headers['cache-control'] === 'no-store' && json !== undefined, 'no documented refusal', { headers, text });
  if (status === 429 || status === 503) {
    const seconds = Number(headers['retry-after']);
    demand(Number.isInteger(seconds) && seconds >= 1 && seconds <= 300, 'a Retry-After beyond bounds', headers);
  } else {
    demand(
      readChallenge(String(headers['www-authenticate'])) !== undefined,
      'a challenge that can not be read',
      headers,
    );
  }
  return status;
}

const scheme = fc.constantFrom('Bearer ', 'bearer ', 'BEARER    ', 'Bearer', 'Basic ', 'Bearer\t', 'Bearer\u00a0', '');
const authorization = fc.oneof(
  {
    weight: 4,
    arbitrary: textChanges(fc.oneof(hostileText(8), fc.constantFrom(' ', '=', '\t', ',', ';'))).map((changes) =>
      changed(`Bearer ${TOKEN}`, changes),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(scheme, fc.constantFrom(TOKEN, ` ${TOKEN}`, `${TOKEN} `, `${TOKEN}, Bearer ${TOKEN}`))
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: hostileText() },
  { weight: 1, arbitrary: longText(8_000).map((text) => `Bearer ${text}`) },
);

const now = () => Math.floor(Date.now() / 1000);
const example = {
  active: true,
  token_type: 'Bearer',
  client_id: 'the-site',
  sub: '4242',
  scope: 'public projects',
  exp: 4_000_000_000,
  iat: 1_700_000_000,
  username: 'jdoe',
};
const nearlyRight = {
  active: ['true', 'false', 1, {}, [true], null],
  token_type: ['bearer', 'bEARER', 'refresh_token', 'access_token', 'mac', null],
  client_id: ['the-site ', 'THE-SITE', 'other-site', ['the-site'], null],
  scope: ['projects', 'project', 'Projects', 'projects\tpublic', 'public,projects', ['projects'], ''],
  exp: [4_000_000_000_000, 1_000_000_000, '4000000000', -1, 0, null],
  nbf: [4_000_000_000, '1', null],
  aud: ['the-site', ['other-site'], [7], []],
  iss: ['https://evil.example'],
  cnf: [{ jkt: 'x' }],
};

/** Whether an introspection answer vouches for a token of this site with this scope, by the letter of RFC 7662 §2.2. */
function vouches(body: string): boolean {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return false;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const own = (name: string) => (Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined);
  const [exp, nbf, aud, scope, type] = [own('exp'), own('nbf'), own('aud'), own('scope'), own('token_type')];
  const isTime = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  return (
    own('active') === true &&
    own('client_id') === 'the-site' &&
    (type === undefined || /^(bearer|access_token)$/i.test(String(type))) &&
    (exp === undefined || (isTime(exp) && (exp as number) > now() - 5)) &&
    (nbf === undefined || (isTime(nbf) && (nbf as number) < now() + 10)) &&
    own('cnf') === undefined &&
    (aud === undefined || [aud].flat().every((one) => typeof one === 'string')) &&
    (Array.isArray(scope) ? scope : String(scope).split(' ')).includes('projects')
  );
}

const answer = fc.record({
  status: fc.oneof(
    { weight: 12, arbitrary: fc.constant(200) },
    { weight: 1, arbitrary: fc.constantFrom(201, 204, 302, 400, 401, 403, 404, 429, 500, 503) },
  ),
  type: fc.oneof(
    { weight: 8, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.constantFrom('text/html', 'APPLICATION/JSON; charset=x', 'application/token-introspection+jwt', ''),
        hostileText(20).map(inHeader),
      ),
    },
  ),
  retryAfter: fc.option(
    fc.oneof(
      fc.constantFrom('120', '1e9', '-5', 'Wed, 21 Oct 2099 07:28:00 GMT', '9'.repeat(400)),
      hostileText(20).map(inHeader),
    ),
    { nil: undefined },
  ),
  body: bodyChanges(nearlyRight),
});

export const apiProperties = [
  property(
    'B4: whatever Authorization says, the token that the provider knows gets in, written as it should be, and nothing else',
    {
      runs: 150,
      prepare,
      cases: authorization,
      reaches: ['200', '401'],
      async check(header, context) {
        const { server } = context;
        guardFor(context);
        server.answer((token) => ({
          status: 200,
          body: JSON.stringify(token === TOKEN ? example : { active: false }),
        }));
        const sent = inHeader(header);
        const status = statusOf(server, await ask(server.url, { headers: ['authorization', sent] }));
        // Node takes blanks off the ends of a header's value.
        const isGood = /^bearer +(\S+)$/i.exec(sent.replace(/^[ \t]+|[ \t]+$/g, ''))?.[1] === TOKEN;
        demand(isGood === (status === 200), 'a wrong answer', { sent, status });
        return String(status);
      },
    },
  ),

  property('C1: whatever the provider says of a token, it gets in by a whole and valid answer alone', {
    runs: 250,
    prepare,
    cases: answer,
    reaches: ['200', '401', '403', '503'],
    async check({ status, type, retryAfter, body }, context) {
      const { server } = context;
      guardFor(context);
      const text = status === 204 ? '' : changedBody(example, body);
      const headers = { 'content-type': type, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) };
      server.answer(() => ({ status, headers, body: text }));
      const answered = statusOf(server, await ask(server.url, { headers: ['authorization', `Bearer ${TOKEN}`] }));
      demand(answered !== 200 || (status === 200 && vouches(text)), 'let in', { status, text });
      return String(answered);
    },
  }),
];
