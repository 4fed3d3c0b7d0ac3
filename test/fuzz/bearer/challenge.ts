import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { challenge } from '../../../lib/bearer/challenge.js';
import { bearerAuth } from '../../../lib/index.js';
import { ask } from '../../builders/api.js';
import { clientAt } from '../../builders/client-calls.js';
import { hostileText } from '../arbitraries/text.js';
import { sharedParts } from '../client/parts.js';
import { demand, outcomeOfSync } from '../outcome.js';
import { property } from '../property.js';
import { apiServer, smallCaches } from './server.js';

/** The parameters of a challenge, read as RFC 9110 §11.2 says; undefined for what it doesn't allow. */
export function readChallenge(value: string): [string, string][] | undefined {
  if (value === 'Bearer ') return [];
  const parameter = /([\w!#$%&'*+.^`|~-]+)="((?:[^"\\]|\\.)*)"(?:, |$)/sy;
  const found: [string, string][] = [];
  parameter.lastIndex = 'Bearer '.length;
  while (value.startsWith('Bearer ') && parameter.lastIndex < value.length) {
    const [, name = '', quoted = ''] = parameter.exec(value) ?? [];
    if (name === '') return undefined;
    found.push([name, quoted.replace(/\\(.)/gs, '$1')]);
  }
  return found.length > 0 ? found : undefined;
}

const names = ['realm', 'error', 'error_description', 'scope'] as const;

export const challengeProperties = [
  property('B5: a challenge says what it was given to say, whatever quotes are in it', {
    runs: 1_000,
    cases: fc.array(fc.tuple(fc.constantFrom(...names), fc.option(hostileText(), { nil: undefined })), {
      maxLength: 4,
    }),
    reaches: ['read'],
    check(pairs) {
      const given = Object.fromEntries(pairs);
      const read = readChallenge(challenge(given));
      const expected = Object.entries(given).filter(([, value]) => value !== undefined);
      demand(JSON.stringify(read) === JSON.stringify(expected), 'read as something else', { read, expected });
      return 'read';
    },
  }),

  property('B5: no realm or scope makes a refusal that can not be sent: it is escaped, or an error at start-up', {
    runs: 200,
    prepare: async () => ({ server: await apiServer(), parts: sharedParts() }),
    cases: fc.record({ realm: hostileText(), scope: hostileText(20) }),
    reaches: ['escaped', 'ERR_CONFIGURATION'],
    async check({ realm, scope }, { server, parts }) {
      const { value: guard, code } = outcomeOfSync(['ERR_CONFIGURATION'], () =>
        bearerAuth({ client: clientAt(server.provider.url, parts), realm, ...smallCaches }).requireBearer(scope),
      );
      if (code !== undefined) return code;
      server.handle(guard);
      const answer = await ask(server.url);
      const value = String(answer.headers['www-authenticate']);
      validateHeaderValue('www-authenticate', value);
      const read = Object.fromEntries(readChallenge(value) ?? []);
      const scopes = [...new Set(scope.split(' ').filter(Boolean))].join(' ');
      demand(answer.status === 401 && read.realm === realm && read.scope === scopes, 'another challenge', {
        value,
        scope,
      });
      return 'escaped';
    },
  }),
];
