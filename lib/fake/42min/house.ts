import type { AnyFakeClient } from '../clients.js';
import type { StrictHouse } from '../oauth21/house.js';
import type { FakeAccount } from '../users.js';
import type { PersonalTokens } from './personal-tokens.js';

/** What the endpoints of the fake 42min share. */
export interface House42Min extends StrictHouse<AnyFakeClient, FakeAccount> {
  readonly personalTokens: PersonalTokens;
}
