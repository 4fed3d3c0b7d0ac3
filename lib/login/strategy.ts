import type { Request } from 'express';
import OAuth2Strategy from 'passport-oauth2';
import type { FortyTwoClient } from '../client/client.js';
import { ConfigurationError, FortyTwoError, LoginError } from '../errors/index.js';
import { events, type LoginEvent, publish } from '../events.js';
import { handOn } from '../hand-on.js';
import { mapProfileFields, type Profile, type ProfileFieldMap } from '../providers/profile.js';
import type { AuthenticateOptions } from './authenticate-options.js';
import { LoginFlow } from './login-flow.js';
import { listenerOf } from './login-listener.js';
import type { LoginHooks, Outcome } from './login-turn.js';
import { carryNodeOAuth, type NodeOAuth } from './node-oauth.js';
import {
  type ClientLoginOptions,
  type CredentialsLoginOptions,
  resolveOptions,
  type StrategyOptions,
} from './options.js';
import type {
  ClassicVerify,
  ClassicVerifyWithParams,
  ClassicVerifyWithRequest,
  ClassicVerifyWithRequestAndParams,
  LoginVerify,
  Verify,
} from './verify.js';

/**
 * Logs people in with 42, or with another provider of the client: OAuth 2.0's authorization code flow with state,
 * PKCE S256 and `iss` always on. Failures are {@link LoginError}s. Takes every option of passport-42 and
 * passport-oauth2, or a client with all that it shares with the other features.
 *
 * @throws {ConfigurationError} for an option that is missing or not usable.
 *
 * @example
 * passport.use(
 *   new FortyTwoStrategy({ client, callbackURL }, ({ profile }) => ({ id: profile.id, name: profile.displayName })),
 * );
 *
 * app.get('/auth/42', passport.authenticate('42'));
 * app.get('/auth/42/callback', passport.authenticate('42', { failureRedirect: '/' }), (req, res) =>
 *   res.redirect('/me'),
 * );
 */
export class FortyTwoStrategy extends OAuth2Strategy {
  /** The client that the strategy calls the provider with. */
  readonly client: FortyTwoClient;
  // Not #private: for each request Passport derives an object from the strategy, which would lack it.
  private readonly _flow: LoginFlow;
  private readonly _profileFields: ProfileFieldMap | undefined;

  constructor(options: ClientLoginOptions | CredentialsLoginOptions, verify: LoginVerify);
  constructor(options: StrategyOptions & { passReqToCallback: true }, verify: ClassicVerifyWithRequest);
  constructor(options: StrategyOptions & { passReqToCallback: true }, verify: ClassicVerifyWithRequestAndParams);
  constructor(options: StrategyOptions, verify: ClassicVerify);
  constructor(options: StrategyOptions, verify: ClassicVerifyWithParams);
  constructor(options: StrategyOptions, verify: Verify) {
    if (typeof options !== 'object' || options === null) {
      throw new ConfigurationError('FortyTwoStrategy: give options and a verify function');
    }
    if (typeof verify !== 'function') {
      throw new ConfigurationError('FortyTwoStrategy: the verify function is missing');
    }
    const config = resolveOptions(options);
    const { client } = config;
    super(
      {
        authorizationURL: client.provider.authorizationEndpoint,
        tokenURL: client.provider.tokenEndpoint,
        clientID: client.clientID,
        // The base class would keep the secret in plain sight; only the client has it.
        clientSecret: '',
        callbackURL: config.callbackURL,
        // Its type lacks the asynchronous form that the base class documents.
        skipUserProfile: options.skipUserProfile as boolean,
      },
      verify as OAuth2Strategy.VerifyFunction,
    );
    this.name = config.name;
    this.client = client;
    this._profileFields = config.profileFields;
    this._flow = new LoginFlow(config, verify);
    carryNodeOAuth(this._oauth2 as unknown as NodeOAuth, client);
  }

