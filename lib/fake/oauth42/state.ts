import type { FakeOAuth21State } from '../oauth21/state.js';
import type { FakeOAuth42Client } from './clients.js';
import type { IDTokens } from './id-tokens.js';
import type { SigningKeys } from './jwt.js';
import type { Mfa } from './mfa.js';
import type { FakeOAuth42User } from './users.js';

/** What the endpoints of the fake OAuth42 share. */
export interface FakeOAuth42State extends FakeOAuth21State<FakeOAuth42Client, FakeOAuth42User> {
  readonly keys: SigningKeys;
  readonly idTokens: IDTokens;
  readonly mfa: Mfa;
  /** Where a user with MFA on is told so. */
  readonly mfaAt: 'callback' | 'token';
}
