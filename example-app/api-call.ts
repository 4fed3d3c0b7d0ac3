import type { Socket } from 'node:net';

/** A request and its answer, as a page may show them: without the token. */
export interface Exchange {
  request: string;
  status: number;
  statusText: string;
  answer: string;
}

const shownHeaders = ['WWW-Authenticate', 'Retry-After', 'Content-Type', 'Cache-Control'];
const TIMEOUT_MS = 15_000;

/** Where this process can be reached from itself, whatever proxy stands in front: where the request arrived. */
export function ownAddress({ localAddress = '127.0.0.1', localPort }: Socket): string {
  return `http://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}

export async function callApi(call: {
  base: string;
  /** The site's name, for the page. */
  host: string;
  path: string;
  accessToken: string | undefined;
}): Promise<Exchange> {
  const { base, host, path, accessToken } = call;
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`];
  const headers: Record<string, string> = {};
  if (accessToken !== undefined) {
    headers.authorization = `Bearer ${accessToken}`;
    lines.push('Authorization: Bearer ••••••••');
  }
  const answer = await fetch(base + path, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { status, statusText } = answer;
  const shown = shownHeaders.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const body = JSON.stringify(await answer.json(), undefined, 2);
  return {
    request: lines.join('\n'),
    status,
    statusText,
    answer: [`HTTP/1.1 ${status} ${statusText}`, ...shown, '', body].join('\n'),
  };
}
