import type { Answer, Call } from '../http.js';
import { dispatch, notFound, type Routes } from '../router.js';
import { authorize, decide } from './authorize.js';
import { introspect } from './introspect.js';
import { resourceAt } from './resources.js';
import { revoke } from './revoke.js';
import type { Fake42State } from './state.js';
import { token } from './token.js';
import { tokenInfo } from './token-info.js';

const routes: Routes<Fake42State> = new Map([
  ['GET /oauth/authorize', authorize],
  ['POST /oauth/authorize', decide],
  ['POST /oauth/token', token],
  ['GET /oauth/token/info', tokenInfo],
  ['POST /oauth/introspect', introspect],
  ['POST /oauth/revoke', revoke],
]);

/** Answers one request to the fake 42. */
export function answer(call: Call, state: Fake42State): Answer {
  if (call.headers['user-agent'] === undefined) {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { status: 403, headers, body: 'Forbidden: 42 refuses requests without a User-Agent.\n' };
  }
  const found = dispatch(routes, call, state);
  if (found !== undefined) return found;
  const isRead = call.method === 'GET' || call.method === 'HEAD';
  const resource = isRead ? resourceAt(call.path) : undefined;
  return resource === undefined ? notFound : resource(call, state);
}
