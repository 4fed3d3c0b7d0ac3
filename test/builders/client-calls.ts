import { FortyTwoClient, type FortyTwoClientOptions, type ProviderDefinition } from '../../lib/index.js';
import { introspectingProvider } from './odd-server.js';

/** What must never be seen in an error, an event or a log, by name. */
export const secrets = {
  clientSecret: 'cs-0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  code: 'ac-code-3f9b1d7c5e2a4860',
  codeVerifier: 'verifier-0123456789-0123456789-0123456789-abc',
  state: 'state-77b1c0ffee77b1c0ffee',
  accessToken: 'at-access-5d41402abc4b2a76b9719d911017c592',
  refreshToken: 'rt-refresh-7d793037a0760186574b0282f2f435e7',
} as const;

/** A client at a server of a test's own; tokens are checked by RFC 7662, unless the definition says otherwise. */
export function clientAt(
  base: string,
  options: Partial<FortyTwoClientOptions> = {},
  definition: Partial<ProviderDefinition> = {},
): FortyTwoClient {
  return new FortyTwoClient({
    clientID: 'the-site',
    clientSecret: secrets.clientSecret,
    provider: introspectingProvider(base, definition),
    ...options,
  });
}

/** As {@link clientAt}, with tokens checked by Doorkeeper's token info. */
export function tokenInfoClientAt(base: string, options: Partial<FortyTwoClientOptions> = {}): FortyTwoClient {
  return clientAt(base, options, { tokenCheck: 'token-info', tokenInfoEndpoint: `${base}/token-info` });
}

export function exchangeCode(client: FortyTwoClient, callback: Record<string, string> = {}) {
  return client.exchangeCode({
    callback: new URLSearchParams({ code: secrets.code, state: secrets.state, ...callback }),
    state: secrets.state,
    redirectURI: 'https://site.example/callback',
    codeVerifier: secrets.codeVerifier,
  });
}

/** As {@link exchangeCode}, of a login that wants an id_token with the nonce `the nonce`. */
export function exchangeForIDToken(client: FortyTwoClient) {
  return client.exchangeCode({
    callback: new URLSearchParams({ code: secrets.code, state: secrets.state }),
    state: secrets.state,
    redirectURI: 'https://site.example/callback',
    codeVerifier: secrets.codeVerifier,
    nonce: 'the nonce',
    scope: 'openid',
  });
}

/** One way to call a provider. */
export interface ClientCall {
  name: string;
  /** What events call the endpoint. */
  endpoint: string;
  method: 'GET' | 'POST';
  client: typeof clientAt;
  call: (client: FortyTwoClient) => Promise<unknown>;
}

/** Each way in which a client calls its provider. */
export const clientCalls: readonly ClientCall[] = [
  { name: 'exchangeCode', endpoint: 'token', method: 'POST', client: clientAt, call: (client) => exchangeCode(client) },
  {
    name: 'clientCredentials',
    endpoint: 'token',
    method: 'POST',
    client: clientAt,
    call: (client) => client.clientCredentials({ scope: 'public' }),
  },
  {
    name: 'refresh',
    endpoint: 'token',
    method: 'POST',
    client: clientAt,
    call: (client) => client.refresh(secrets.refreshToken),
  },
  {
    name: 'checkToken by introspection',
    endpoint: 'introspection',
    method: 'POST',
    client: clientAt,
    call: (client) => client.checkToken(secrets.accessToken),
  },
  {
    name: 'checkToken by token info',
    endpoint: 'token-info',
    method: 'GET',
    client: tokenInfoClientAt,
    call: (client) => client.checkToken(secrets.accessToken),
  },
  {
    name: 'revoke',
    endpoint: 'revocation',
    method: 'POST',
    client: clientAt,
    call: (client) => client.revoke(secrets.accessToken, { hint: 'access_token' }),
  },
  {
    name: 'profile',
    endpoint: 'profile',
    method: 'GET',
    client: clientAt,
    call: (client) => client.profile(secrets.accessToken),
  },
];

/** An error that a promise must be rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof Error) return outcome.error;
  throw new Error('the promise was not rejected with an Error', { cause: outcome });
}
