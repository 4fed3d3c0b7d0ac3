import type { AnyFakeClient, Clients, FakeClient, FakePublicClient } from '../clients.js';
import type { Answer, Call, Params } from '../http.js';
import { errorAnswer } from './errors.js';

const scopes = ['event_types:read', 'slots:read', 'bookings:read', 'bookings:write'];

/**
 * The three applications that the fake 42min knows unless `clients` says otherwise.
 *
 * @example
 * const { clientID, clientSecret } = fake42MinClients.site;
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwoMin({ baseURL: fake.url }) });
 */
export const fake42MinClients: {
  readonly site: FakeClient;
  readonly other: FakeClient;
  readonly app: FakePublicClient;
} = {
  /** Confidential, with every scope. */
  site: {
    clientID: '42min_FAKESITEFAKESITEFAKESITE',
    clientSecret: '42min_cs_FAKEDECSNABUKWI6MZBHALOKK0KND6WJCLZ0B8N5FT7OROAM',
    name: 'My local site',
    redirectURIs: callbacks(3000),
    scopes,
  },
  /** Confidential, somebody else's, with fewer scopes. */
  other: {
    clientID: '42min_FAKE0THERFAKE0THERFAKE42',
    clientSecret: '42min_cs_FAKEGWH9EU7S9WJLXSMWDY1B9KXI3Q33OWW3WTP6YOWZUXH1',
    name: "Somebody else's site",
    redirectURIs: callbacks(3001),
    scopes: ['event_types:read', 'slots:read'],
  },
  /** Public, as a browser or mobile app is: no secret, PKCE alone, and no introspection. */
  app: {
    clientID: '42min_FAKEAPPFAKEAPPFAKEAPP042',
    name: 'My local app',
    redirectURIs: callbacks(3002),
    scopes,
  },
};

// For a site that names the provider in its routes, and for one that was made for 42 alone.
function callbacks(port: number): string[] {
  return ['localhost', '127.0.0.1'].flatMap((host) =>
    ['42min', '42'].map((name) => `http://${host}:${port}/auth/${name}/callback`),
  );
}

/** What 42min takes at registration: https, or http on `localhost` and `127.0.0.1`. */
export function isRegistrable(redirectURI: string): boolean {
  if (!URL.canParse(redirectURI) || redirectURI.includes('#')) return false;
  const { protocol, hostname } = new URL(redirectURI);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname));
}

/** The application that sends the form: by its secret in one of two ways or, if it is public, by its id alone. */
export function authenticateClient(
  form: Params,
  call: Call,
  { clients }: { readonly clients: Clients<AnyFakeClient> },
): AnyFakeClient | Answer {
  const { authorization } = call.headers;
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  const client = clients.find(id);
  const isPublic = client !== undefined && client.clientSecret === undefined;
  if (isPublic && authorization === undefined && secret === undefined) return client;
  const check = clients.authenticate(authorization, id, secret);
  if ('client' in check) return check.client;
  if (check.refused === 'ambiguous') {
    return errorAnswer(400, 'invalid_request', 'The client must authenticate in one way only');
  }
  return invalidClient(authorization);
}

/** RFC 6749 section 5.2: who tried HTTP authentication is told its scheme. */
export function invalidClient(authorization: string | undefined): Answer {
  const challenge: Answer['headers'] = authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="42min"' };
  return errorAnswer(401, 'invalid_client', 'Client authentication failed', challenge);
}
