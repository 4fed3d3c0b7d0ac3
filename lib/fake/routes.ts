import { authorize, decide, logIn, logOut } from './authorize.js';
import type { House } from './house.js';
import { styleSheet } from './html.js';
import { type Answer, type Call, jsonAnswer } from './http.js';
import { introspect } from './introspect.js';
import { homePage } from './pages.js';
import { portrait } from './portrait.js';
import { resourceAt } from './resources.js';
import { revoke } from './revoke.js';
import { token } from './token.js';
import { tokenInfo } from './token-info.js';
import { displayName } from './users.js';

type Handler = (call: Call, house: House) => Answer;

const routes = new Map<string, Handler>([
  ['GET /', home],
  ['GET /fake.css', styleSheet],
  // Browsers ask by themselves, and would log an error.
  ['GET /favicon.ico', () => ({ status: 204, headers: {}, body: '' })],
  ['GET /oauth/authorize', authorize],
  ['POST /oauth/authorize', decide],
  ['POST /login', logIn],
  ['POST /logout', logOut],
  ['POST /oauth/token', token],
  ['GET /oauth/token/info', tokenInfo],
  ['POST /oauth/introspect', introspect],
  ['POST /oauth/revoke', revoke],
]);

const notFound = jsonAnswer(404, { error: 'not_found', message: 'There is nothing here.' });

/** Answers one request. */
export function answer(call: Call, house: House): Answer {
  if (call.headers['user-agent'] === undefined) {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { status: 403, headers, body: 'Forbidden: 42 refuses requests without a User-Agent.\n' };
  }
  const handler = handlerFor(call.method === 'HEAD' ? 'GET' : call.method, call.path);
  return handler === undefined ? notFound : handler(call, house);
}

function handlerFor(method: string, path: string): Handler | undefined {
  const fixed = routes.get(`${method} ${path}`);
  if (fixed !== undefined || method !== 'GET') return fixed;
  return path.startsWith('/images/') ? image : resourceAt(path);
}

function home(call: Call, house: House): Answer {
  return homePage(house.clients.all, house.users.all, house.logins.of(call)?.login);
}

function image(call: Call, house: House): Answer {
  const user = house.users.all.find(({ login }) => call.path === `/images/${encodeURIComponent(login)}.svg`);
  if (user === undefined) return notFound;
  const headers = {
    'content-type': 'image/svg+xml',
    'cache-control': 'max-age=300',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: portrait(user.login, displayName(user)) };
}
