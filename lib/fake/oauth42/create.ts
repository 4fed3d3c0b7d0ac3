import { randomUUID } from 'node:crypto';
import { splitScopes } from '../http.js';
import { issueCode, issueToken, oauth21Controls } from '../oauth21/controls.js';
import { Families, randomText, type TokenFormats } from '../oauth21/families.js';
import { checkSeconds, resolveSharedOptions, wrongOption } from '../options.js';
import type { Brand } from '../pages.js';
import type { ConfiguredFake, ProviderControls } from '../provider.js';
import { initialState } from '../state.js';
import { fakeOAuth42Clients } from './clients.js';
import { accessTokenClaims, IDTokens } from './id-tokens.js';
import { type FakeJWTChanges, makeJWT, SigningKeys } from './jwt.js';
import { Mfa } from './mfa.js';
import type { FakeOAuth42Options, FakeOAuth42Provider } from './provider.js';
import { answer } from './routes.js';
import { loginScopes, scopeMeanings } from './scopes.js';
import type { FakeOAuth42State } from './state.js';
import { fakeMfa, fakeOAuth42Users } from './users.js';

const brand: Brand = {
  provider: 'OAuth42',
  sessionCookie: 'fakeoauth42_session',
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
export function configureOAuth42(options: FakeOAuth42Options): ConfiguredFake<FakeOAuth42Provider> {
  const config = resolveSharedOptions(options, {
    clients: Object.values(fakeOAuth42Clients),
    users: Object.values(fakeOAuth42Users),
    accessTokenLifetime: 3600,
    anyLoopbackPort: false,
  });
  const { issuer, mfa = 'callback', refreshTokenLifetime = THIRTY_DAYS, issInCallback = false } = options;
  if (issuer !== undefined && !URL.canParse(issuer)) wrongOption('issuer', 'a URL');
  if (!['callback', 'token'].includes(mfa)) wrongOption('mfa', '"callback" or "token"');
  checkSeconds('refreshTokenLifetime', refreshTokenLifetime);
  const { now, accessTokenLifetime, codeLifetime } = config;
  const lifetimes = { code: codeLifetime, accessToken: accessTokenLifetime, refreshToken: refreshTokenLifetime };
  const keys = new SigningKeys();
  return {
    config,
    create(url) {
      const base = { ...initialState(url, config, brand), issuer: issuer ?? url, keys };
      const state: FakeOAuth42State = {
        ...base,
        issInCallback,
        families: new Families(tokenFormats(base), lifetimes, now),
        idTokens: new IDTokens(keys),
        mfa: new Mfa(now),
        mfaAt: mfa,
        rules: { required: [], scopes: loginScopes },
        readScopes: splitScopes,
      };
      return { answer: (call) => answer(call, state), controls: controls(state, now) };
    },
  };
}

function tokenFormats(
  { issuer, users, keys }: Pick<FakeOAuth42State, 'issuer' | 'users' | 'keys'>,
  changes?: FakeJWTChanges,
): TokenFormats {
  return {
    code: () => randomText(40),
    accessToken(fields) {
      const sub = users.find(fields.family.login)?.profile.sub;
      return makeJWT(accessTokenClaims(fields, { issuer, sub, jti: randomUUID() }), keys, changes);
    },
    refreshToken: () => randomText(40),
  };
}

function controls(state: FakeOAuth42State, now: () => number): ProviderControls<FakeOAuth42Provider> {
  const { issuer, clients, users, keys, idTokens } = state;
  return {
    ...oauth21Controls(state, DEFAULT_SCOPE),
    issuer,
    issueToken: (wanted = {}) => issueToken(state, DEFAULT_SCOPE, wanted, tokenFormats(state, wanted.jwt).accessToken),
    issueCode: (wanted) => issueCode(state, DEFAULT_SCOPE, wanted, wanted.nonce),
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
