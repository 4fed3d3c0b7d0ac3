import type { Profile, Provider } from 'passport-fortytwo';
import type { AnyFakeProvider, FakeClient } from 'passport-fortytwo/testing';
import type { ApiRoute } from '../api.js';
import type { Experiment } from '../experiments.js';
import type { Description } from '../people.js';

/** All that the site has to know of a provider. What is not here is the same for each. */
export interface ProviderSetup {
  /** At its real host unless told. */
  provider(options: { baseURL?: string }): Provider;
  /** What the site asks for at a login. */
  scope: string;
  /** What the site makes of a profile beside a name and a picture. */
  describe(profile: Profile): Description;
  /** Of the site's own API. */
  routes: readonly ApiRoute[];
  /** For the page that tries the API. */
  experiments: readonly Experiment[];
  /** Its stand-in on this machine. */
  fake: {
    clients: { site: FakeClient; other: FakeClient };
    start(options: { clients: FakeClient[] }): Promise<AnyFakeProvider>;
    /** What people need to know of it. */
    note: string | undefined;
  };
}
