import type { Fake42MinProvider, FakeOAuth42Provider, FakeProvider } from '../../lib/fake/index.js';
import {
  bearerAuth,
  FortyTwoClient,
  type Provider,
  type ProviderDefinition,
  type SeveralClientsOptions,
} from '../../lib/index.js';
import { confidentialClient } from './42min.js';
import { introspectingClient, type ProtectedApi, serveApi } from './api.js';
import { start } from './fake-provider.js';
import { oauth42Client } from './oauth42-site.js';
import { introspectingProvider } from './odd-server.js';
import { clientOf } from './site.js';

/** What there is one of for each of the three providers. */
export interface Three<School, Min = School, OpenID = School> {
  school: School;
  min: Min;
  openID: OpenID;
}

/** Nobody was asked anything. */
export const nobody: Three<string[]> = { school: [], min: [], openID: [] };

export type Fakes = Three<FakeProvider, Fake42MinProvider, FakeOAuth42Provider>;
export type Clients = Three<FortyTwoClient>;

/** The three fakes side by side, with a client of the first application of each. */
export async function startThree(): Promise<{ fakes: Fakes; clients: Clients; asked: () => Three<string[]> }> {
  const [school, min, openID] = await Promise.all([
    start({ anyLoopbackPort: true }),
    start({ provider: '42min', anyLoopbackPort: true }),
    start({ provider: 'oauth42', anyLoopbackPort: true }),
  ]);
  const clients = { school: clientOf(school), min: confidentialClient(min), openID: oauth42Client(openID) };
  const paths = ({ requests }: Pick<FakeProvider, 'requests'>) => requests.map(({ path }) => path);
  /** The paths that each was asked for, oldest first. */
  const asked = () => ({ school: paths(school), min: paths(min), openID: paths(openID) });
  return { fakes: { school, min, openID }, clients, asked };
}

/** An API of {@link serveApi} that takes the tokens of all three, or of the clients that are chosen from them. */
export async function startMixedApi(
  options: (clients: Clients) => Partial<SeveralClientsOptions> = () => ({}),
): Promise<Awaited<ReturnType<typeof startThree>> & { api: ProtectedApi }> {
  const three = await startThree();
  const { school, min, openID } = three.clients;
  const auth = bearerAuth({ clients: [school, min, openID], ...options(three.clients) });
  return { ...three, api: await serveApi(auth) };
}

/** A client that is never asked anything, at a provider of its own kind. */
export function clientAt(definition: Partial<ProviderDefinition> = {}, base = 'https://one.example'): FortyTwoClient {
  return introspectingClient(base, { provider: introspectingProvider(base, definition) });
}

/** One at a known provider. */
export function appAt(provider: () => Provider, clientID: string): FortyTwoClient {
  return new FortyTwoClient({ clientID, clientSecret: 'secret', provider });
}

/** A token that is written as a JWT, whatever it says; nobody signed it. */
export function jwtOf(claims: unknown, header: unknown = { alg: 'RS256', typ: 'JWT' }): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.c2lnbmF0dXJl`;
}
