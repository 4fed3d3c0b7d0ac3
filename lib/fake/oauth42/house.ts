import type { StrictHouse } from '../oauth21/house.js';
import type { FakeOAuth42Client } from './clients.js';
import type { IDTokens } from './id-tokens.js';
import type { SigningKeys } from './keys.js';
import type { Mfa } from './mfa.js';
import type { FakeOAuth42User } from './users.js';

/** What the endpoints of the fake OAuth42 share. */
export interface HouseOAuth42 extends StrictHouse<FakeOAuth42Client, FakeOAuth42User> {
  readonly keys: SigningKeys;
  readonly idTokens: IDTokens;
  readonly mfa: Mfa;
  /** Where a user with MFA on is told so. */
  readonly mfaAt: 'callback' | 'token';
}
