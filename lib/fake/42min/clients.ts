import type { FakeClient, FakePublicClient } from '../clients.js';

const scopes = ['event_types:read', 'slots:read', 'bookings:read', 'bookings:write'];

/** The three applications that the fake 42min knows unless `clients` says otherwise. */
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
