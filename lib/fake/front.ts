import { logIn, logOut } from './consent.js';
import type { Core } from './house.js';
import { styleSheet } from './html.js';
import { type Answer, type Call, jsonAnswer } from './http.js';
import { portrait } from './portrait.js';
import { displayName } from './users.js';

export type Handler<House extends Core> = (call: Call, house: House) => Answer;
/** Handlers by method and path, such as `POST /oauth/token`. */
export type Routes<House extends Core> = ReadonlyMap<string, Handler<House>>;

const front: Routes<Core> = new Map([
  ['GET /', home],
  ['GET /fake.css', styleSheet],
  // Browsers ask by themselves, and would log an error.
  ['GET /favicon.ico', () => ({ status: 204, headers: {}, body: '' })],
  ['POST /login', logIn],
  ['POST /logout', logOut],
]);

export const notFound = jsonAnswer(404, { error: 'not_found', message: 'There is nothing here.' });

/** Answers a request by the routes of a provider, or as every fake does: its front page, its style, its portraits. */
export function dispatch<House extends Core>(routes: Routes<House>, call: Call, house: House): Answer | undefined {
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  const key = `${method} ${call.path}`;
  const handler = routes.get(key) ?? front.get(key);
  if (handler !== undefined) return handler(call, house);
  return method === 'GET' && call.path.startsWith('/images/') ? image(call, house) : undefined;
}

function home(call: Call, { pages, clients, users, logins }: Core): Answer {
  return pages.home(clients.all, users.all, logins.of(call)?.login);
}

function image(call: Call, house: Core): Answer {
  const user = house.users.all.find(({ login }) => call.path === `/images/${encodeURIComponent(login)}.svg`);
  if (user === undefined) return notFound;
  const headers = {
    'content-type': 'image/svg+xml',
    'cache-control': 'max-age=300',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: portrait(user.login, displayName(user)) };
}
