import type { FortyTwoClient } from '../client/client.js';
import { ConfigurationError } from '../errors/index.js';
import { secureURL } from '../secure-url.js';

/** The parts of node-oauth's client that reach the network. */
export interface NodeOAuth {
  _request: (
    method: string,
    url: string,
    headers: Record<string, string> | null,
    body: string | Buffer | null,
    accessToken: string | null,
    callback: NodeOAuthCallback,
  ) => void;
  getOAuthAccessToken: (code: string, params: Record<string, string>, callback: NodeOAuthTokenCallback) => void;
}

type NodeOAuthCallback = (error: unknown, body?: string, response?: { statusCode: number; headers: object }) => void;
type NodeOAuthTokenCallback = (
  error: unknown,
  accessToken?: string,
  refreshToken?: string,
  params?: Record<string, unknown>,
) => void;

/**
 * Makes passport-oauth2's protected `_oauth2` go out through our client. A subclass may use it for calls of its own,
 * and node-oauth's HTTP has no deadline, no size cap, follows redirects and puts tokens into URLs.
 */
export function carryNodeOAuth(oauth2: NodeOAuth, client: FortyTwoClient): void {
  oauth2._request = (method, url, headers, body, accessToken, callback) => {
    const authorization = accessToken ? { authorization: `Bearer ${accessToken}` } : {};
    Promise.resolve()
      .then(() =>
        client.send('other', {
          method: readMethod(method),
          url: secureURL('The URL of a call through _oauth2', url).href,
          headers: { ...authorization, ...headers },
          ...(body ? { body: String(body) } : {}),
          idempotent: method === 'GET',
        }),
      )
      .then(({ status, headers: answered, body: data }) =>
        status >= 200 && status < 300
          ? callback(null, data, { statusCode: status, headers: answered })
          : callback({ statusCode: status, data }),
      )
      // What the callback itself throws would have nowhere to go, so the callback is told of that, too.
      .catch(callback);
  };
  oauth2.getOAuthAccessToken = (code, params, callback) => {
    if (params.grant_type !== 'refresh_token') {
      callback(new ConfigurationError('Codes are exchanged by the strategy itself; use client.exchangeCode elsewhere'));
      return;
    }
    client
      .refresh(code)
      .then(({ accessToken, refreshToken, params: answer }) => callback(null, accessToken, refreshToken, answer))
      .catch(callback);
  };
}

function readMethod(method: string): 'GET' | 'POST' {
  if (method === 'GET' || method === 'POST') return method;
  throw new ConfigurationError(
    `A call through _oauth2 is GET or POST, not ${method}; make others with your own client`,
  );
}
