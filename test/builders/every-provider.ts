import { type FakeProvider, fake42MinClients, fakeClients, fakeOAuth42Clients } from '../../lib/fake/index.js';
import { FortyTwoClient, fortyTwo, fortyTwoMin, oauth42, type Provider } from '../../lib/index.js';
import { start } from './fake-provider.js';

/** What all fakes have in common. */
export type AnyFake = Omit<FakeProvider, 'clients' | 'users' | 'issueCode'>;

/** One of the providers that the package knows, for what must hold at each of them. */
export interface KnownProvider {
  name: string;
  start(): Promise<AnyFake>;
  /** A client of the fake's first application. */
  client(fake: AnyFake): FortyTwoClient;
  clientID: string;
  /** A scope that the application has. */
  scope: string;
  tokenPath: string;
  /** Where tokens are checked. */
  checkPath: string;
  /** Whether that is introspection (RFC 7662), whose answers may have `iss`, `aud` and `nbf`. */
  introspects: boolean;
}

function known(
  fields: Omit<KnownProvider, 'client' | 'clientID'>,
  { clientID, clientSecret = '' }: { clientID: string; clientSecret?: string | undefined },
  at: (options: { baseURL: string }) => Provider,
): KnownProvider {
  const client = ({ url }: AnyFake) => new FortyTwoClient({ clientID, clientSecret, provider: at({ baseURL: url }) });
  return { ...fields, client, clientID };
}

/** 42, 42min and OAuth42. */
export const everyProvider: readonly KnownProvider[] = [
  known(
    {
      name: '42',
      start: () => start(),
      scope: 'public',
      tokenPath: '/oauth/token',
      checkPath: '/oauth/token/info',
      introspects: false,
    },
    fakeClients.site,
    fortyTwo,
  ),
  known(
    {
      name: '42min',
      start: () => start({ provider: '42min' }),
      scope: 'event_types:read',
      tokenPath: '/v1/oauth/token',
      checkPath: '/v1/oauth/introspect',
      introspects: true,
    },
    fake42MinClients.site,
    fortyTwoMin,
  ),
  known(
    {
      name: 'OAuth42',
      start: () => start({ provider: 'oauth42' }),
      scope: 'profile',
      tokenPath: '/oauth/token',
      checkPath: '/oauth/introspect',
      introspects: true,
    },
    fakeOAuth42Clients.site,
    oauth42,
  ),
];
