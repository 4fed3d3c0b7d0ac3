import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { Clients, type FakeClient } from './clients.js';
import { FakeProviderError } from './errors.js';
import { Faults } from './faults.js';
import { Grants } from './grants.js';
import type { House } from './house.js';
import { splitScopes } from './http.js';
import { listener } from './listener.js';
import { Logins } from './logins.js';
import { type FakeProviderOptions, resolveOptions, type Settings } from './options.js';
import type { FakeProvider, IssueCodeOptions, IssueTokenOptions } from './provider.js';
import { RateLimiter } from './rate-limit.js';
import { RequestLog } from './request-log.js';
import { type FakeUser, Users } from './users.js';

/**
 * Starts a 42 API of one's own on this machine, for development and tests: the login with its pages, the OAuth
 * endpoints and a few resources, as strict as the real ones.
 *
 * Rejects with a {@link FakeProviderError} when NODE_ENV is `production` (`ERR_FAKE_IN_PRODUCTION`), the host is not
 * loopback (`ERR_FAKE_NOT_LOOPBACK`) or an option makes no sense (`ERR_FAKE_OPTION`); and with node's own error when
 * the port is taken.
 */
export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const settings = resolveOptions(options);
  const server = createServer().listen(settings.port, settings.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : settings.port;
  const house = furnish(
    settings,
    `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
  );
  const log = new RequestLog();
  const faults = new Faults();
  const stopping = new AbortController();
  // Every slow answer under way listens; that many are no leak.
  setMaxListeners(0, stopping.signal);
  server.on('request', listener({ house, log, faults, now: settings.now, stopped: stopping.signal }));

  let closed: Promise<unknown> | undefined;
  const stop = async () => {
    if (closed === undefined) {
      closed = once(server, 'close');
      stopping.abort();
      server.close();
      server.closeAllConnections();
    }
    await closed;
  };

  return {
    url: house.url,
    clients: house.clients.all,
    users: house.users.all,
    get requests() {
      return log.all;
    },
    requestCount: (path) => log.count(path),
    clearRequests: () => log.clear(),
    fault: (path, fault, times = Number.POSITIVE_INFINITY) => faults.add(path, fault, times),
    clearFaults: () => faults.clear(),
    issueToken: (wanted = {}) => issueToken(house, wanted),
    issueCode: (wanted) => issueCode(house, wanted),
    revoke: (value) => {
      const token = house.grants.byAccessToken(value) ?? house.grants.byRefreshToken(value);
      if (token !== undefined) house.grants.revoke(token);
    },
    narrowGrants: (scope) => {
      house.narrowedTo = scope === undefined ? undefined : splitScopes(scope);
    },
    rotateClientSecret: (clientID, newSecret) => house.clients.rotateSecret(knownClient(house, clientID), newSecret),
    stop,
  };
}

function furnish(settings: Settings, url: string): House {
  const { clients, users, rateLimit, anyLoopbackPort, now, tokenInfoDialect, accessTokenLifetime, codeLifetime } =
    settings;
  return {
    url,
    clients: new Clients(clients, anyLoopbackPort, now),
    users: new Users(users, url),
    grants: new Grants(now),
    logins: new Logins(),
    limiter: rateLimit === false ? undefined : new RateLimiter(rateLimit, now),
    tokenInfoDialect,
    accessTokenLifetime,
    codeLifetime,
    narrowedTo: undefined,
  };
}

function issueToken(house: House, { user, clientID, scope = 'public', expiresIn }: IssueTokenOptions) {
  const { accessToken, refreshToken } = house.grants.issue({
    clientID: knownClient(house, clientID).clientID,
    login: user === null ? null : knownUser(house, user).login,
    scopes: splitScopes(scope),
    expiresIn: expiresIn === undefined ? house.accessTokenLifetime : expiresIn,
  });
  return refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
}

function issueCode(house: House, { user, clientID, redirectURI, scope = 'public', codeChallenge }: IssueCodeOptions) {
  const client = knownClient(house, clientID);
  if (!house.clients.allowsRedirect(client, redirectURI)) {
    throw new FakeProviderError(
      'ERR_FAKE_REDIRECT_URI',
      `Add "${redirectURI}" to the redirectURIs of the client, or use one of: ${client.redirectURIs.join(', ')}`,
    );
  }
  const code = house.grants.issueCode({
    clientID: client.clientID,
    login: knownUser(house, user).login,
    redirectURI,
    scopes: splitScopes(scope),
    codeChallenge,
    lifetime: house.codeLifetime,
  });
  return code.value;
}

function knownClient(house: House, clientID: string | undefined): FakeClient {
  const client = clientID === undefined ? house.clients.all[0] : house.clients.find(clientID);
  if (client !== undefined) return client;
  const known = house.clients.all.map((one) => one.clientID).join(', ');
  throw new FakeProviderError('ERR_FAKE_UNKNOWN_CLIENT', `No such application. There are: ${known || 'none at all'}`);
}

function knownUser(house: House, login: string | undefined): FakeUser {
  const user = login === undefined ? house.users.all[0] : house.users.all.find((one) => one.login === login);
  if (user !== undefined) return user;
  const known = house.users.all.map((one) => one.login).join(', ');
  throw new FakeProviderError('ERR_FAKE_UNKNOWN_USER', `No such user. There are: ${known || 'none at all'}`);
}
