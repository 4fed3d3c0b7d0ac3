import type { AnyFakeClient } from '../clients.js';
import type { FakeOAuth21State } from '../oauth21/state.js';
import type { FakeAccount } from '../users.js';
import type { PersonalTokens } from './personal-tokens.js';

/** What the endpoints of the fake 42min share. */
export interface Fake42MinState extends FakeOAuth21State<AnyFakeClient, FakeAccount> {
  readonly personalTokens: PersonalTokens;
}
