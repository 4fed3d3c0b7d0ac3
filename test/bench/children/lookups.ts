import http from 'node:http';
import { bearerAuth, defineProvider, FortyTwoClient, fortyTwo, type Provider } from 'passport-fortytwo';
import { authorizationOf, pass, plainRequest } from '../requests.js';
import { application, newToken, requiredScope } from '../tokens.js';
import { answering, settings } from './answering.js';

// A process that does nothing but look up tokens that it never saw, through requireBearer or by hand.

/** How a provider is asked. */
export type LookupMethod = 'token-info' | 'introspection';

const { method, providerURL } = settings<{ method: LookupMethod; providerURL: string }>();
// As many as requireBearer has under way by default.
const AT_ONCE = 10;
const BATCH = 250;
const { clientID, clientSecret } = application;
const client = new FortyTwoClient({ clientID, clientSecret, provider: providerOf(method) });
const { requireBearer } = bearerAuth({ client, maxLookups: AT_ONCE, maxTokens: 1_000_000 });
const check = requireBearer(requiredScope);
const agent = new http.Agent({ keepAlive: true });
const target = new URL(providerURL);

function providerOf(how: LookupMethod): Provider {
  if (how === 'token-info') return fortyTwo({ baseURL: providerURL });
  return defineProvider({
    name: 'standard',
    issuer: providerURL,
    authorizationEndpoint: `${providerURL}/authorize`,
    tokenEndpoint: `${providerURL}/token`,
    introspectionEndpoint: `${providerURL}/introspect`,
    profileEndpoint: `${providerURL}/me`,
    parseProfile: () => undefined,
  });
}

/** The least that a call can be, with a pooled connection: no deadline, no size cap, no judgement. */
function byHand(token: string): Promise<unknown> {
  const form = method === 'introspection' ? `token=${token}&client_id=${clientID}` : undefined;
  return new Promise((resolve, reject) => {
    const request = http.request({
      agent,
      host: target.hostname,
      port: target.port,
      method: form === undefined ? 'GET' : 'POST',
      path: form === undefined ? '/oauth/token/info' : '/introspect',
      headers:
        form === undefined
          ? { authorization: `Bearer ${token}` }
          : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length },
    });
    request.on('error', reject);
    request.on('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        body += chunk;
      });
      answer.on('end', () => resolve(JSON.parse(body)));
    });
    request.end(form);
  });
}

/**
 * Looks up so many new tokens; resolves with microseconds of CPU for each. They are made in batches while nothing is
 * counted. No collection of garbage is forced: that throws compiled code away, and most of what was measured then was
 * the compiler.
 */
async function cpuOf<T>(lookup: (what: T) => Promise<unknown>, make: () => T, lookups: number): Promise<number> {
  let microseconds = 0;
  for (let done = 0; done < lookups; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, lookups - done) }, make);
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = batch.pop(); next !== undefined; next = batch.pop()) await lookup(next);
      }),
    );
    const { user, system } = process.cpuUsage(before);
    microseconds += user + system;
  }
  return microseconds / lookups;
}

const answers = {
  requireBearer: (lookups: number) =>
    cpuOf(
      (req) => pass(check, req),
      () => plainRequest(authorizationOf(newToken())),
      lookups,
    ),
  'node:http': (lookups: number) => cpuOf(byHand, newToken, lookups),
};

export type LookupAnswers = typeof answers;

answering(answers);
