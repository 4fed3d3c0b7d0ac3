import type { Answer, Call } from '../http.js';
import { dispatch, notFound, type Routes } from '../router.js';
import { authorize, consent, consentPath, decide } from './authorize.js';
import { introspect } from './introspect.js';
import { metadata } from './metadata.js';
import { resource } from './resources.js';
import { revoke } from './revoke.js';
import type { Fake42MinState } from './state.js';
import { token } from './token.js';

const routes: Routes<Fake42MinState> = new Map([
  ['GET /.well-known/oauth-authorization-server', metadata],
  ['GET /v1/oauth/authorize', authorize],
  [`GET ${consentPath}`, consent],
  [`POST ${consentPath}`, decide],
  ['POST /v1/oauth/token', token],
  ['POST /v1/oauth/introspect', introspect],
  ['POST /v1/oauth/revoke', revoke],
]);

/** Answers one request to the fake 42min. */
export function answer(call: Call, state: Fake42MinState): Answer {
  const found = dispatch(routes, call, state);
  if (found !== undefined) return found;
  const isResource = call.path.startsWith('/v1/') && !call.path.startsWith('/v1/oauth/');
  return isResource ? resource(call, state) : notFound;
}
