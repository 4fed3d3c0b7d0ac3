import type { Agent } from 'node:http';
import { ConfigurationError, ProviderResponseError } from '../errors/index.js';
import { createHttp } from '../http/request.js';
import { defaultUserAgent } from '../http/user-agent.js';
import { field, listField, present, stringField } from '../json.js';
import { wholeNumber } from '../options.js';
import { defineProvider } from '../providers/define-provider.js';
import { parseStandardClaims } from '../providers/oidc-profile.js';
import type { ClientAuthentication, OpenID, Provider, ProviderDefinition } from '../providers/provider.js';
import { secureURL } from '../secure-url.js';
import { assertEndpoints, documentEndpoints, type EndpointName, endpointNames } from './document-endpoints.js';
import { readDocument } from './metadata.js';

/**
 * What a site knows better than a provider's document, and how to fetch that.
 *
 * @example
 * const options: DiscoveryOptions = { name: 'school', timeout: 10_000, defaultScope: ['openid'] };
 * const school = await discoverProvider('https://id.school.example', options);
 */
export interface DiscoveryOptions extends Partial<Omit<ProviderDefinition, 'issuer' | 'discovery'>> {
  /** Milliseconds for reading the document. Default: 5000. */
  timeout?: number;
  /** As the client's option of that name. */
  agent?: Agent;
}

interface Found {
  readonly url: string;
  readonly document: Record<string, unknown>;
  /** By the monotonic clock. */
  readonly freshUntil: number;
}

const MAX_AGE_MS = 60 * 60 * 1000;
const RETRY_MS = 60 * 1000;
const found = new Map<string, Found>();
const flights = new Map<string, Promise<Found>>();

/**
 * A provider by what it publishes of itself (OpenID Connect Discovery, RFC 8414): any server with standard endpoints.
 * What is read is kept for an hour, and a document that was good stays in use while a newer one can't be read or isn't.
 * Clients of the provider read it again by themselves, once a day. A document that was not read from this machine may
 * name no endpoint on it or on a private network, and none that is given secrets or tokens at another origin than the
 * issuer's, unless that is given in `options`.
 *
 * @param issuer the server's issuer identifier, exactly as in its document.
 * @param options fields of {@link ProviderDefinition} that count instead of the document's.
 * @throws {ProviderUnavailableError} {ProviderResponseError} where there is no usable document.
 * @throws {ConfigurationError} where an option, or what the document lacks, makes no provider.
 *
 * @example
 * const provider = await discoverProvider('https://id.school.example', { name: 'school' });
 * const client = new FortyTwoClient({ clientID, clientSecret, provider });
 */
export async function discoverProvider(issuer: string, options: DiscoveryOptions = {}): Promise<Provider> {
  secureURL('discoverProvider: issuer', issuer);
  const { timeout: milliseconds, agent, ...given } = options;
  const timeout = wholeNumber('discoverProvider', 'timeout', milliseconds, { byDefault: 5_000, min: 1, max: 120_000 });
  for (const name of ['issuer', 'discovery']) {
    if (name in given) throw new ConfigurationError(`discoverProvider: ${name} is no option; the issuer says it`);
  }
  // An option that is undefined says nothing: the document counts.
  const overrides = present<Partial<ProviderDefinition>>(given);
  const known = found.get(issuer);
  if (known !== undefined && performance.now() < known.freshUntil) return fromDocument(issuer, known, overrides);
  try {
    const read = await readOnce(issuer, timeout, agent);
    const provider = fromDocument(issuer, read, overrides);
    found.set(issuer, read);
    return provider;
  } catch (error) {
    if (known === undefined) throw error;
    // Set back, so that a failing server is asked once a minute and not at every call.
    found.set(issuer, { ...known, freshUntil: performance.now() + RETRY_MS });
    return fromDocument(issuer, known, overrides);
  }
}

/** One reading for all who wait for the same document; the first one's deadline counts. */
function readOnce(issuer: string, timeout: number, agent: Agent | undefined): Promise<Found> {
  const flight = flights.get(issuer) ?? read(issuer, timeout, agent).finally(() => flights.delete(issuer));
  flights.set(issuer, flight);
  return flight;
}

async function read(issuer: string, timeout: number, agent: Agent | undefined): Promise<Found> {
  const http = createHttp({ timeout, agent, maxResponseBytes: 1024 * 1024, userAgent: defaultUserAgent, headers: {} });
  for (const url of documentURLs(issuer)) {
    const answer = await http({ method: 'GET', url, headers: {}, idempotent: true });
    if (answer.status === 404) continue;
    return { url, document: readDocument(answer, issuer), freshUntil: performance.now() + MAX_AGE_MS };
  }
  throw new ProviderResponseError(`${issuer} publishes no discovery document; use defineProvider`);
}

/** OpenID Connect Discovery §4 appends, RFC 8414 §3 puts the well-known part before the issuer's path. */
function documentURLs(issuer: string): [string, string] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/** A provider out of a checked document. */
function fromDocument(issuer: string, { url, document }: Found, overrides: Partial<ProviderDefinition>): Provider {
  const openid = openIDOf(document);
  const introspectionEndpoint = stringField(document, 'introspection_endpoint');
  const supported = listField(document, 'scopes_supported');
  const provider = defineProvider({
    name: new URL(issuer).hostname,
    issuer,
    issuerInCallback: field(document, 'authorization_response_iss_parameter_supported') === true,
    authorizationEndpoint: stringField(document, 'authorization_endpoint') ?? '',
    tokenEndpoint: stringField(document, 'token_endpoint') ?? '',
    introspectionEndpoint,
    revocationEndpoint: stringField(document, 'revocation_endpoint'),
    profileEndpoint: stringField(document, 'userinfo_endpoint') ?? '',
    openid,
    tokenCheck: introspectionEndpoint ? 'introspection' : openid ? 'jwt' : 'none',
    clientAuthentication: authenticationOf(document),
    publicClients: listField(document, 'token_endpoint_auth_methods_supported').includes('none'),
    defaultScope: openid ? ['openid', ...['profile', 'email'].filter((scope) => supported.includes(scope))] : [],
    parseProfile: parseStandardClaims,
    ...overrides,
    discovery: { url, issuer, pinned: endpointsIn(overrides) },
  });
  // Of the endpoints nothing is known but what the site gave, which is pinned, and what this document says.
  assertEndpoints(document, provider, {});
  return provider;
}

/** The metadata names (RFC 8414 §2) of the options that a document could contradict. */
function endpointsIn(overrides: Partial<ProviderDefinition>): EndpointName[] {
  return endpointNames.filter((name) => (documentEndpoints[name].split('.')[0] ?? '') in overrides);
}

function openIDOf(document: Record<string, unknown>): OpenID | undefined {
  const jwksURI = stringField(document, 'jwks_uri');
  const algorithms = listField(document, 'id_token_signing_alg_values_supported');
  const signingAlg = (['RS256', 'ES256', 'PS256', 'EdDSA'] as const).find((name) => algorithms.includes(name));
  return jwksURI !== undefined && signingAlg !== undefined ? { jwksURI, signingAlg } : undefined;
}

/** RFC 8414 §2: a server that doesn't say supports client_secret_basic. */
function authenticationOf(document: Record<string, unknown>): ClientAuthentication {
  const methods = listField(document, 'token_endpoint_auth_methods_supported');
  return methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
    ? 'client_secret_post'
    : 'client_secret_basic';
}
