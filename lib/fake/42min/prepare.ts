import { type AnyFakeClient, Clients } from '../clients.js';
import { FakeProviderError } from '../errors.js';
import { Logins } from '../logins.js';
import { Families, type Mint, randomText } from '../oauth21/families.js';
import { shortcuts } from '../oauth21/shortcuts.js';
import { checkSeconds, resolveShared, wrongOption } from '../options.js';
import { type Brand, Pages } from '../pages.js';
import type { ControlsOf, Prepared } from '../stage.js';
import { Users } from '../users.js';
import { consentPath } from './authorize.js';
import { fake42MinClients, isRegistrable } from './clients.js';
import type { House42Min } from './house.js';
import { PersonalTokens } from './personal-tokens.js';
import type { Fake42MinOptions, Fake42MinProvider } from './provider.js';
import { answer } from './routes.js';
import { expandScopes, scopeMeanings } from './scopes.js';
import { fake42MinUsers } from './users.js';

const brand: Brand = {
  provider: '42min',
  consentPath,
  scopeMeanings,
  endpoints: `GET  /v1/oauth/authorize     POST /v1/oauth/token     GET /v1/me
POST /v1/oauth/introspect    POST /v1/oauth/revoke    GET /v1/event_types
GET  /v1/slots               GET  /v1/bookings
GET  /.well-known/oauth-authorization-server`,
};

const mint: Mint = {
  code: () => `42min_ac_${randomText(48)}`,
  accessToken: () => `42min_at_${randomText(48)}`,
  refreshToken: () => `42min_rt_${randomText(48)}`,
};

const SIXTY_DAYS = 60 * 24 * 3600;
const DEFAULT_SCOPE = 'event_types:read';

/** Checks the options of a fake 42min. */
export function prepare42Min(options: Fake42MinOptions): Prepared<Fake42MinProvider> {
  const settings = resolveShared(options, {
    clients: Object.values(fake42MinClients),
    users: Object.values(fake42MinUsers),
    accessTokenLifetime: 3600,
    anyLoopbackPort: false,
  });
  const { refreshTokenLifetime = SIXTY_DAYS, issInCallback = false } = options;
  checkSeconds('refreshTokenLifetime', refreshTokenLifetime);
  const { port, host, now, clients, users, anyLoopbackPort, accessTokenLifetime, codeLifetime } = settings;
  if (!clients.every(({ redirectURIs }) => redirectURIs.every(isRegistrable))) {
    wrongOption('clients', 'such that each of redirectURIs is https, or http on localhost or 127.0.0.1');
  }
  const lifetimes = { code: codeLifetime, accessToken: accessTokenLifetime, refreshToken: refreshTokenLifetime };
  return {
    port,
    host,
    now,
    furnish(url) {
      const house: House42Min = {
        url,
        issuer: url,
        issInCallback,
        clients: new Clients(clients, anyLoopbackPort, now),
        users: new Users(users, url),
        families: new Families(mint, lifetimes, now),
        personalTokens: new PersonalTokens(now),
        logins: new Logins('fake42min_session', now),
        pages: new Pages(brand),
        rules: { required: ['scope', 'state'], scopes: allowedScopes },
        readScopes: expandScopes,
        narrowedTo: undefined,
      };
      return { answer: (call) => answer(call, house), controls: controls(house) };
    },
  };
}

function allowedScopes(client: AnyFakeClient, asked = ''): readonly string[] | undefined {
  const allowed = expandScopes(client.scopes.join(' '));
  const scopes = expandScopes(asked);
  return scopes.length > 0 && scopes.every((scope) => allowed.includes(scope)) ? scopes : undefined;
}

function controls(house: House42Min): ControlsOf<Fake42MinProvider> {
  const usual = shortcuts(house, DEFAULT_SCOPE);
  return {
    ...usual,
    issueToken(wanted = {}) {
      if (wanted.user !== null) return usual.issueToken(wanted);
      throw new FakeProviderError('ERR_FAKE_UNKNOWN_USER', '42min has no client credentials: name a user.');
    },
    revoke(value) {
      usual.revoke(value);
      house.personalTokens.revoke(value);
    },
    issuePersonalToken({ user, scope = DEFAULT_SCOPE, expiresIn = null, revoked = false } = {}) {
      const { login } = house.users.known(user);
      return house.personalTokens.issue(login, expandScopes(scope), expiresIn, revoked);
    },
  };
}
