import type { FortyTwoClient } from 'passport-fortytwo';
import type { ApiRoute } from './api.js';
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
  /** Replaces it by a fresh one. */
  renew(): Promise<string>;
  call: ApiCaller;
}

/** Something to try on the API, with a button of its own. */
export interface Experiment {
  name: string;
  title: string;
  about: string;
  run(bench: Bench): AsyncIterable<Step>;
}

/** A route that the person's own token is good for. */
export function allowed({ path, scope }: ApiRoute): Experiment {
  return {
    name: 'allowed',
    title: 'Allowed',
    about: `Your own token, at a route that needs the scope “${scope}”.`,
    async *run({ call, token }) {
      yield { told: 'With the token from your login:', exchange: await call(`/api${path}`, token) };
    },
  };
}

/** Refusals of tokens that the site has of its own, where the provider knows client credentials. */
export function withApplicationToken(scope: string, { path }: ApiRoute): Experiment[] {
  return [
    {
      name: 'missing-scope',
      title: 'Missing scope',
      about: `A token that has the scope “${scope}” alone, at the same route.`,
      async *run({ client, call }) {
        const { accessToken } = await client.clientCredentials({ scope });
        yield {
          told: `With a token of the site's own, got by client credentials for “${scope}”:`,
          exchange: await call(`/api${path}`, accessToken),
        };
      },
    },
    {
      name: 'revoked',
      title: 'Revoked',
      about: 'A good token, before and after the site revokes it.',
      async *run({ client, call }) {
        const { accessToken } = await client.clientCredentials({ scope });
        yield { told: "With a fresh token of the site's own:", exchange: await call('/api/me', accessToken) };
        await client.revoke(accessToken);
        yield {
          told: `With the same token, now revoked at ${client.provider.displayName}:`,
          exchange: await call('/api/me', accessToken),
        };
      },
    },
  ];
}

/** Refusals of the person's own token, where the provider gives tokens to people alone. */
export function withOwnToken({ path, scope }: ApiRoute): Experiment[] {
  return [
    {
      name: 'missing-scope',
      title: 'Missing scope',
      about: `Your own token, at a route that needs the scope “${scope}”, which this site did not ask for.`,
      async *run({ call, token }) {
        yield { told: 'With the token from your login:', exchange: await call(`/api${path}`, token) };
      },
    },
    {
      name: 'revoked',
      title: 'Revoked',
      about: 'Your own token, before and after the site revokes it, and the one that takes its place.',
      async *run({ client, call, token, renew }) {
        yield { told: 'With the token from your login:', exchange: await call('/api/me', token) };
        await client.revoke(token, { hint: 'access_token' });
        yield {
          told: `With the same token, now revoked at ${client.provider.displayName}:`,
          exchange: await call('/api/me', token),
        };
        yield {
          told: 'With the token that the site got in its place by its refresh token:',
          exchange: await call('/api/me', await renew()),
        };
      },
    },
  ];
}

export const noToken: Experiment = {
  name: 'no-token',
  title: 'No token',
  about: 'No Authorization header at all.',
  async *run({ call }) {
    yield { told: 'Without any token:', exchange: await call('/api/me') };
  },
};
