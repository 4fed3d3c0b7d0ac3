import { randomUUID } from 'node:crypto';
import { Clients } from '../clients.js';
import { splitScopes } from '../http.js';
import { Logins } from '../logins.js';
import { Families, type Mint, randomText } from '../oauth21/families.js';
import { issueCode, issueToken, shortcuts } from '../oauth21/shortcuts.js';
import { checkSeconds, resolveShared, wrongOption } from '../options.js';
import { type Brand, Pages } from '../pages.js';
import type { ControlsOf, Prepared } from '../stage.js';
import { Users } from '../users.js';
import { fakeOAuth42Clients } from './clients.js';
import type { HouseOAuth42 } from './house.js';
import { accessTokenClaims, IDTokens } from './id-tokens.js';
import { type FakeJWTChanges, makeJWT } from './jwt.js';
import { SigningKeys } from './keys.js';
import { Mfa } from './mfa.js';
import type { FakeOAuth42Options, FakeOAuth42Provider } from './provider.js';
import { answer } from './routes.js';
import { loginScopes, scopeMeanings } from './scopes.js';
import { fakeMfa, fakeOAuth42Users } from './users.js';

const brand: Brand = {
  provider: 'OAuth42',
  consentPath: '/oauth/authorize',
  scopeMeanings,
  endpoints: `GET  /oauth/authorize     POST /oauth/token      POST /oauth/authorize/mfa
POST /oauth/introspect    POST /oauth/revoke     GET  /oauth/userinfo
POST /oauth/logout        GET  /.well-known/openid-configuration
GET  /.well-known/jwks.json`,
  note: `Who has MFA on needs the code ${fakeMfa.code}, or one of the backup codes ${fakeMfa.backupCodes.join(', ')}.`,
};

const THIRTY_DAYS = 30 * 24 * 3600;
const DEFAULT_SCOPE = 'openid profile email';

/** Checks the options of a fake OAuth42. */
export function prepareOAuth42(options: FakeOAuth42Options): Prepared<FakeOAuth42Provider> {
  const settings = resolveShared(options, {
    clients: Object.values(fakeOAuth42Clients),
    users: Object.values(fakeOAuth42Users),
    accessTokenLifetime: 3600,
    anyLoopbackPort: false,
  });
  const { issuer, mfa = 'callback', refreshTokenLifetime = THIRTY_DAYS, issInCallback = false } = options;
  if (issuer !== undefined && !URL.canParse(issuer)) wrongOption('issuer', 'a URL');
  if (!['callback', 'token'].includes(mfa)) wrongOption('mfa', '"callback" or "token"');
  checkSeconds('refreshTokenLifetime', refreshTokenLifetime);
  const { port, host, now, clients, users, anyLoopbackPort, accessTokenLifetime, codeLifetime } = settings;
  const lifetimes = { code: codeLifetime, accessToken: accessTokenLifetime, refreshToken: refreshTokenLifetime };
  const keys = new SigningKeys();
  return {
    port,
    host,
    now,
    furnish(url) {
      const named = { url, issuer: issuer ?? url, users: new Users(users, url), keys };
      const house: HouseOAuth42 = {
        ...named,
        issInCallback,
        clients: new Clients(clients, anyLoopbackPort, now),
        families: new Families(mint(named), lifetimes, now),
        idTokens: new IDTokens(named.keys),
        mfa: new Mfa(now),
        mfaAt: mfa,
        logins: new Logins('fakeoauth42_session', now),
        pages: new Pages(brand),
        rules: { required: [], scopes: loginScopes },
        readScopes: splitScopes,
        narrowedTo: undefined,
      };
      return { answer: (call) => answer(call, house), controls: controls(house, now) };
    },
  };
}

function mint(
  { issuer, users, keys }: Pick<HouseOAuth42, 'issuer' | 'users' | 'keys'>,
  changes?: FakeJWTChanges,
): Mint {
  return {
    code: () => randomText(40),
    accessToken(fields) {
      const sub = users.find(fields.family.login)?.profile.sub;
      return makeJWT(accessTokenClaims(fields, { issuer, sub, jti: randomUUID() }), keys, changes);
    },
    refreshToken: () => randomText(40),
  };
}

function controls(house: HouseOAuth42, now: () => number): ControlsOf<FakeOAuth42Provider> {
  const { issuer, clients, users, keys, idTokens } = house;
  return {
    ...shortcuts(house, DEFAULT_SCOPE),
    issuer,
    issueToken: (wanted = {}) => issueToken(house, DEFAULT_SCOPE, wanted, mint(house, wanted.jwt).accessToken),
    issueCode: (wanted) => issueCode(house, DEFAULT_SCOPE, wanted, wanted.nonce),
    issueIDToken({ user, clientID, nonce, accessToken } = {}, changes) {
      const { sub } = users.known(user).profile;
      const issuedAt = Math.floor(now() / 1000);
      const audience = clients.known(clientID).clientID;
      return idTokens.make({ issuer, sub, clientID: audience, issuedAt, nonce, accessToken }, changes);
    },
    nextIDToken: (replacement) => idTokens.spoilNext(replacement),
    rotateKeys: ({ withdrawOld = false } = {}) => keys.rotate(withdrawOld),
  };
}
