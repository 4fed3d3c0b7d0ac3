import { fortyTwo, type Profile } from 'passport-fortytwo';
import { fakeClients, startFakeProvider } from 'passport-fortytwo/testing';
import type { ApiRoute } from '../api.js';
import { allowed, noToken, withApplicationToken } from '../experiments.js';
import { capitalized, number, text } from './json-fields.js';
import type { ProviderSetup } from './provider-setup.js';

const projects: ApiRoute = {
  path: '/projects',
  scope: 'projects',
  answer: (person) => person?.shared ?? { projects: [] },
};

/** The 42 school: cursus, levels and projects. */
export const fortyTwoSetup: ProviderSetup = {
  provider: fortyTwo,
  scope: 'public projects',
  describe(profile) {
    const { username, campus, cursus = [], _json } = profile;
    const wallet = number(_json.wallet);
    return {
      facts: [
        { label: 'Login', value: username },
        { label: 'Status', value: roleOf(profile) },
        { label: 'Campus', value: campus?.name ?? campus?.city },
        { label: 'Country', value: campus?.country },
        { label: 'Wallet', value: wallet === undefined ? undefined : `${wallet} ₳` },
        { label: 'Correction points', value: number(_json.correction_point) },
      ],
      cursus,
      shared: { projects: projectsOf(_json.projects_users) },
    };
  },
  routes: [projects],
  experiments: [allowed(projects), ...withApplicationToken('public', projects), noToken],
  fake: {
    clients: fakeClients,
    start: (options) => startFakeProvider({ provider: '42', ...options }),
    note: undefined,
  },
};

function roleOf({ isStaff, isAlumni, kind }: Profile): string | undefined {
  if (isStaff) return 'Staff';
  if (isAlumni) return 'Alumni';
  return capitalized(kind);
}

/** `projects_users` of 42's answer, which the typed profile leaves in `_json`. */
function projectsOf(list: unknown): { name: string; status: string | undefined; mark: number | undefined }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const name = text(entry?.project?.name);
    return name === undefined ? [] : [{ name, status: text(entry.status), mark: number(entry.final_mark) }];
  });
}
