import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { discoverProvider, FortyTwoClient, FortyTwoStrategy } from '../../lib/index.js';
import { Browser } from './browser.js';
import { locationOf, type Site, startSite } from './site.js';

const script = fileURLToPath(new URL('./certified-server-process.mjs', import.meta.url));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts oidc-provider, certified by the OpenID Foundation, until the file's tests end; resolves with its issuer. */
export async function startCertifiedServer(): Promise<string> {
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`the server ended with ${code}: ${stderr}`);
  });
  // What it prints of itself comes first; the issuer is the line that is a URL alone.
  const listening = (async () => {
    for await (const line of createInterface(child.stdout)) if (URL.canParse(line)) return line;
    return ended;
  })();
  ended.catch(() => {});
  return Promise.race([listening, ended]);
}

/** An application that was registered (RFC 7591). */
export interface Registered {
  clientID: string;
  /** Undefined for a public client. */
  clientSecret?: string;
}

/** Registers an application; with `none`, a public one. */
export async function register(
  issuer: string,
  redirectURI: string,
  authentication: 'client_secret_basic' | 'client_secret_post' | 'none' = 'client_secret_basic',
): Promise<Registered> {
  const secretive = authentication !== 'none';
  const answer = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [redirectURI],
      token_endpoint_auth_method: authentication,
      grant_types: ['authorization_code', 'refresh_token', ...(secretive ? ['client_credentials'] : [])],
    }),
  });
  const json = (await answer.json()) as Record<string, unknown>;
  if (answer.status !== 201) throw new Error(`not registered: ${JSON.stringify(json)}`);
  return { clientID: String(json.client_id), ...(secretive && { clientSecret: String(json.client_secret) }) };
}

/** A site with a login at the server, registered there with what {@link register} makes of it. */
export async function startCertifiedSite(
  issuer: string,
  authentication?: Parameters<typeof register>[2],
): Promise<Site> {
  const provider = await discoverProvider(issuer, { refreshTokensIntrospectAsActive: true });
  const site = await startSite(
    { url: issuer },
    {
      client: async (callbackURL) => {
        const registered = await register(issuer, callbackURL, authentication);
        return new FortyTwoClient({ ...registered, provider, cookieSecrets: ['a cookie secret for the tests alone'] });
      },
    },
  );
  const { client, callbackURL } = site;
  const scope = ['openid', 'profile', 'email', 'offline_access'];
  // Consent each time is what the server (as OpenID Connect Core §11) demands of `offline_access`.
  const options = { client, callbackURL, scope, prompt: 'consent' };
  site.passport.use(
    '42',
    new FortyTwoStrategy(options, (login) => {
      site.logins.push(login);
      return { id: login.profile.id, login: login.profile.username };
    }),
  );
  return site;
}

/** Goes through the server's forms; resolves with the URL that it redirects back to. */
export async function throughForms(browser: Browser, authorizationURL: string, login = 'jdoe'): Promise<string> {
  let answer = await browser.get(authorizationURL);
  if (browser.buttons().includes('Sign-in')) answer = await browser.press('Sign-in', { login, password: 'any' });
  if (browser.buttons().includes('Continue')) answer = await browser.press('Continue');
  return locationOf(answer);
}

/** Begins a login at the site; resolves with the server's answer to it. */
export async function authorizeAt(site: Site, browser: Browser, login?: string): Promise<string> {
  return throughForms(browser, locationOf(await browser.fetch(`${site.url}/auth/42`)), login);
}

/** A whole login; resolves with what verify was given. */
export async function logInAt(site: Site, login?: string): Promise<Site['logins'][number]> {
  const browser = new Browser();
  const answer = await browser.get(await authorizeAt(site, browser, login));
  const newest = site.logins.at(-1);
  if (answer.status !== 200 || newest === undefined) throw new Error(`no login: ${await answer.text()}`);
  return newest;
}
