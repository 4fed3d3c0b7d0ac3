import { logIn, logOut } from './consent.js';
import { styleSheet } from './html.js';
import { type Answer, type Call, jsonAnswer } from './http.js';
import { portrait } from './portrait.js';
import type { FakeState } from './state.js';

export type Handler<State extends FakeState> = (call: Call, state: State) => Answer;
/** Handlers by method and path, such as `POST /oauth/token`. */
export type Routes<State extends FakeState> = ReadonlyMap<string, Handler<State>>;

const sharedRoutes: Routes<FakeState> = new Map([
  ['GET /', home],
  ['GET /fake.css', styleSheet],
  // Browsers ask by themselves, and would log an error.
  ['GET /favicon.ico', () => ({ status: 204, headers: {}, body: '' })],
  ['POST /login', logIn],
  ['POST /logout', logOut],
]);

export const notFound = jsonAnswer(404, { error: 'not_found', message: 'There is nothing here.' });

/**
 * Answers a request by the routes of a provider, or by those that every fake has: the start page, its style, the
 * portraits. undefined where there is nothing.
 */
export function dispatch<State extends FakeState>(routes: Routes<State>, call: Call, state: State): Answer | undefined {
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  const key = `${method} ${call.path}`;
  const handler = routes.get(key) ?? sharedRoutes.get(key);
  if (handler !== undefined) return handler(call, state);
  return method === 'GET' ? portrait(call.path, state.users.all) : undefined;
}

function home(call: Call, { pages, clients, users, logins }: FakeState): Answer {
  return pages.home(clients.all, users.all, logins.of(call)?.login);
}