  /** Called by Passport: begins a login, or finishes one where the request is the provider's answer. */
  override authenticate(req: Request, options: AuthenticateOptions = {}): void {
    const hooks: LoginHooks = {
      authorizationParams: (given) => this.authorizationParams(given),
      tokenParams: (given) => this.tokenParams(given),
      loadProfile: (accessToken) => this.loadProfile(accessToken),
    };
    const translate = (error: unknown) => (isLackOfRegenerate(error, req) ? sessionError(error) : error);
    this._flow.run(req, options, hooks).then(
      (outcome) => handOn(req.next, () => this.conclude(req, outcome, options), translate),
      (error: unknown) => handOn(req.next, () => this.concludeFailure(error), translate),
    );
  }

  /** Fetches the profile; a subclass may replace it. */
  override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
    this.client
      .profile(accessToken)
      .then((profile) => done(null, withFields(profile, this._profileFields)))
      // Of what a subclass's own `done` throws, too.
      .catch((error: unknown) => done(error));
  }

  private loadProfile(accessToken: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // The base class's own step, which honours skipUserProfile and a subclass's userProfile; its types lack it.
      (this as unknown as LoadsProfile)._loadUserProfile(accessToken, (error, profile) =>
        error ? reject(error) : resolve(profile),
      );
    });
  }

  private conclude(req: Request, outcome: Outcome, options: AuthenticateOptions): void {
    if (outcome.type === 'revisit') {
      this.redirect(outcome.url);
    } else if (outcome.type === 'redirect') {
      this.publish('started');
      this.redirect(outcome.url);
    } else if (outcome.type === 'success') {
      // With passport.authorize nobody logs in: what was granted is the site's to keep.
      const isLogin = options.assignProperty === undefined;
      const listener = isLogin ? listenerOf(this.client) : undefined;
      this.publish('succeeded', { kept: isLogin ? listener !== undefined : undefined });
      listener?.confirmed(req, outcome.login);
      this.success(outcome.user, outcome.info);
    } else {
      const rejected = new LoginError('ERR_LOGIN_REJECTED', 'The site turned this login down');
      this.publish('failed', { code: rejected.code });
      if (outcome.info) this.fail(outcome.info as { message: string });
      else this.fail(rejected, rejected.status);
    }
  }

  private concludeFailure(error: unknown): void {
    this.publish('failed', { code: error instanceof FortyTwoError ? error.code : undefined });
    if (error instanceof LoginError && error.status < 500) this.fail(error, error.status);
    // A rejection without a reason would be `next(undefined)`: on to the handler behind the login.
    else this.error((error || new Error('The login failed without a reason')) as Error);
  }

  private publish(
    outcome: LoginEvent['outcome'],
    more: { code?: string | undefined; kept?: boolean | undefined } = {},
  ): void {
    const { provider, clientID } = this.client;
    const { code, kept } = more;
    publish<LoginEvent>(events.login, { provider: provider.name, clientID, outcome, code, kept });
  }
}

interface LoadsProfile {
  _loadUserProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void;
}

/** passport-42's profile: the fields that the site names, and its own three. */
function withFields(profile: Profile, fields: ProfileFieldMap | undefined): unknown {
  if (!fields) return profile;
  const { id, provider, _raw, _json } = profile;
  return { id, ...mapProfileFields(_json, fields), provider, _raw, _json };
}

/** Passport calls `regenerate` at login, in the midst of a callback where an exception has nowhere to go. */
function isLackOfRegenerate(error: unknown, req: Request): boolean {
  const { session } = req as { session?: { regenerate?: unknown } | null };
  return error instanceof TypeError && session instanceof Object && typeof session.regenerate !== 'function';
}

function sessionError(cause: unknown): LoginError {
  return new LoginError(
    'ERR_LOGIN_SESSION',
    'The session middleware has no regenerate(), so the session id could not change at login; use express-session',
    { cause },
  );
}
