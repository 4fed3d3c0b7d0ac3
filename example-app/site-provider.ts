import type { FortyTwoClient } from 'passport-fortytwo';
import type { ProviderSetup } from './providers/provider-setup.js';

/** A provider whose accounts the site takes, and the site's application there. */
export interface SiteProvider {
  client: FortyTwoClient;
  setup: ProviderSetup;
  callbackURL: string;
  /** What a login asks for. */
  scope: string;
}

/** People log in with the first; accounts of the others can be linked to that. */
export type SiteProviders = readonly [SiteProvider, ...SiteProvider[]];
