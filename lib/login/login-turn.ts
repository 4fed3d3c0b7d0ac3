import type { Request, Response } from 'express';
import type { AuthenticateOptions } from './authenticate-options.js';
import type { Claim } from './login-cookies.js';
import type { ConfirmedLogin } from './login-listener.js';

/** How a request to the strategy ends. A failure is thrown instead. */
export type Outcome =
  | { readonly type: 'redirect'; readonly url: string }
  /** The callback of a login that this browser has finished, opened again by who is still logged in. */
  | { readonly type: 'revisit'; readonly url: string }
  | { readonly type: 'rejected'; readonly info: object | undefined }
  | {
      readonly type: 'success';
      readonly user: Express.User;
      readonly info: object;
      readonly login: ConfirmedLogin;
    };

/** The steps that a subclass of the strategy may replace. */
export interface LoginHooks {
  authorizationParams(options: AuthenticateOptions): object;
  tokenParams(options: AuthenticateOptions): object;
  loadProfile(accessToken: string): Promise<unknown>;
}

/** One request to the strategy, with what Passport and the site say of it. */
export interface LoginTurn {
  readonly req: Request;
  readonly res: Response;
  readonly options: AuthenticateOptions;
  readonly hooks: LoginHooks;
  readonly claim: Claim;
}
