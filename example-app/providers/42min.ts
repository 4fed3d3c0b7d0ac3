import { fortyTwoMin } from 'passport-fortytwo';
import { fake42MinClients, startFakeProvider } from 'passport-fortytwo/testing';
import type { ApiRoute } from '../api.js';
import { allowed, noToken, withOwnToken } from '../experiments.js';
import { capitalized, text } from './json-fields.js';
import type { ProviderSetup } from './provider-setup.js';

/** Tokens come with the four parts of this scope, which the route need not know. */
const calendar: ApiRoute = {
  path: '/calendar',
  scope: 'bookings:write',
  answer: (person) => person?.shared ?? {},
};

/** For a scope that the site does not ask for. */
const bookings: ApiRoute = {
  path: '/bookings',
  scope: 'bookings:read',
  answer: () => ({ bookings: [] }),
};

/** 42min: calendars to book. */
export const fortyTwoMinSetup: ProviderSetup = {
  provider: fortyTwoMin,
  scope: 'event_types:read slots:read bookings:write',
  describe({ id, username, emails, _json }) {
    const { name: account, role } = accountOf(_json);
    const timezone = text(_json.timezone);
    // 42min does not publish what it tells of people, so that nothing but the id can be missed.
    const told = [
      { label: 'Login', value: username },
      { label: 'Account', value: account },
      { label: 'Role', value: capitalized(role) },
      { label: 'E-mail', value: emails?.[0]?.value, isLong: true },
      { label: 'Time zone', value: timezone },
    ];
    return {
      facts: [{ label: 'Number', value: id }, ...told.filter(({ value }) => value !== undefined)],
      cursus: undefined,
      shared: { calendar: { account, timezone } },
    };
  },
  routes: [calendar, bookings],
  experiments: [allowed(calendar), ...withOwnToken(bookings), noToken],
  fake: {
    clients: fake42MinClients,
    start: (options) => startFakeProvider({ provider: '42min', ...options }),
    note: undefined,
  },
};

function accountOf({ account }: Record<string, unknown>): { name: string | undefined; role: string | undefined } {
  const { name, role } = (account ?? {}) as Record<string, unknown>;
  return { name: text(name), role: text(role) };
}
