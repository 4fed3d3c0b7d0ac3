import type { Answer, Call } from '../http.js';
import { dispatch, notFound, type Routes } from '../router.js';
import { authorize, completeMfa, decide } from './authorize.js';
import { introspect } from './introspect.js';
import { keySet, metadata } from './metadata.js';
import { logOut, revoke } from './revoke.js';
import type { FakeOAuth42State } from './state.js';
import { token } from './token.js';
import { userinfo } from './userinfo.js';

const routes: Routes<FakeOAuth42State> = new Map([
  ['GET /.well-known/openid-configuration', metadata],
  ['GET /.well-known/jwks.json', keySet],
  ['GET /oauth/authorize', authorize],
  ['POST /oauth/authorize', decide],
  ['POST /oauth/authorize/mfa', completeMfa],
  ['POST /oauth/token', token],
  ['POST /oauth/introspect', introspect],
  ['POST /oauth/revoke', revoke],
  ['GET /oauth/userinfo', userinfo],
  ['POST /oauth/logout', logOut],
]);

/** Answers one request to the fake OAuth42. */
export function answer(call: Call, state: FakeOAuth42State): Answer {
  return dispatch(routes, call, state) ?? notFound;
}
