import type http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * One call to a provider.
 *
 * @example
 * const request: HttpRequest = {
 *   method: 'GET',
 *   url: 'https://api.intra.42.fr/v2/campus',
 *   headers: { authorization: `Bearer ${accessToken}` },
 *   idempotent: true,
 * };
 * const { status, body } = await client.send('campus', request);
 */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /**
   * Whether the call may be made again when a pooled connection turns out to be dead. One that may not (a token
   * request) gets a connection of its own, which can't have died meanwhile.
   */
  idempotent: boolean;
  /** Whether a 302 is the answer hoped for: it is returned then, and still not followed. */
  expectsRedirect?: boolean;
  /** Once this is aborted, the call goes on and no longer holds the process open. */
  background?: AbortSignal | undefined;
}

/**
 * A complete answer, whatever its status.
 *
 * @example
 * const answer: HttpAnswer = await client.send('campus', {
 *   method: 'GET',
 *   url: 'https://api.intra.42.fr/v2/campus',
 *   headers: { authorization: `Bearer ${accessToken}` },
 *   idempotent: true,
 * });
 * if (answer.status === 200) console.log(JSON.parse(answer.body));
 */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** How {@link createHttp} behaves; resolved by the client, so nothing is optional here. */
export interface HttpOptions {
  /** Milliseconds for a whole call: connect, headers and body. */
  timeout: number;
  /** Bytes of a body, after decompression. */
  maxResponseBytes: number;
  userAgent: string;
  /** Sent with every call. */
  headers: Record<string, string>;
  /** A site's own agent, for a proxy or a private authority. */
  agent: http.Agent | undefined;
}
