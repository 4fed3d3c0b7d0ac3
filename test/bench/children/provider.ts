import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { stayAwake } from '../awake.js';
import { person } from '../person.js';
import {
  application,
  lifetime,
  newToken,
  requiredScope,
  scopesOf,
  underScopedPrefix,
  unknownPrefix,
} from '../tokens.js';
import { answering, settings } from './answering.js';

// A provider that does as little as it can: whoever asks it is measured, not its own work. Token
// info as 42 has it, RFC 7662 introspection, and what a JWT check needs.

const { delay = 0 } = settings<{ delay?: number }>();
const { publicKey, privateKey } = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };
let calls = 0;
let subject = 100_000;
let sleep = () => {};

const server = http.createServer(async (req, res) => {
  if (req.url === '/oauth/token/info')
    return check(req.headers.authorization?.slice(7) ?? unknownPrefix, res, tokenInfo);
  if (req.url === '/introspect') return check(await tokenOfForm(req), res, introspection);
  // A login at 42, with whatever code.
  if (req.url === '/oauth/token') {
    const scope = `public ${requiredScope}`;
    const times = { expires_in: lifetime, created_at: Math.floor(Date.now() / 1000) };
    return send(res, 200, {
      access_token: newToken(),
      refresh_token: newToken(),
      token_type: 'bearer',
      scope,
      ...times,
    });
  }
  if (req.url === '/v2/me') return send(res, 200, person);
  if (req.url === '/jwks') return send(res, 200, { keys: [jwk] });
  return send(res, 404, {});
});
// Longer than any pause of a contestant: a bare call has no second try on a connection that was closed meanwhile.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function check(token: string, res: ServerResponse, describe: (token: string | undefined) => [number, unknown]): void {
  calls += 1;
  const answer = describe(token.startsWith(unknownPrefix) ? undefined : token);
  if (delay > 0) setTimeout(() => send(res, ...answer), delay);
  else send(res, ...answer);
}

function tokenInfo(token: string | undefined): [number, unknown] {
  if (token === undefined) return [401, { error: 'invalid_request' }];
  subject += 1;
  const createdAt = Math.floor(Date.now() / 1000);
  return [
    200,
    {
      resource_owner_id: subject,
      scopes: granted(token),
      expires_in_seconds: lifetime,
      application: { uid: application.clientID },
      created_at: createdAt,
    },
  ];
}

function introspection(token: string | undefined): [number, unknown] {
  if (token === undefined) return [200, { active: false }];
  subject += 1;
  const iat = Math.floor(Date.now() / 1000);
  const scope = granted(token).join(' ');
  const sub = String(subject);
  return [
    200,
    { active: true, token_type: 'Bearer', client_id: application.clientID, sub, scope, iat, exp: iat + lifetime },
  ];
}

function granted(token: string): readonly string[] {
  return token.startsWith(underScopedPrefix) ? ['public'] : scopesOf(subject);
}

async function tokenOfForm(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req) body += chunk;
  return new URLSearchParams(body).get('token') ?? unknownPrefix;
}

function send(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length });
  res.end(text);
}

/** A signed token of a person, as an OpenID provider issues them. */
function jwt(scope: string): Promise<string> {
  subject += 1;
  return new SignJWT({ scope, client_id: application.clientID })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(url)
    .setAudience(application.audience)
    .setSubject(String(subject))
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(privateKey);
}

const answers = {
  url: () => url,
  /** Whether to stay awake. */
  awake: (on: boolean) => {
    sleep();
    if (on) sleep = stayAwake();
  },
  /** How many checks it was asked for since the last time. */
  calls: () => {
    const since = calls;
    calls = 0;
    return since;
  },
  jwts: ({ count, scope }: { count: number; scope: string }) =>
    Promise.all(Array.from({ length: count }, () => jwt(scope))),
};

export type ProviderAnswers = typeof answers;

answering(answers);
