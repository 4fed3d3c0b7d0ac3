import type { AnyFakeClient } from '../clients.js';
import type { FakeState } from '../state.js';
import type { FakeAccount } from '../users.js';
import type { Families } from './families.js';

/** How one provider reads an authorize request where OAuth 2.1 leaves it a choice. */
export interface AuthorizeRules {
  /** Parameters that must be there, beside those that OAuth 2.1 asks for. */
  readonly required: readonly ('scope' | 'state')[];
  /** The scopes that a request is about, or undefined where the application may not ask for them. */
  readonly scopes: (client: AnyFakeClient, asked: string | undefined) => readonly string[] | undefined;
}

/** What the endpoints of a fake with mandatory PKCE and one-shot refresh tokens share. */
export interface FakeOAuth21State<Client extends AnyFakeClient = AnyFakeClient, User extends FakeAccount = FakeAccount>
  extends FakeState<Client, User> {
  readonly issuer: string;
  /** Whether every callback carries `iss` (RFC 9207). */
  readonly issInCallback: boolean;
  readonly families: Families;
  readonly rules: AuthorizeRules;
  /** The single scopes that a text stands for. */
  readonly readScopes: (text: string) => readonly string[];
}
