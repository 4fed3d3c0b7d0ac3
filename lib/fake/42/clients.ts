import type { FakeClient } from '../clients.js';

/**
 * The two applications that the fake 42 knows unless `clients` says otherwise.
 *
 * @example
 * const { clientID, clientSecret } = fakeClients.site;
 * const client = new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo({ baseURL: fake.url }) });
 */
export const fakeClients: { readonly site: FakeClient; readonly other: FakeClient } = {
  site: {
    clientID: `u-fake42-${'51'.repeat(32)}`,
    clientSecret: 's-fake42-7da33a6ee9f06b9d4b907f051bab13e383a4d390664834b12ed9b9b43be598da',
    name: 'My local site',
    redirectURIs: ['http://localhost:3000/auth/42/callback', 'http://127.0.0.1:3000/auth/42/callback'],
    scopes: ['public', 'projects', 'profile', 'elearning', 'tig', 'forum'],
  },
  other: {
    clientID: `u-fake42-${'07'.repeat(32)}`,
    clientSecret: 's-fake42-2104881ff5c16d424afedbd209bd3ed8c60a2edf00e6f1515797ed4f42002c4c',
    name: "Somebody else's site",
    redirectURIs: ['http://localhost:3001/auth/42/callback', 'http://127.0.0.1:3001/auth/42/callback'],
    scopes: ['public', 'projects'],
  },
};
