import { splitScopes } from '../http.js';
import { resolveSharedOptions, wrongOption } from '../options.js';
import type { Brand } from '../pages.js';
import type {
  ConfiguredFake,
  FakeProvider,
  IssueCodeOptions,
  IssueTokenOptions,
  ProviderControls,
} from '../provider.js';
import { initialState } from '../state.js';
import { fakeClients } from './clients.js';
import { Grants } from './grants.js';
import type { FakeProviderOptions } from './provider.js';
import { RateLimiter } from './rate-limit.js';
import { answer } from './routes.js';
import type { Fake42State } from './state.js';
import { fakeUsers } from './users.js';

const brand: Brand = {
  provider: '42',
  sessionCookie: 'fake42_session',
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
export function configure42(options: FakeProviderOptions): ConfiguredFake<FakeProvider> {
  const config = resolveSharedOptions(options, {
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
  const { now, accessTokenLifetime, codeLifetime } = config;
  return {
    config,
    create(url) {
      const state: Fake42State = {
        ...initialState(url, config, brand),
        grants: new Grants(now),
        limiter: rateLimit === false ? undefined : new RateLimiter(rateLimit, now),
        tokenInfoDialect,
        accessTokenLifetime,
        codeLifetime,
      };
      return { answer: (call) => answer(call, state), controls: controls(state) };
    },
  };
}

function controls(state: Fake42State): ProviderControls<FakeProvider> {
  return {
    clients: state.clients.all,
    users: state.users.all,
    issueToken: (wanted: IssueTokenOptions = {}) => issueToken(state, wanted),
    issueCode: (wanted: IssueCodeOptions) => issueCode(state, wanted),
    revoke: (value: string) => {
      const token = state.grants.byAccessToken(value) ?? state.grants.byRefreshToken(value);
      if (token !== undefined) state.grants.revoke(token);
    },
    narrowGrants: (scope: string | undefined) => {
      state.narrowedTo = scope === undefined ? undefined : splitScopes(scope);
    },
    rotateClientSecret: (clientID: string, newSecret: string) => state.clients.rotateSecret(clientID, newSecret),
  };
}

function issueToken(state: Fake42State, { user, clientID, scope = 'public', expiresIn }: IssueTokenOptions) {
  const { accessToken, refreshToken } = state.grants.issue({
    clientID: state.clients.known(clientID).clientID,
    login: user === null ? null : state.users.known(user).login,
    scopes: splitScopes(scope),
    expiresIn: expiresIn === undefined ? state.accessTokenLifetime : expiresIn,
  });
  return refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
}

function issueCode(
  state: Fake42State,
  { user, clientID, redirectURI, scope = 'public', codeChallenge }: IssueCodeOptions,
) {
  const client = state.clients.known(clientID);
  state.clients.checkRedirect(client, redirectURI);
  const code = state.grants.issueCode({
    clientID: client.clientID,
    login: state.users.known(user).login,
    redirectURI,
    scopes: splitScopes(scope),
    codeChallenge,
    lifetime: state.codeLifetime,
  });
  return code.value;
}
