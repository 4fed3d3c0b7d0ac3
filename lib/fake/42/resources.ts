import { type Answer, type Call, jsonAnswer } from '../http.js';
import { type Bearer, useBearer } from './bearer.js';
import { bearerChallenge } from './errors.js';
import { paginate } from './pagination.js';
import { classmates, cursuses, type ShortUser } from './schools.js';
import type { Fake42State } from './state.js';
import type { FakeUser } from './users.js';

interface Visit {
  readonly call: Call;
  readonly state: Fake42State;
  readonly owner: FakeUser | undefined;
  /** The variable part of the path, '' where there is none. */
  readonly name: string;
}

interface Resource {
  readonly path: RegExp;
  readonly scope?: string;
  readonly answer: (visit: Visit) => Answer;
}

const notFound = jsonAnswer(404, {});

const resources: readonly Resource[] = [
  { path: /^\/v2\/me$/, answer: ({ owner }) => (owner === undefined ? notFound : jsonAnswer(200, owner.profile)) },
  { path: /^\/v2\/me\/projects$/, scope: 'projects', answer: projects },
  { path: /^\/v2\/users\/([^/]+)$/, answer: user },
  { path: /^\/v2\/cursus$/, answer: ({ call, state }) => paginate(Object.values(cursuses), call, state.url) },
  { path: /^\/v2\/cursus\/([^/]+)\/users$/, answer: cursusUsers },
];

/** The `/v2` answer for a path, or undefined where there is nothing. */
export function resourceAt(path: string): ((call: Call, state: Fake42State) => Answer) | undefined {
  for (const resource of resources) {
    const match = resource.path.exec(path);
    if (match !== null) return (call, state) => serve(resource, decoded(match[1] ?? ''), call, state);
  }
  return undefined;
}

function serve(resource: Resource, name: string, call: Call, state: Fake42State): Answer {
  const bearer = useBearer(call, state);
  if (typeof bearer === 'string') return unauthorized(bearer);
  return withApplication(permitted(resource, name, bearer, call, state), bearer, state);
}

function permitted(resource: Resource, name: string, bearer: Bearer, call: Call, state: Fake42State): Answer {
  if (bearer.refusal !== undefined) return bearer.refusal;
  const { scope } = resource;
  if (scope !== undefined && !bearer.token.scopes.includes(scope)) return { status: 403, headers: {}, body: '' };
  return resource.answer({ call, state, owner: state.users.find(bearer.token.login), name });
}

// The reason is only in the challenge, and the body is an empty page: so says the real one.
function unauthorized(description: string): Answer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'www-authenticate': bearerChallenge('invalid_token', description),
  };
  return { status: 401, headers, body: '' };
}

function withApplication(answer: Answer, { client, headers }: Bearer, state: Fake42State): Answer {
  const application = {
    'x-application-id': String(state.clients.all.indexOf(client) + 1),
    'x-application-name': client.name.replace(/[^\x20-\x7e]/g, '?'),
    'x-application-roles': 'None',
  };
  return { ...answer, headers: { ...answer.headers, ...headers, ...application } };
}

function projects({ call, state, owner }: Visit): Answer {
  if (owner === undefined) return notFound;
  const list = owner.profile.projects_users;
  return paginate(Array.isArray(list) ? list : [], call, state.url);
}

function user({ state, name }: Visit): Answer {
  const account = state.users.find(name);
  if (account !== undefined) return jsonAnswer(200, account.profile);
  const mate = classmates.find(({ id, login }) => login === name || String(id) === name);
  return mate === undefined ? notFound : jsonAnswer(200, { ...mate, url: state.url + mate.url });
}

function cursusUsers({ call, state, name }: Visit): Answer {
  const cursus = Object.values(cursuses).find(({ id, slug }) => slug === name || String(id) === name);
  if (cursus === undefined) return notFound;
  const members = state.users.all.flatMap((account) => membership(account, cursus.id));
  const mates = cursus.kind === 'main' ? classmates.map((mate) => ({ ...mate, url: state.url + mate.url })) : [];
  return paginate([...mates, ...members], call, state.url);
}

function membership({ login, profile }: FakeUser, cursusID: number): ShortUser[] {
  const memberships: unknown = profile.cursus_users;
  if (!Array.isArray(memberships)) return [];
  const found = memberships.find((one) => one?.cursus_id === cursusID);
  return found === undefined ? [] : [{ id: profile.id, login, url: String(profile.url), end_at: found.end_at ?? null }];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
