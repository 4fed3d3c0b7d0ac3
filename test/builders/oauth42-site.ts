import { type FakeOAuth42Options, type FakeOAuth42Provider, fakeOAuth42Clients } from '../../lib/fake/index.js';
import { FortyTwoClient, type FortyTwoClientOptions, oauth42 } from '../../lib/index.js';
import { challenge, start, verifier } from './fake-provider.js';
import { type Site, type SiteOptions, startSite } from './site.js';
import { oauth42 as strict } from './strict-providers.js';

/** A client of the fake OAuth42's first application. */
export function oauth42Client(
  provider: Pick<FakeOAuth42Provider, 'url'>,
  options: Partial<FortyTwoClientOptions> = {},
): FortyTwoClient {
  return new FortyTwoClient({ ...clientOptions(provider), ...options });
}

/** A site whose visitors log in with a fake OAuth42, and that fake. */
export async function oauth42Site(
  options: Partial<FakeOAuth42Options> = {},
  { strategy, ...site }: SiteOptions = {},
): Promise<{ provider: FakeOAuth42Provider; site: Site }> {
  const provider = await start({ anyLoopbackPort: true, ...options, provider: 'oauth42' });
  const started = await startSite(provider, {
    ...site,
    client: clientOptions(provider),
    strategy: { name: '42', ...strategy },
  });
  return { provider, site: started };
}

/** Redeems a code that the fake issued for this nonce, asking for the scope `openid`. */
export function redeemWithNonce(provider: FakeOAuth42Provider, client: FortyTwoClient, nonce = 'the nonce') {
  const { redirectURI } = strict;
  const code = provider.issueCode({ user: 'jdoe', redirectURI, codeChallenge: challenge, scope: strict.scope, nonce });
  return client.exchangeCode({
    callback: new URLSearchParams({ code, state: 'a state' }),
    state: 'a state',
    redirectURI,
    codeVerifier: verifier,
    nonce: 'the nonce',
    scope: strict.scope,
  });
}

function clientOptions({ url }: Pick<FakeOAuth42Provider, 'url'>): FortyTwoClientOptions {
  const { clientID, clientSecret } = fakeOAuth42Clients.site;
  return { clientID, clientSecret, provider: oauth42({ baseURL: url }) };
}
