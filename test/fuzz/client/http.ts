import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterSeconds } from '../../../lib/http/unavailable.js';
import { ProviderUnavailableError } from '../../../lib/index.js';
import { clientAt, clientCalls } from '../../builders/client-calls.js';
import { changed, hostileText, inHeader, longText, textChanges } from '../arbitraries/text.js';
import { callCodes, demand, outcomeOf } from '../outcome.js';
import { property } from '../property.js';
import { sharedParts } from './parts.js';
import { secretTexts, stub } from './stub.js';

const listening: Server[] = [];

afterEach(() => {
  for (const server of listening.splice(0)) server.close();
});

/** A server that answers each connection with bytes of the case's choice, and keeps it open where that says so. */
async function rawServer() {
  const given = { bytes: '', ends: true };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(given.bytes, 'latin1');
      if (given.ends) socket.end();
    });
  });
  listening.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { backend } = sharedParts();
  return { given, backend, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const answerText =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{"active":false}';
const lines = fc.oneof(
  hostileText(12),
  fc.constantFrom(
    '\r\n',
    '\r\n\r\n',
    '\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Encoding: gzip\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    '99999999999',
    '-1',
    'ffffffffffffffff\r\n',
  ),
);
const raw = fc.oneof(
  { weight: 6, arbitrary: textChanges(lines).map((changes) => changed(answerText, changes)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      hostileText(),
      longText(40_000),
      longText(40_000).map((text) => `HTTP/1.1 200 OK\r\nX: ${text}\r\n\r\n`),
    ),
  },
);

const retryAfter = fc.oneof(
  fc.constantFrom(
    '120',
    '0',
    '-5',
    '1e9',
    '9'.repeat(400),
    '0x10',
    ' 7 ',
    'Wed, 21 Oct 2099 07:28:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'GMT',
    'Wed, 99 Oct 2099 99:99:99 GMT',
    '+275760 GMT',
  ),
  fc.integer().map(String),
  fc
    .tuple(fc.constant('Wed, 21 Oct 2099 07:28:00 GMT'), textChanges())
    .map(([text, changes]) => changed(text, changes)),
  hostileText(),
);

export const httpProperties = [
  property('P2: Retry-After is a number of seconds, or nothing; what callers are told is one to 300', {
    runs: 1_000,
    cases: fc.record({ text: retryAfter, now: fc.constantFrom(0, Date.UTC(2026, 0, 1), 8.64e15) }),
    reaches: ['seconds', 'nothing'],
    check({ text, now }) {
      const seconds = retryAfterSeconds(text, now);
      demand(seconds === undefined || seconds >= 0, 'no number of seconds', seconds);
      const error = new ProviderUnavailableError('ERR_PROVIDER_RATE_LIMITED', 'm', { retryAfter: seconds });
      demand(
        Number.isInteger(error.retryAfter) && error.retryAfter >= 1 && error.retryAfter <= 300,
        'beyond bounds',
        error.retryAfter,
      );
      return seconds === undefined ? 'nothing' : 'seconds';
    },
  }),

  property('P2: a provider that refuses with whatever Retry-After is told of as unavailable, by each way to call it', {
    runs: 150,
    prepare: stub,
    cases: fc.record({
      status: fc.constantFrom(429, 500, 502, 503, 504),
      text: retryAfter,
      call: fc.constantFrom(...clientCalls.map(({ name }) => name)),
    }),
    reaches: ['ERR_PROVIDER_RATE_LIMITED', 'ERR_PROVIDER_STATUS'],
    async check({ status, text, call }, provider) {
      const refusal = { status, headers: { 'retry-after': inHeader(text) }, body: 'Too Many Requests' };
      provider.answer({ token: refusal, introspect: refusal, 'token-info': refusal, revoke: refusal, me: refusal });
      const way = clientCalls.find(({ name }) => name === call);
      demand(way !== undefined, 'no such call');
      const client = way.client(provider.url, provider.parts);
      const { code, error } = await outcomeOf(
        ['ERR_PROVIDER_RATE_LIMITED', 'ERR_PROVIDER_STATUS'],
        () => way.call(client),
        secretTexts,
      );
      demand(error instanceof ProviderUnavailableError, 'no outage');
      demand(error.retryAfter >= 1 && error.retryAfter <= 300, 'beyond bounds', error.retryAfter);
      return code ?? '';
    },
  }),

  property(
    'T5: whatever bytes a provider answers with, it is an answer or one typed error, before the deadline where the answer is over',
    {
      runs: 150,
      prepare: rawServer,
      cases: raw,
      reaches: ['answered', 'ERR_PROVIDER_UNREACHABLE'],
      shrinks: false,
      async check(bytes, { given, backend, url }) {
        Object.assign(given, { bytes, ends: true });
        const client = clientAt(url, { timeout: 4_000, backend });
        const started = performance.now();
        const { value, code } = await outcomeOf(callCodes, () => client.checkToken('at-good'), secretTexts);
        demand(performance.now() - started < 3_000, 'waited out the deadline', bytes);
        demand(value === undefined || !value.active, 'active without a word', bytes);
        return code ?? 'answered';
      },
    },
  ),

  property('Z6: a status that says nothing is refused at once, though the connection stays open', {
    runs: 100,
    prepare: rawServer,
    cases: fc.record({
      status: fc.oneof(
        { weight: 1, arbitrary: fc.constant(101) },
        { weight: 4, arbitrary: fc.integer({ min: 200, max: 999 }) },
      ),
      headers: fc.constantFrom('', 'Connection: close\r\n', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'),
    }),
    reaches: ['ERR_PROVIDER_STATUS'],
    shrinks: false,
    async check({ status, headers }, { given, backend, url }) {
      Object.assign(given, {
        bytes: `HTTP/1.1 ${status} Whatever\r\n${headers}Content-Length: 2\r\n\r\n{}`,
        ends: false,
      });
      const started = performance.now();
      const { code } = await outcomeOf(callCodes, () =>
        clientAt(url, { timeout: 3_000, backend }).checkToken('at-good'),
      );
      demand(code !== undefined && performance.now() - started < 2_000, 'waited out the deadline', { status, code });
      return code;
    },
  }),
];
