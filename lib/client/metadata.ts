import type { AuthorizationServer } from 'oauth4webapi';
import { ConfigurationError, ProviderResponseError } from '../errors/index.js';
import type { HttpAnswer } from '../http/messages.js';
import { unexpectedStatus } from '../http/unavailable.js';
import { field, parseObject, stringField } from '../json.js';
import type { Provider } from '../providers/provider.js';
import { secureURL } from '../secure-url.js';
import { assertEndpoints, endpointNames, ownEndpoints } from './document-endpoints.js';

const MAX_AGE_MS = 24 * 60 * 60 * 1000;
const RETRY_MS = 60 * 1000;

/**
 * What is known of a provider's server: its data, and its discovery document where it has one. The document is read
 * when it is first needed, and again after a day; a bad one never replaces a good one.
 */
export class Metadata {
  readonly #provider: Provider;
  readonly #get: (url: string) => Promise<HttpAnswer>;
  #server: AuthorizationServer | undefined;
  // By the monotonic clock, as all that is measured here.
  #freshUntil = 0;
  #flight: Promise<AuthorizationServer> | undefined;

  constructor(provider: Provider, get: (url: string) => Promise<HttpAnswer>) {
    this.#provider = provider;
    this.#get = get;
    if (provider.discovery === undefined) {
      this.#server = mergeMetadata(provider, {});
      this.#freshUntil = Number.POSITIVE_INFINITY;
    }
  }

  /** What is known now, without asking. */
  get known(): AuthorizationServer | undefined {
    return this.#server;
  }

  /** The issuer, where no document needs to be read for it, or one was. */
  get issuer(): string | undefined {
    return this.#server?.issuer ?? settledIssuer(this.#provider);
  }

  /**
   * The server's metadata. Rejects where it was never read and can't be read now.
   *
   * @throws {ProviderUnavailableError} {ProviderResponseError}
   */
  async current(): Promise<AuthorizationServer> {
    const known = this.#server;
    if (known !== undefined && performance.now() < this.#freshUntil) return known;
    this.#flight ??= this.#read().finally(() => {
      this.#flight = undefined;
    });
    // A document that can't be renewed stays good: it was valid yesterday, and the next call tries again.
    return known === undefined ? this.#flight : this.#flight.catch(() => known);
  }

  async #read(): Promise<AuthorizationServer> {
    const { discovery } = this.#provider;
    // Set first, so that a failing server is asked once a minute and not for every request.
    this.#freshUntil = this.#server === undefined ? 0 : performance.now() + RETRY_MS;
    const answer = await this.#get(discovery?.url ?? '');
    const document = readDocument(answer, discovery?.issuer);
    assertEndpoints(document, this.#provider, ownEndpoints(this.#provider));
    const server = mergeMetadata(this.#provider, document);
    this.#server = server;
    this.#freshUntil = performance.now() + MAX_AGE_MS;
    return server;
  }
}

/** The issuer that no document can change. Pure. */
function settledIssuer({ issuer, discovery }: Provider): string | undefined {
  const settled = discovery === undefined || discovery.issuer === issuer || discovery.pinned.includes('issuer');
  return settled ? issuer : undefined;
}

/**
 * Reads and checks a discovery document (RFC 8414 §3.3, OpenID Connect Discovery §4.3).
 *
 * @param issuer what it must name as its issuer, where that is known.
 * @throws {ProviderUnavailableError} {ProviderResponseError}
 */
export function readDocument(answer: HttpAnswer, issuer: string | undefined): Record<string, unknown> {
  if (answer.status !== 200) throw unexpectedStatus(answer);
  const document = parseObject(answer.body);
  const named = stringField(document, 'issuer');
  if (document === undefined || named === undefined || (issuer !== undefined && named !== issuer)) {
    throw new ProviderResponseError(
      'The discovery document names another issuer than the one asked for, or none (RFC 8414 §3.3); check the issuer',
    );
  }
  try {
    secureURL('issuer', named);
    for (const name of endpointNames) {
      const value = field(document, name);
      // As text, a list of one URL looks like that URL.
      if (value !== undefined) secureURL(name, typeof value === 'string' ? value : '');
    }
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    throw new ProviderResponseError(`The discovery document can't be used: ${cause.message}`, { cause });
  }
  return document;
}

/** The provider's own data, with the document's in all places where that counts. Pure. */
export function mergeMetadata(provider: Provider, document: Record<string, unknown>): AuthorizationServer {
  const own: Record<string, unknown> = {
    issuer: provider.issuer,
    ...ownEndpoints(provider),
    authorization_response_iss_parameter_supported: provider.issuerInCallback,
  };
  const pinned = new Set(provider.discovery?.pinned);
  const merged: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own)) {
    const found = pinned.has(name) && value !== undefined ? value : (field(document, name) ?? value);
    if (found !== undefined) merged[name] = found;
  }
  // An advertised `iss` is demanded even of a provider that isn't known for it (RFC 9207 §2.3).
  merged.authorization_response_iss_parameter_supported =
    provider.issuerInCallback || field(document, 'authorization_response_iss_parameter_supported') === true;
  return merged as unknown as AuthorizationServer;
}
