import { ProviderResponseError } from '../errors/index.js';
import { stringField } from '../json.js';
import type { Provider } from '../providers/provider.js';
import { reaches, reachOf } from '../secure-url.js';

/** The endpoints of RFC 8414 §2 that we use, each with the option of a provider that says the same. */
export const documentEndpoints = {
  authorization_endpoint: 'authorizationEndpoint',
  token_endpoint: 'tokenEndpoint',
  introspection_endpoint: 'introspectionEndpoint',
  revocation_endpoint: 'revocationEndpoint',
  userinfo_endpoint: 'profileEndpoint',
  jwks_uri: 'openid.jwksURI',
} as const;

/** A metadata name of {@link documentEndpoints}. */
export type EndpointName = keyof typeof documentEndpoints;

export const endpointNames = Object.keys(documentEndpoints) as EndpointName[];

// The page where people log in is given nothing secret, and keys are public.
const givenSecrets: readonly EndpointName[] = [
  'token_endpoint',
  'introspection_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
];

/** A provider's own endpoints by their metadata names. Pure. */
export function ownEndpoints(provider: Provider): Record<EndpointName, string | undefined> {
  return {
    authorization_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
    introspection_endpoint: provider.introspectionEndpoint,
    revocation_endpoint: provider.revocationEndpoint,
    userinfo_endpoint: provider.profileEndpoint,
    jwks_uri: provider.openid?.jwksURI,
  };
}

/**
 * That a document from elsewhere points neither inside nor has secrets sent to others (requirement Z5): none of its
 * endpoints is nearer to this machine than where it was read, and those that are given secrets, codes or tokens are at
 * its own origin. What the site said itself is not judged. Pure.
 *
 * @param own what is known of the endpoints beside the document; their origins are trusted.
 * @throws {ProviderResponseError}
 */
export function assertEndpoints(
  document: Record<string, unknown>,
  provider: Provider,
  own: Partial<Record<EndpointName, string | undefined>>,
): void {
  const { discovery } = provider;
  if (discovery === undefined) return;
  const from = new URL(discovery.url);
  const reach = reachOf(from.hostname);
  // Whoever has an issuer on this machine is testing, or is the issuer.
  if (reach === 'machine') return;
  const origins = [from.origin, originOf(discovery.issuer)];
  const settled = ownEndpoints(provider);
  for (const name of endpointNames) {
    const value = stringField(document, name);
    const isPinned = discovery.pinned.includes(name) && settled[name] !== undefined;
    if (value === undefined || isPinned) continue;
    const { hostname, origin } = new URL(value);
    if (reaches.indexOf(reachOf(hostname)) < reaches.indexOf(reach)) {
      throw new ProviderResponseError(
        `The discovery document names a ${name} on this machine or a private network, though it was read from further ` +
          `away; if that is right, give ${documentEndpoints[name]} yourself`,
      );
    }
    if (givenSecrets.includes(name) && ![...origins, originOf(own[name])].includes(origin)) {
      throw new ProviderResponseError(
        `The discovery document names a ${name} at another origin than its own, which would be given secrets and ` +
          `tokens; if you trust it, give ${documentEndpoints[name]} yourself`,
      );
    }
  }
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
}
