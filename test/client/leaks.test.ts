import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FortyTwoError } from '../../lib/index.js';
import { type ClientCall, clientAt, clientCalls, exchangeCode, rejection, secrets } from '../builders/client-calls.js';
import { oddServer, type SeenRequest, sendJSON } from '../builders/odd-server.js';

/** What the provider says in its answers and nobody else may repeat. */
const answered = {
  access_token: 'sent-at-8277e0910d750195b448797616e091ad',
  refresh_token: 'sent-rt-e1671797c52e15f763380b45e841ec32',
  id_token: 'sent-id-8fa14cdd754f91cc6554c9e71929cce7',
};
const unspeakable = [...Object.values(secrets), ...Object.values(answered)];

const events: unknown[] = [];
const keep = (event: unknown) => events.push(event);
const channels = ['login', 'token-check', 'provider-call', 'secret-expiring', 'credentials-refused'];
const warnings = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);

beforeAll(() => {
  for (const name of channels) subscribe(`passport-fortytwo:${name}`, keep);
});
afterAll(() => {
  for (const name of channels) unsubscribe(`passport-fortytwo:${name}`, keep);
  warnings.mockRestore();
});
afterEach(() => {
  events.length = 0;
  warnings.mockClear();
});

/** Everything that a logger could make of a value, its causes included. */
function everythingIn(value: unknown): string {
  const parts = [inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }), String(value)];
  if (typeof value === 'object' && value !== null) {
    parts.push(JSON.stringify(value), JSON.stringify(value, Object.getOwnPropertyNames(value)));
  }
  if (value instanceof Error) parts.push(String(value.stack), value.message, everythingIn(value.cause));
  return parts.join('\n');
}

function expectNothingSecretIn(...values: unknown[]): void {
  const text = values.map(everythingIn).join('\n');
  for (const secret of unspeakable) {
    // As a buffer turned into JSON has it, too.
    const bytes = [...Buffer.from(secret)].join(',');
    for (const spelling of [secret, encodeURIComponent(secret), btoa(secret), bytes]) {
      expect(text).not.toContain(spelling);
    }
  }
}

type Failure = Parameters<typeof oddServer>[0];
const whole = { ...answered, token_type: 'bearer', active: 'true', resource_owner_id: 1, expires_in: 'x' };
const echoOf = ({ body, headers }: SeenRequest) =>
  `We got ${decodeURIComponent(body)} ${headers.authorization} and sent ${JSON.stringify(answered)}`;

const failures: Record<string, Failure> = {
  'malformed JSON with tokens in it': (res) => sendJSON(res, `{"access_token":${answered.access_token}}`),
  'JSON that begins with a token': (res) => sendJSON(res, answered.access_token),
  'half an answer': (res) => sendJSON(res, JSON.stringify(whole).slice(0, -3)),
  'tokens in a list': (res) => sendJSON(res, [whole]),
  'tokens beside fields of the wrong type': (res) => sendJSON(res, whole),
  'tokens beside an error': (res) => sendJSON(res, { ...whole, error: 'invalid_grant' }),
  'tokens of another type': (res) => sendJSON(res, { ...whole, expires_in: 1, token_type: 'mac' }),
  'tokens where other fields belong': (res) =>
    sendJSON(res, {
      access_token: 'a',
      token_type: answered.access_token,
      active: answered.access_token,
      id: answered,
    }),
  'tokens in a query string': (res) => res.end(new URLSearchParams(answered).toString()),
  'tokens with status 400': (res) => sendJSON(res, whole, 400),
  'tokens with status 500': (res) => sendJSON(res, whole, 500),
  'tokens with status 429': (res) => sendJSON(res, whole, 429),
  'a redirect with tokens': (res) => {
    res.writeHead(302, { location: `https://evil.example/?token=${answered.access_token}` });
    res.end(JSON.stringify(whole));
  },
  'a challenge with tokens': (res) => {
    res.writeHead(401, { 'www-authenticate': `Bearer error="invalid_token", x="${answered.access_token}"` });
    res.end();
  },
  'an error that repeats the request': (res, seen) =>
    sendJSON(res, { error: 'invalid_grant', error_description: echoOf(seen), error_uri: echoOf(seen) }, 400),
  'an error named like the request': (res, seen) => sendJSON(res, { error: echoOf(seen) }, 400),
  'an invalid_client that repeats the request': (res, seen) =>
    sendJSON(res, { error: 'invalid_client', error_description: echoOf(seen) }, 401),
  'a header that is no HTTP': (res, seen, req) => {
    res.detachSocket(req.socket);
    req.socket.end(`HTTP/1.1 200 OK\r\n${echoOf(seen)}\u0000\r\n\r\n`);
  },
  'a content type with tokens': (res) => {
    res.writeHead(400, { 'content-type': answered.access_token });
    res.end('x');
  },
  'an encoding with tokens': (res) => {
    res.writeHead(200, { 'content-encoding': answered.access_token });
    res.end(JSON.stringify(whole));
  },
  'a corrupt compressed body': (res) => {
    res.writeHead(200, { 'content-encoding': 'gzip' });
    res.end(JSON.stringify(whole));
  },
  'a cut': (res) => {
    res.writeHead(200, { 'content-length': 1000 });
    res.write(JSON.stringify(whole), () => res.destroy());
  },
  'a reset': (_res, _seen, req) => req.socket.resetAndDestroy(),
  silence: () => {},
  'too much': (res) => sendJSON(res, JSON.stringify(whole).padEnd(5000, ' ')),
};

