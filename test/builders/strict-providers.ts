import {
  type AnyFakeClient,
  type Fake42MinOptions,
  type Fake42MinProvider,
  type FakeOAuth42Provider,
  fake42MinClients,
  fakeOAuth42Clients,
} from '../../lib/fake/index.js';
import { Browser } from './browser.js';
import { challenge, type Fields, form, json, start, verifier } from './fake-provider.js';

/** The options that both providers with mandatory PKCE and one-shot refresh tokens have. */
export type StrictOptions = Omit<Fake42MinOptions, 'provider' | 'clients' | 'users'>;

type StrictProvider = Fake42MinProvider | FakeOAuth42Provider;

/** One of those providers, with what a test needs to talk to it. */
export class Strict<Provider extends StrictProvider = StrictProvider> {
  readonly name: string;
  readonly title: string;
  readonly site: AnyFakeClient;
  readonly other: AnyFakeClient;
  readonly scope: string;
  readonly redirectURI: string;
  readonly oauthPath: string;
  readonly metadataPath: string;
  /** The member of an error that is for people. */
  readonly textMember: string;
  readonly start: (options?: StrictOptions) => Promise<Provider>;

  constructor(fields: {
    name: string;
    title: string;
    clients: { site: AnyFakeClient; other: AnyFakeClient };
    scope: string;
    oauthPath: string;
    metadataPath: string;
    textMember: string;
    start: (options?: StrictOptions) => Promise<Provider>;
  }) {
    this.name = fields.name;
    this.title = fields.title;
    this.site = fields.clients.site;
    this.other = fields.clients.other;
    this.scope = fields.scope;
    this.redirectURI = `http://localhost:3000/auth/${fields.name}/callback`;
    this.oauthPath = fields.oauthPath;
    this.metadataPath = fields.metadataPath;
    this.textMember = fields.textMember;
    this.start = fields.start;
  }

  toString(): string {
    return this.name;
  }

  /** A form POST under the OAuth path, with the credentials of the application; fields can take them out again. */
  post(provider: StrictProvider, path: string, fields: Fields, client = this.site): Promise<Response> {
    const credentials = { client_id: client.clientID, client_secret: client.clientSecret };
    return fetch(`${provider.url}${this.oauthPath}/${path}`, {
      method: 'POST',
      body: form({ ...credentials, ...fields }),
    });
  }

  issueCode(provider: StrictProvider, more: { user?: string; scope?: string } = {}): string {
    return provider.issueCode({ user: 'jdoe', redirectURI: this.redirectURI, codeChallenge: challenge, ...more });
  }

  redeem(provider: StrictProvider, code: string, fields: Fields = {}, client = this.site): Promise<Response> {
    const grant = { grant_type: 'authorization_code', code, redirect_uri: this.redirectURI, code_verifier: verifier };
    return this.post(provider, 'token', { ...grant, ...fields }, client);
  }

  refresh(provider: StrictProvider, token: string | undefined, fields: Fields = {}, client = this.site) {
    return this.post(provider, 'token', { grant_type: 'refresh_token', refresh_token: token, ...fields }, client);
  }

  async isActive(provider: StrictProvider, token: string, client = this.site): Promise<boolean> {
    return (await json(await this.post(provider, 'introspect', { token }, client))).active === true;
  }

  authorizeURL(provider: StrictProvider, fields: Fields = {}): string {
    const request = {
      client_id: this.site.clientID,
      redirect_uri: this.redirectURI,
      response_type: 'code',
      scope: this.scope,
      state: 'a state & more',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    return `${provider.url}${this.oauthPath}/authorize?${form({ ...request, ...fields })}`;
  }

  /** Goes through the login and the consent; answers where the browser is sent back to. */
  async logIn(provider: StrictProvider, user: string, fields: Fields = {}, button = 'Authorize'): Promise<URL> {
    const browser = new Browser();
    await browser.get(this.authorizeURL(provider, fields));
    await browser.press(`Log in as ${user}`);
    return locationOf(await browser.press(button));
  }
}

export const locationOf = (answer: Response) => new URL(answer.headers.get('location') ?? 'none:');

export const fortyTwoMin = new Strict<Fake42MinProvider>({
  name: '42min',
  title: '42min',
  clients: fake42MinClients,
  scope: 'event_types:read slots:read',
  oauthPath: '/v1/oauth',
  metadataPath: '/.well-known/oauth-authorization-server',
  textMember: 'message',
  start: (options = {}) => start({ provider: '42min', ...options }),
});

export const oauth42 = new Strict<FakeOAuth42Provider>({
  name: 'oauth42',
  title: 'OAuth42',
  clients: fakeOAuth42Clients,
  scope: 'openid profile',
  oauthPath: '/oauth',
  metadataPath: '/.well-known/openid-configuration',
  textMember: 'error_description',
  start: (options = {}) => start({ provider: 'oauth42', ...options }),
});
