import { FakeProviderError } from './errors.js';

/**
 * An application registered at the fake.
 *
 * @example
 * const mine: FakeClient = {
 *   clientID: 'my-site',
 *   clientSecret: 'a secret of at least thirty-two characters',
 *   name: 'My site',
 *   redirectURIs: ['http://localhost:3000/auth/42/callback'],
 *   scopes: ['public', 'projects'],
 * };
 * const fake = await startFakeProvider({ clients: [mine] });
 */
export interface FakeClient {
  clientID: string;
  clientSecret: string;
  /** Shown on the consent page and sent back as `X-Application-Name`. */
  name: string;
  /** Where a browser may be sent back to; compared exactly, but see `anyLoopbackPort`. */
  redirectURIs: string[];
  /** The most that the application may ask for. */
  scopes: string[];
  /** When the secret stops working, in unix seconds. Default null: never. */
  secretValidUntil?: number | null | undefined;
}

/**
 * An application that can keep no secret: it proves itself by PKCE alone.
 *
 * @example
 * const app: FakePublicClient = {
 *   clientID: '42min_MYAPP',
 *   name: 'My app',
 *   redirectURIs: ['http://127.0.0.1:3000/callback'],
 *   scopes: ['slots:read'],
 * };
 * const fake = await startFakeProvider({ provider: '42min', clients: [app] });
 */
export interface FakePublicClient extends Omit<FakeClient, 'clientSecret' | 'secretValidUntil'> {
  clientSecret?: undefined;
  secretValidUntil?: undefined;
}

/**
 * An application of a fake, whether it can keep a secret or not.
 *
 * @example
 * const isPublic = (client: AnyFakeClient): boolean => client.clientSecret === undefined;
 */
export type AnyFakeClient = FakeClient | FakePublicClient;

export type ClientCheck<Client extends AnyFakeClient = FakeClient> =
  | { readonly client: Client }
  | { readonly refused: 'missing' | 'wrong' | 'ambiguous' };

/** The registered applications, whose secrets can change while the fake runs. */
export class Clients<Client extends AnyFakeClient = FakeClient> {
  readonly #clients: Client[];
  readonly #anyLoopbackPort: boolean;
  readonly #now: () => number;

  constructor(clients: readonly Client[], anyLoopbackPort: boolean, now: () => number) {
    this.#clients = clients.map((client) => structuredClone(client));
    this.#anyLoopbackPort = anyLoopbackPort;
    this.#now = now;
  }

  get all(): readonly Client[] {
    return this.#clients;
  }

  find(clientID: string | undefined): Client | undefined {
    return this.#clients.find((client) => client.clientID === clientID);
  }

  /** The first one unless told. Throws a FakeProviderError when there is no such application. */
  known(clientID: string | undefined): Client {
    const client = clientID === undefined ? this.#clients[0] : this.find(clientID);
    if (client !== undefined) return client;
    const known = this.#clients.map((one) => one.clientID).join(', ');
    throw new FakeProviderError('ERR_FAKE_UNKNOWN_CLIENT', `No such application. There are: ${known || 'none at all'}`);
  }

  /** Throws a FakeProviderError unless the application may send browsers there. */
  checkRedirect(client: Client, redirectURI: string): void {
    if (this.allowsRedirect(client, redirectURI)) return;
    throw new FakeProviderError(
      'ERR_FAKE_REDIRECT_URI',
      `Add "${redirectURI}" to the redirectURIs of the client, or use one of: ${client.redirectURIs.join(', ')}`,
    );
  }

  /** Checks the credentials of an HTTP Basic header or of the form; both at once only if they agree on the id. */
  authenticate(
    authorization: string | undefined,
    formID: string | undefined,
    formSecret: string | undefined,
  ): ClientCheck<Client> {
    const basic = readBasic(authorization);
    if (basic === 'malformed') return { refused: 'wrong' };
    if (basic !== undefined) {
      if (formSecret !== undefined) return { refused: 'ambiguous' };
      if (formID !== undefined && formID !== basic.id) return { refused: 'ambiguous' };
      return this.#check(basic.id, basic.secret);
    }
    if (formID === undefined) return { refused: 'missing' };
    return this.#check(formID, formSecret);
  }

  #check(id: string, secret: string | undefined): ClientCheck<Client> {
    const client = this.find(id);
    if (client === undefined || secret === undefined || client.clientSecret !== secret) return { refused: 'wrong' };
    const until = client.secretValidUntil ?? null;
    if (until !== null && this.#now() >= until * 1000) return { refused: 'wrong' };
    return { client };
  }

  allowsRedirect(client: Client, redirectURI: string): boolean {
    if (client.redirectURIs.includes(redirectURI)) return true;
    if (!this.#anyLoopbackPort) return false;
    const asked = withoutLoopbackPort(redirectURI);
    return asked !== undefined && client.redirectURIs.some((registered) => withoutLoopbackPort(registered) === asked);
  }

  /** Throws a FakeProviderError when the application is unknown or has no secret. */
  rotateSecret(clientID: string, newSecret: string): void {
    const client = this.known(clientID);
    if (client.clientSecret === undefined) {
      throw new FakeProviderError('ERR_FAKE_PUBLIC_CLIENT', `"${client.name}" is a public client: it has no secret.`);
    }
    client.clientSecret = newSecret;
    client.secretValidUntil = null;
  }
}

// Compared as text, never through URL: parsing would fold `/a/../b` into `/b` and let it pass as registered.
function withoutLoopbackPort(uri: string): string | undefined {
  const match = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(\/[^#]*)?$/.exec(uri);
  return match === null ? undefined : `${match[1]}${match[2] ?? ''}`;
}

function readBasic(authorization: string | undefined): { id: string; secret: string } | 'malformed' | undefined {
  const match = /^Basic +(.*)$/i.exec(authorization ?? '');
  if (match === null) return undefined;
  const pair = Buffer.from(match[1] ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return 'malformed';
  try {
    return { id: formDecode(pair.slice(0, colon)), secret: formDecode(pair.slice(colon + 1)) };
  } catch {
    return 'malformed';
  }
}

// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
