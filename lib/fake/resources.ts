import { type Bearer, useBearer } from './bearer.js';
import type { House } from './house.js';
import { type Answer, bearerChallenge, type Call, jsonAnswer } from './http.js';
import { paginate } from './pagination.js';
import { classmates, cursuses, type ShortUser } from './schools.js';
import type { FakeUser } from './users.js';

interface Visit {
  readonly call: Call;
  readonly house: House;
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
  { path: /^\/v2\/cursus$/, answer: ({ call, house }) => paginate(Object.values(cursuses), call, house.url) },
  { path: /^\/v2\/cursus\/([^/]+)\/users$/, answer: cursusUsers },
];

/** The `/v2` answer for a path, or undefined where there is nothing. */
export function resourceAt(path: string): ((call: Call, house: House) => Answer) | undefined {
  for (const resource of resources) {
    const match = resource.path.exec(path);
    if (match !== null) return (call, house) => serve(resource, decoded(match[1] ?? ''), call, house);
  }
  return undefined;
}

function serve(resource: Resource, name: string, call: Call, house: House): Answer {
  const bearer = useBearer(call, house);
  if (typeof bearer === 'string') return unauthorized(bearer);
  return withApplication(permitted(resource, name, bearer, call, house), bearer, house);
}

function permitted(resource: Resource, name: string, bearer: Bearer, call: Call, house: House): Answer {
  if (bearer.refusal !== undefined) return bearer.refusal;
  const { scope } = resource;
  if (scope !== undefined && !bearer.token.scopes.includes(scope)) return { status: 403, headers: {}, body: '' };
  return resource.answer({ call, house, owner: house.users.find(bearer.token.login), name });
}

// The reason is only in the challenge, and the body is an empty page: so says the real one.
function unauthorized(description: string): Answer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'www-authenticate': bearerChallenge('invalid_token', description),
  };
  return { status: 401, headers, body: '' };
}

function withApplication(answer: Answer, { client, headers }: Bearer, house: House): Answer {
  const application = {
    'x-application-id': String(house.clients.all.indexOf(client) + 1),
    'x-application-name': client.name.replace(/[^\x20-\x7e]/g, '?'),
    'x-application-roles': 'None',
  };
  return { ...answer, headers: { ...answer.headers, ...headers, ...application } };
}

function projects({ call, house, owner }: Visit): Answer {
  if (owner === undefined) return notFound;
  const list = owner.profile.projects_users;
  return paginate(Array.isArray(list) ? list : [], call, house.url);
}

function user({ house, name }: Visit): Answer {
  const account = house.users.find(name);
  if (account !== undefined) return jsonAnswer(200, account.profile);
  const mate = classmates.find(({ id, login }) => login === name || String(id) === name);
  return mate === undefined ? notFound : jsonAnswer(200, { ...mate, url: house.url + mate.url });
}

function cursusUsers({ call, house, name }: Visit): Answer {
  const cursus = Object.values(cursuses).find(({ id, slug }) => slug === name || String(id) === name);
  if (cursus === undefined) return notFound;
  const members = house.users.all.flatMap((account) => membership(account, cursus.id));
  const mates = cursus.kind === 'main' ? classmates.map((mate) => ({ ...mate, url: house.url + mate.url })) : [];
  return paginate([...mates, ...members], call, house.url);
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