async function failing({ client, call }: ClientCall, failure: Failure): Promise<void> {
  const server = await oddServer(failure);
  const outcome = await rejectionOrAnswer(call(client(server.url, { timeout: 150, maxResponseBytes: 4096 })));
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(FortyTwoError);
    expectNothingSecretIn(outcome);
  }
  expect(events.length).toBeGreaterThan(0);
  expectNothingSecretIn(...events, ...warnings.mock.calls);
}

/** Some failures are fine for some calls: revocation reads no body, say. */
async function rejectionOrAnswer(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (answer) => answer,
    (error: unknown) => error,
  );
}

describe.each(Object.entries(failures))('after %s', (_what, failure) => {
  test.each(clientCalls)('T10: no error, event or warning of $name tells a secret', (one) => failing(one, failure));
});

describe('without an answer', () => {
  test.each(clientCalls)('T10: no error of $name tells a secret where nobody listens', async ({ client, call }) => {
    const error = await rejection(call(client('http://127.0.0.1:1')));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_UNREACHABLE', cause: { code: 'ECONNREFUSED' } });
    expectNothingSecretIn(error, ...events);
  });

  test('T10: a token that fits into no header is not quoted', async () => {
    const client = clientAt('http://127.0.0.1:1');
    const error = await rejection(client.profile(`${secrets.accessToken}\r\nx: y`));
    expect(error).toBeInstanceOf(FortyTwoError);
    expectNothingSecretIn(error);
  });

  test.each<[string, Record<string, string>]>([
    ['a foreign state', { state: 'other' }],
    ['a foreign issuer', { iss: 'https://evil.example' }],
    ['an error', { error: 'access_denied', error_description: `code ${secrets.code} and ${secrets.codeVerifier}` }],
    ['no code', { code: '' }],
    ['a signed response', { response: secrets.code }],
  ])('T10: nor does a callback with %s', async (_what, callback) => {
    const error = await rejection(exchangeCode(clientAt('http://127.0.0.1:1'), callback));
    expect(error).toBeInstanceOf(FortyTwoError);
    expectNothingSecretIn(error);
  });
});

test('T10: a client that is printed or turned into JSON shows no secret', () => {
  const cookieSecrets = ['cookie-secret-7f3c1e9a5b2d8046-e1d90c4f7a6b3825'];
  const client = clientAt('https://example.org', { cookieSecrets });
  const text = everythingIn(client) + everythingIn({ client }) + everythingIn(client.sealer('purpose'));
  for (const secret of [secrets.clientSecret, ...cookieSecrets]) expect(text).not.toContain(secret);
});
