import {
  type FakeFault,
  type FakeOAuth42Provider,
  type FakeProvider,
  type FakeRequest,
  fakeClients,
  fakeOAuth42Clients,
  fakeUsers,
  startFakeProvider,
} from '../../lib/fake/index.js';

// Short enough that tokens are refreshed again and again.
const TOKEN_SECONDS = 10;

/** What the site calls at the two, and people never see. */
const paths = {
  first: ['/oauth/token', '/oauth/token/info', '/oauth/revoke', '/v2/me'],
  second: ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/logout', '/oauth/userinfo', '/oauth/jwks'],
};

const ofSite = new Set([...paths.first, ...paths.second]);

/** The providers of the site: whom people log in with, and whose accounts they link. */
export interface Providers {
  first: FakeProvider;
  second: FakeOAuth42Provider;
  /** The logins of those who have an account at the first. */
  people: readonly string[];
  /** The environment of a site that talks to them. */
  env: Record<string, string>;
  /** How often the site called what, until the last recovery. */
  calls: ReadonlyMap<string, number>;
  fail(fault: FakeFault): void;
  recover(): void;
  stop(): Promise<void>;
}

/** @param count how many people there are: each with one browser, since who logs out everywhere ends all of theirs. */
export async function startProviders(count: number): Promise<Providers> {
  const { profile } = fakeUsers.student;
  const users = Array.from({ length: count }, (_, index) => {
    const login = `person${index + 1}`;
    return { login, profile: { ...profile, id: index + 1, login } };
  });
  const lives = { anyLoopbackPort: true, accessTokenLifetime: TOKEN_SECONDS };
  const first = await startFakeProvider({ ...lives, users });
  const second = await startFakeProvider({ provider: 'oauth42', ...lives });
  const calls = new Map<string, number>();
  const record = ({ path, body }: FakeRequest) => {
    const kind = [path, new URLSearchParams(body).get('grant_type')].filter(Boolean).join(' ');
    calls.set(kind, (calls.get(kind) ?? 0) + 1);
  };
  return {
    first,
    second,
    calls,
    people: users.map(({ login }) => login),
    env: {
      FORTYTWO_CLIENT_ID: fakeClients.site.clientID,
      FORTYTWO_CLIENT_SECRET: fakeClients.site.clientSecret,
      FORTYTWO_BASE_URL: first.url,
      FORTYTWO_LINK_CLIENT_ID: fakeOAuth42Clients.site.clientID,
      FORTYTWO_LINK_CLIENT_SECRET: fakeOAuth42Clients.site.clientSecret,
      FORTYTWO_LINK_BASE_URL: second.url,
    },
    fail(fault) {
      for (const path of paths.first) first.fault(path, fault);
      for (const path of paths.second) second.fault(path, fault);
    },
    recover() {
      for (const provider of [first, second]) {
        provider.clearFaults();
        provider.requests.filter(({ path }) => ofSite.has(path)).forEach(record);
        provider.clearRequests();
      }
    },
    stop: async () => void (await Promise.all([first.stop(), second.stop()])),
  };
}
