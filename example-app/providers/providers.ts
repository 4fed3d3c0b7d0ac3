import { fortyTwoSetup } from './42.js';
import { fortyTwoMinSetup } from './42min.js';
import { oauth42Setup } from './oauth42.js';
import type { ProviderSetup } from './provider-setup.js';

/** Whom people can log in with, by the name that `FORTYTWO_PROVIDER` gives. */
export const providers: ReadonlyMap<string, ProviderSetup> = new Map(
  [fortyTwoSetup, fortyTwoMinSetup, oauth42Setup].map((setup) => [setup.provider({}).name, setup]),
);

/** Whose accounts are linked to those of each, unless `FORTYTWO_LINK` says otherwise. */
export const usualLinks: ReadonlyMap<ProviderSetup, ProviderSetup> = new Map([
  [fortyTwoSetup, oauth42Setup],
  [fortyTwoMinSetup, oauth42Setup],
  [oauth42Setup, fortyTwoSetup],
]);
