import type { FortyTwoClient } from 'passport-fortytwo';
import type { Exchange } from './api-call.js';

/** One call of an experiment, with what was done before it. */
export interface Step {
  told: string;
  exchange: Exchange;
}

export type ApiCaller = (path: string, accessToken?: string) => Promise<Exchange>;

interface Bench {
  client: FortyTwoClient;
  /** The access token of the person who looks at the page. */
  token: string;
  call: ApiCaller;
}

/** Something to try on the API, with a button of its own. */
export interface Experiment {
  name: string;
  title: string;
  about: string;
  run(bench: Bench): AsyncIterable<Step>;
}

export const experiments: readonly Experiment[] = [
  {
    name: 'allowed',
    title: 'Allowed',
    about: 'Your own token, at a route that needs the scope “projects”.',
    async *run({ call, token }) {
      yield { told: 'With the token from your login:', exchange: await call('/api/projects', token) };
    },
  },
  {
    name: 'missing-scope',
    title: 'Missing scope',
    about: 'A token that has the scope “public” alone, at the same route.',
    async *run({ client, call }) {
      const { accessToken } = await client.clientCredentials({ scope: 'public' });
      yield {
        told: "With a token of the site's own, got by client credentials for “public”:",
        exchange: await call('/api/projects', accessToken),
      };
    },
  },
  {
    name: 'revoked',
    title: 'Revoked',
    about: 'A good token, before and after the site revokes it.',
    async *run({ client, call }) {
      const { accessToken } = await client.clientCredentials({ scope: 'public' });
      yield { told: "With a fresh token of the site's own:", exchange: await call('/api/me', accessToken) };
      await client.revoke(accessToken);
      yield { told: 'With the same token, now revoked at 42:', exchange: await call('/api/me', accessToken) };
    },
  },
  {
    name: 'no-token',
    title: 'No token',
    about: 'No Authorization header at all.',
    async *run({ call }) {
      yield { told: 'Without any token:', exchange: await call('/api/me') };
    },
  },
];
