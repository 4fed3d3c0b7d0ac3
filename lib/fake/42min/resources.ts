import { type Answer, type Call, jsonAnswer } from '../http.js';
import { errorAnswer } from './errors.js';
import type { Fake42MinState } from './state.js';

interface Owner {
  readonly login: string | null;
  readonly scopes: readonly string[];
}

// 42min publishes neither these paths nor what they answer: they are here to show what a scope opens.
const lists = new Map<string, { scope: string; data: readonly unknown[] }>([
  [
    '/v1/event_types',
    { scope: 'event_types:read', data: [{ id: 'evt_42', title: 'Code review', duration_minutes: 42 }] },
  ],
  ['/v1/slots', { scope: 'slots:read', data: [{ start: '2026-09-01T09:00:00Z', end: '2026-09-01T09:42:00Z' }] }],
  ['/v1/bookings', { scope: 'bookings:read', data: [] }],
]);

/** Everything under `/v1/` beside OAuth: first the token, then whether there is anything. */
export function resource(call: Call, state: Fake42MinState): Answer {
  const owner = readOwner(call, state);
  if ('status' in owner) return owner;
  if (call.method !== 'GET' && call.method !== 'HEAD') return nothing;
  if (call.path === '/v1/me') {
    const user = state.users.find(owner.login);
    return user === undefined ? nothing : jsonAnswer(200, user.profile);
  }
  const list = lists.get(call.path);
  if (list === undefined) return nothing;
  if (owner.scopes.includes(list.scope)) return jsonAnswer(200, { data: list.data });
  const challenge = `Bearer realm="42min", error="insufficient_scope", scope="${list.scope}"`;
  return errorAnswer(403, 'insufficient_scope', `This needs the scope ${list.scope}`, {
    'www-authenticate': challenge,
  });
}

const nothing = errorAnswer(404, 'not_found', 'There is nothing here.');

/** Whose token the header carries: an OAuth access token or a personal one. */
function readOwner(call: Call, { families, personalTokens }: Fake42MinState): Owner | Answer {
  const [, value] = /^Bearer +(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  if (value === undefined) return unauthorized('invalid_token', 'A bearer token is required');
  const personal = personalTokens.find(value);
  const access = families.accessToken(value);
  const end = personal ? personalTokens.endOf(personal) : access && families.endOf(access);
  if (end === 'revoked') return unauthorized('token_revoked', 'The token has been revoked');
  if (end === 'expired') return unauthorized('token_expired', 'The token has expired');
  if (personal !== undefined) return personal;
  if (access !== undefined) return { login: access.family.login, scopes: access.scopes };
  return unauthorized('invalid_token', 'The token is not valid');
}

function unauthorized(error: string, message: string): Answer {
  const challenge = `Bearer realm="42min", error="${error}", error_description="${message}"`;
  return errorAnswer(401, error, message, { 'www-authenticate': challenge });
}
