import express from 'express';
import { FortyTwoError } from '../../../lib/errors/index.js';
import { type ApiAnswer, ask } from '../../builders/api.js';
import { type OddServer, oddServer, sendJSON } from '../../builders/odd-server.js';
import { type Site, startSite } from '../../builders/site.js';
import { inHeader } from '../arbitraries/text.js';
import { demand } from '../outcome.js';

/** The one code that the provider trades for tokens. */
export const GOOD_CODE = 'ac-good-code-of-this-login';

/** A site with a login, and a provider that knows one code. */
export interface FuzzedSite extends Site {
  provider: OddServer;
  /** Requests for tokens since the last look. */
  tokenRequests(): number;
}

export async function fuzzedSite(): Promise<FuzzedSite> {
  const provider = await oddServer((res, { url, body }) => {
    if (url === '/v2/me') return sendJSON(res, { id: 4242, login: 'jdoe' });
    const isGood = new URLSearchParams(body).get('code') === GOOD_CODE;
    const granted = { access_token: 'at-of-this-login', token_type: 'Bearer', scope: 'public' };
    return isGood ? sendJSON(res, granted) : sendJSON(res, { error: 'invalid_grant' }, 400);
  });
  const site = await startSite(provider, {
    prepare: (app) => app.use(express.urlencoded({ extended: true }), express.json({ strict: false })),
  });
  const tokenRequests = () => provider.requests.splice(0).filter(({ url }) => url === '/oauth/token').length;
  return { ...site, provider, tokenRequests };
}

/** A login that was begun. */
export interface Begun {
  answer: ApiAnswer;
  /** Where the browser was sent. */
  authorization: URL;
  state: string;
  /** Names and values of the cookies that were set. */
  cookies: [string, string][];
  /** Names of those that were cleared. */
  cleared: string[];
}

/** Begins a login, with what a browser may have sent along. */
export async function begin(site: FuzzedSite, { query = '', cookie = '' } = {}): Promise<Begun> {
  const headers = cookie === '' ? [] : ['cookie', inHeader(cookie)];
  const answer = await ask(`${site.url}/auth/42${query === '' ? '' : `?${query}`}`, { headers });
  demand(answer.status === 302, 'no login was begun', { status: answer.status, text: answer.text });
  const authorization = new URL(String(answer.headers.location));
  const pairs = (answer.headers['set-cookie'] ?? []).map((line): [string, string] => {
    const [pair = ''] = line.split(';');
    return [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  });
  return {
    answer,
    authorization,
    state: authorization.searchParams.get('state') ?? '',
    cookies: pairs.filter(([, value]) => value !== ''),
    cleared: pairs.filter(([, value]) => value === '').map(([name]) => name),
  };
}

/** As a browser sends cookies back. */
export function cookieHeader(cookies: readonly (readonly [string, string])[]): string {
  return cookies.map(([name, value]) => `${name}=${value}`).join('; ');
}

/** The answer to a callback: the login, or the code of a refusal that the README documents. */
export function verdictOf(site: FuzzedSite, answer: ApiAnswer): string {
  for (const error of site.errors.splice(0)) {
    demand(error instanceof FortyTwoError, 'an error that is not of this package', error);
  }
  site.failures.length = 0;
  site.logins.length = 0;
  if (answer.status === 200) return 'logged in';
  const code = String(answer.json?.code);
  demand(/^ERR_LOGIN_[A-Z_]+$/.test(code), 'a refusal without a code', { status: answer.status, text: answer.text });
  // An answer to a login of the site's own, with its state: that is taken for the provider's, which went wrong.
  const isProviders = code === 'ERR_LOGIN_UNAVAILABLE' || code === 'ERR_LOGIN_RESPONSE';
  demand(answer.status < 500 || isProviders, `${answer.status} for what a browser sent`, answer.text);
  return code;
}
