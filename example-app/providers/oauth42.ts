import { oauth42, type Profile } from 'passport-fortytwo';
import { fakeMfa, fakeOAuth42Clients, startFakeProvider } from 'passport-fortytwo/testing';
import type { ApiRoute } from '../api.js';
import { allowed, noToken, withApplicationToken } from '../experiments.js';
import { number } from './json-fields.js';
import type { ProviderSetup } from './provider-setup.js';

const contact: ApiRoute = {
  path: '/contact',
  scope: 'email',
  answer: (person) => person?.shared ?? {},
};

/** OAuth42: the standard claims of OpenID Connect, and people with a second factor. */
export const oauth42Setup: ProviderSetup = {
  provider: oauth42,
  scope: 'openid profile email',
  describe({ name, emails, _json }) {
    const { value: email, verified } = emails?.[0] ?? {};
    return {
      facts: [
        { label: 'Surname', value: name?.familyName },
        { label: 'Given name', value: name?.givenName },
        { label: 'E-mail', value: email, isLong: true },
        { label: 'E-mail verified', value: yesOrNo(verified) },
        { label: 'Last change', value: dateOf(_json) },
      ],
      cursus: undefined,
      shared: { contact: { email, verified: verified === true } },
    };
  },
  routes: [contact],
  experiments: [allowed(contact), ...withApplicationToken('api:read', contact), noToken],
  fake: {
    clients: fakeOAuth42Clients,
    start: (options) => startFakeProvider({ provider: 'oauth42', ...options }),
    note: `At OAuth42, ksafe has a second factor: ${fakeMfa.code}, or one of the backup codes ${fakeMfa.backupCodes.join(', ')}.`,
  },
};

function yesOrNo(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? 'Yes' : 'No';
}

function dateOf({ updated_at: seconds }: Profile['_json']): string | undefined {
  const at = new Date((number(seconds) ?? Number.NaN) * 1000);
  if (Number.isNaN(at.getTime())) return undefined;
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
}
