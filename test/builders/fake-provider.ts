import { createHash } from 'node:crypto';
import {
  type AnyFakeProviderOptions,
  type FakeProvider,
  fakeClients,
  startFakeProvider,
} from '../../lib/fake/index.js';
import { atEndOfTest } from './end-of-test.js';

export const { site, other } = fakeClients;
export const redirectURI = 'http://localhost:3000/auth/42/callback';
export const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-to-accept';
export const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Starts a provider that stops when the test ends. */
export const start = (async (options?: AnyFakeProviderOptions) => {
  const provider = await startFakeProvider(options);
  atEndOfTest(() => provider.stop());
  return provider;
}) as typeof startFakeProvider;

/** A clock that a test moves. */
export function clock() {
  let at = Date.UTC(2026, 0, 1);
  return { now: () => at, pass: (seconds: number) => (at += seconds * 1000) };
}

export type Fields = Record<string, string | undefined>;

export function form(fields: Fields): URLSearchParams {
  const entries = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return new URLSearchParams(entries as [string, string][]);
}

/** A form POST with the credentials of the first application, unless the fields say otherwise. */
export function post(provider: FakeProvider, path: string, fields: Fields): Promise<Response> {
  const credentials = { client_id: site.clientID, client_secret: site.clientSecret };
  return fetch(provider.url + path, { method: 'POST', body: form({ ...credentials, ...fields }) });
}

export function redeem(provider: FakeProvider, code: string, fields: Fields = {}): Promise<Response> {
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectURI };
  return post(provider, '/oauth/token', { ...grant, ...fields });
}

export function refresh(provider: FakeProvider, token: string | undefined, fields: Fields = {}): Promise<Response> {
  return post(provider, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...fields });
}

export function get(provider: Pick<FakeProvider, 'url'>, path: string, accessToken?: string): Promise<Response> {
  const headers: Record<string, string> = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return fetch(provider.url + path, { headers });
}

export async function json(answer: Response): Promise<Record<string, unknown>> {
  return (await answer.json()) as Record<string, unknown>;
}

export async function tokensOf(answer: Response) {
  return (await answer.json()) as { access_token: string; refresh_token: string; scope: string };
}

export async function isActive(provider: FakeProvider, token: string): Promise<boolean> {
  return (await json(await post(provider, '/oauth/introspect', { token }))).active === true;
}

export async function errorOf(answer: Response): Promise<[number, string]> {
  return [answer.status, String((await json(answer)).error)];
}
