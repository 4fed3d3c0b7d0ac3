import { Clients, type FakeClient, fakeClients } from './clients.js';
import { Grants } from './grants.js';
import type { House } from './house.js';
import { splitScopes } from './http.js';
import { Logins } from './logins.js';
import { resolveShared, type SharedOptions, wrongOption } from './options.js';
import { type Brand, Pages } from './pages.js';
import type { FakeProvider, IssueCodeOptions, IssueTokenOptions } from './provider.js';
import { type FakeRateLimit, RateLimiter } from './rate-limit.js';
import { answer } from './routes.js';
import type { Prepared } from './stage.js';
import { type FakeUser, fakeUsers, Users } from './users.js';

/** Options of {@link startFakeProvider} for 42, the default; every one can be left out. */
export interface FakeProviderOptions extends SharedOptions<FakeClient, FakeUser> {
  provider?: '42' | undefined;
  /**
   * How token info is spelt: `'scopes'` for `{scopes, expires_in_seconds}`, `'scope'` for `{scope, expires_in}`.
   * Default `'scopes'`.
   */
  tokenInfoDialect?: 'scopes' | 'scope' | undefined;
  /** Limit of each application on `/v2` and token info, such as {@link FORTY_TWO_RATE_LIMIT}. Default false: none. */
  rateLimit?: false | Readonly<FakeRateLimit> | undefined;
}

const brand: Brand = {
  provider: '42',
  consentPath: '/oauth/authorize',
  scopeMeanings: {
    public: 'read your public data',
    projects: 'see and manage your projects',
    profile: 'see and manage your profile',
    elearning: 'use your e-learning',
    tig: 'see and manage community services',
    forum: 'read and write on the forum for you',
  },
  endpoints: `GET  /oauth/authorize      POST /oauth/token       GET  /oauth/token/info
POST /oauth/introspect     POST /oauth/revoke      GET  /v2/me
GET  /v2/me/projects       GET  /v2/users/:login   GET  /v2/cursus
GET  /v2/cursus/:id/users`,
};

/** Checks the options of a fake 42. */
export function prepare42(options: FakeProviderOptions): Prepared<FakeProvider> {
  const settings = resolveShared(options, {
    clients: Object.values(fakeClients),
    users: Object.values(fakeUsers),
    accessTokenLifetime: 7200,
    anyLoopbackPort: true,
  });
  const { tokenInfoDialect = 'scopes', rateLimit = false } = options;
  if (!['scopes', 'scope'].includes(tokenInfoDialect)) wrongOption('tokenInfoDialect', '"scopes" or "scope"');
  if (rateLimit !== false && !(rateLimit.perSecond > 0 && rateLimit.perHour > 0)) {
    wrongOption('rateLimit', 'false or positive numbers perSecond and perHour');
  }
  const { port, host, now, clients, users, anyLoopbackPort, accessTokenLifetime, codeLifetime } = settings;
  return {
    port,
    host,
    now,
    furnish(url) {
      const house: House = {
        url,
        clients: new Clients(clients, anyLoopbackPort, now),
        users: new Users(users, url),
        grants: new Grants(now),
        logins: new Logins('fake42_session', now),
        pages: new Pages(brand),
        limiter: rateLimit === false ? undefined : new RateLimiter(rateLimit, now),
        tokenInfoDialect,
        accessTokenLifetime,
        codeLifetime,
        narrowedTo: undefined,
      };
      return { answer: (call) => answer(call, house), controls: controls(house) };
    },
  };
}

function controls(house: House) {
  return {
    clients: house.clients.all,
    users: house.users.all,
    issueToken: (wanted: IssueTokenOptions = {}) => issueToken(house, wanted),
    issueCode: (wanted: IssueCodeOptions) => issueCode(house, wanted),
    revoke: (value: string) => {
      const token = house.grants.byAccessToken(value) ?? house.grants.byRefreshToken(value);
      if (token !== undefined) house.grants.revoke(token);
    },
    narrowGrants: (scope: string | undefined) => {
      house.narrowedTo = scope === undefined ? undefined : splitScopes(scope);
    },
    rotateClientSecret: (clientID: string, newSecret: string) => house.clients.rotateSecret(clientID, newSecret),
  };
}

function issueToken(house: House, { user, clientID, scope = 'public', expiresIn }: IssueTokenOptions) {
  const { accessToken, refreshToken } = house.grants.issue({
    clientID: house.clients.known(clientID).clientID,
    login: user === null ? null : house.users.known(user).login,
    scopes: splitScopes(scope),
    expiresIn: expiresIn === undefined ? house.accessTokenLifetime : expiresIn,
  });
  return refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
}

function issueCode(house: House, { user, clientID, redirectURI, scope = 'public', codeChallenge }: IssueCodeOptions) {
  const client = house.clients.known(clientID);
  house.clients.checkRedirect(client, redirectURI);
  const code = house.grants.issueCode({
    clientID: client.clientID,
    login: house.users.known(user).login,
    redirectURI,
    scopes: splitScopes(scope),
    codeChallenge,
    lifetime: house.codeLifetime,
  });
  return code.value;
}
