import type { Clients, FakeClient } from '../clients.js';
import type { Answer, Call, Params } from '../http.js';
import { errorAnswer } from './errors.js';

/**
 * What an application can be allowed to use at the token endpoint.
 *
 * @example
 * const grantTypes: OAuth42GrantType[] = ['authorization_code', 'refresh_token'];
 */
export type OAuth42GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

/**
 * An application registered at the fake OAuth42.
 *
 * @example
 * const mine: FakeOAuth42Client = { ...fakeOAuth42Clients.site, grantTypes: ['client_credentials'] };
 * const fake = await startFakeProvider({ provider: 'oauth42', clients: [mine] });
 */
export interface FakeOAuth42Client extends FakeClient {
  /** What it may use at the token endpoint; all else is `unauthorized_client`. Default: every grant type. */
  grantTypes?: readonly OAuth42GrantType[] | undefined;
}

/**
 * The two applications that the fake OAuth42 knows unless `clients` says otherwise.
 *
 * @example
 * const { clientID, clientSecret } = fakeOAuth42Clients.site;
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: oauth42({ baseURL: fake.url }) });
 */
export const fakeOAuth42Clients: { readonly site: FakeOAuth42Client; readonly other: FakeOAuth42Client } = {
  site: {
    clientID: 'fake-oauth42-site',
    clientSecret: 'fake-oauth42-secret-of-the-site-c0ffee42',
    name: 'My local site',
    redirectURIs: callbacks(3000),
    scopes: ['openid', 'profile', 'email', 'api:read', 'api:write'],
  },
  /** May not use client credentials. */
  other: {
    clientID: 'fake-oauth42-other',
    clientSecret: 'fake-oauth42-secret-of-another-0badf00d',
    name: "Somebody else's site",
    redirectURIs: callbacks(3001),
    scopes: ['openid', 'profile', 'api:read'],
    grantTypes: ['authorization_code', 'refresh_token'],
  },
};

// For a site that names the provider in its routes, and for one that was made for 42 alone.
function callbacks(port: number): string[] {
  return ['localhost', '127.0.0.1'].flatMap((host) =>
    ['oauth42', '42'].map((name) => `http://${host}:${port}/auth/${name}/callback`),
  );
}

/** The application that sends the form. OAuth42 documents id and secret in the form, so HTTP Basic is refused. */
export function authenticateClient(
  form: Params,
  call: Call,
  { clients }: { readonly clients: Clients<FakeOAuth42Client> },
): FakeOAuth42Client | Answer {
  const check = clients.authenticate(undefined, form.get('client_id'), form.get('client_secret'));
  if ('client' in check && call.headers.authorization === undefined) return check.client;
  return errorAnswer(
    401,
    'invalid_client',
    'Client authentication failed: send client_id and client_secret in the form',
  );
}
