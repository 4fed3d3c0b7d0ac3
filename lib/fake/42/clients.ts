import type { FakeClient } from '../clients.js';

/** The two applications that the fake 42 knows unless `clients` says otherwise. */
export const fakeClients: { readonly site: FakeClient; readonly other: FakeClient } = {
  site: {
    clientID: `u-fake42-${'51'.repeat(32)}`,
    clientSecret: `s-fake42-${'c0ffee42'.repeat(8)}`,
    name: 'My local site',
    redirectURIs: ['http://localhost:3000/auth/42/callback', 'http://127.0.0.1:3000/auth/42/callback'],
    scopes: ['public', 'projects', 'profile', 'elearning', 'tig', 'forum'],
  },
  other: {
    clientID: `u-fake42-${'07'.repeat(32)}`,
    clientSecret: `s-fake42-${'0badf00d'.repeat(8)}`,
    name: "Somebody else's site",
    redirectURIs: ['http://localhost:3001/auth/42/callback', 'http://127.0.0.1:3001/auth/42/callback'],
    scopes: ['public', 'projects'],
  },
};
