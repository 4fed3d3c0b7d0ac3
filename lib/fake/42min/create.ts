import type { AnyFakeClient } from '../clients.js';
import { FakeProviderError } from '../errors.js';
import { oauth21Controls } from '../oauth21/controls.js';
import { Families, randomText, type TokenFormats } from '../oauth21/families.js';
import { checkSeconds, resolveSharedOptions, wrongOption } from '../options.js';
import type { Brand } from '../pages.js';
import type { ConfiguredFake, ProviderControls } from '../provider.js';
import { initialState } from '../state.js';
import { consentPath } from './authorize.js';
import { fake42MinClients, isRegistrable } from './clients.js';
import { PersonalTokens } from './personal-tokens.js';
import type { Fake42MinOptions, Fake42MinProvider } from './provider.js';
import { answer } from './routes.js';
import { expandScopes, scopeMeanings } from './scopes.js';
import type { Fake42MinState } from './state.js';
import { fake42MinUsers } from './users.js';

const brand: Brand = {
  provider: '42min',
  sessionCookie: 'fake42min_session',
  consentPath,
  scopeMeanings,
  endpoints: `GET  /v1/oauth/authorize     POST /v1/oauth/token     GET /v1/me
POST /v1/oauth/introspect    POST /v1/oauth/revoke    GET /v1/event_types
GET  /v1/slots               GET  /v1/bookings
GET  /.well-known/oauth-authorization-server`,
};

const tokenFormats: TokenFormats = {
  code: () => `42min_ac_${randomText(48)}`,
  accessToken: () => `42min_at_${randomText(48)}`,
  refreshToken: () => `42min_rt_${randomText(48)}`,
};

const SIXTY_DAYS = 60 * 24 * 3600;
const DEFAULT_SCOPE = 'event_types:read';

/** Checks the options of a fake 42min. */
export function configure42Min(options: Fake42MinOptions): ConfiguredFake<Fake42MinProvider> {
  const config = resolveSharedOptions(options, {
    clients: Object.values(fake42MinClients),
    users: Object.values(fake42MinUsers),
    accessTokenLifetime: 3600,
    anyLoopbackPort: false,
  });
  const { refreshTokenLifetime = SIXTY_DAYS, issInCallback = false } = options;
  checkSeconds('refreshTokenLifetime', refreshTokenLifetime);
  const { now, clients, accessTokenLifetime, codeLifetime } = config;
  if (!clients.every(({ redirectURIs }) => redirectURIs.every(isRegistrable))) {
    wrongOption('clients', 'such that each of redirectURIs is https, or http on localhost or 127.0.0.1');
  }
  const lifetimes = { code: codeLifetime, accessToken: accessTokenLifetime, refreshToken: refreshTokenLifetime };
  return {
    config,
    create(url) {
      const state: Fake42MinState = {
        ...initialState(url, config, brand),
        issuer: url,
        issInCallback,
        families: new Families(tokenFormats, lifetimes, now),
        personalTokens: new PersonalTokens(now),
        rules: { required: ['scope', 'state'], scopes: allowedScopes },
        readScopes: expandScopes,
      };
      return { answer: (call) => answer(call, state), controls: controls(state) };
    },
  };
}

function allowedScopes(client: AnyFakeClient, asked = ''): readonly string[] | undefined {
  const allowed = expandScopes(client.scopes.join(' '));
  const scopes = expandScopes(asked);
  return scopes.length > 0 && scopes.every((scope) => allowed.includes(scope)) ? scopes : undefined;
}

function controls(state: Fake42MinState): ProviderControls<Fake42MinProvider> {
  const usual = oauth21Controls(state, DEFAULT_SCOPE);
  return {
    ...usual,
    issueToken(wanted = {}) {
      if (wanted.user !== null) return usual.issueToken(wanted);
      throw new FakeProviderError('ERR_FAKE_UNKNOWN_USER', '42min has no client credentials: name a user.');
    },
    revoke(value) {
      usual.revoke(value);
      state.personalTokens.revoke(value);
    },
    issuePersonalToken({ user, scope = DEFAULT_SCOPE, expiresIn = null, revoked = false } = {}) {
      const { login } = state.users.known(user);
      return state.personalTokens.issue(login, expandScopes(scope), expiresIn, revoked);
    },
  };
}
