import { type Fake42MinProvider, fake42MinClients } from '../../lib/fake/index.js';
import {
  FortyTwoClient,
  type FortyTwoClientOptions,
  fortyTwoMin,
  type StrategyOptions,
  type Tokens,
} from '../../lib/index.js';
import { challenge, verifier } from './fake-provider.js';
import { type Site, startSite } from './site.js';

/** A client of the fake 42min's confidential application. */
export function confidentialClient(
  provider: Fake42MinProvider,
  options: Partial<FortyTwoClientOptions> = {},
): FortyTwoClient {
  const { clientID, clientSecret } = fake42MinClients.site;
  return new FortyTwoClient({
    clientID,
    clientSecret,
    provider: fortyTwoMin({ baseURL: provider.url }),
    ...options,
  });
}

/** A client of the public one, which has no secret. */
export function publicClient(provider: Fake42MinProvider): FortyTwoClient {
  return new FortyTwoClient({
    clientID: fake42MinClients.app.clientID,
    provider: fortyTwoMin({ baseURL: provider.url }),
    cookieSecrets: ['a cookie secret of thirty-two chars'],
  });
}

/** Trades a code at the fake for tokens. */
export function exchange(client: FortyTwoClient, code: string, redirectURI: string): Promise<Tokens> {
  return client.exchangeCode({
    callback: new URLSearchParams({ code, state: 'a-state' }),
    state: 'a-state',
    redirectURI,
    codeVerifier: verifier,
  });
}

/** A code for the client's application, and where it is to be redeemed. */
export function issueCode(provider: Fake42MinProvider, client: FortyTwoClient, scope: string): [string, string] {
  const redirectURI = provider.clients.find(({ clientID }) => clientID === client.clientID)?.redirectURIs[0] ?? '';
  const { clientID } = client;
  return [provider.issueCode({ user: 'jdoe', clientID, redirectURI, codeChallenge: challenge, scope }), redirectURI];
}

/** What a consent of jdoe's leads to: tokens, both of which are there. */
export async function grant(
  provider: Fake42MinProvider,
  client: FortyTwoClient,
  scope = 'event_types:read',
): Promise<Tokens & { refreshToken: string }> {
  const tokens = await exchange(client, ...issueCode(provider, client, scope));
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new Error('42min gave no refresh token');
  return { ...tokens, refreshToken };
}

/** A site that logs in with 42min. The fake must be started with `anyLoopbackPort`. */
export function site42Min(
  provider: Fake42MinProvider,
  client: FortyTwoClient,
  strategy: Partial<StrategyOptions>,
): Promise<Site> {
  return startSite(provider, { name: '42min', client, strategy });
}
