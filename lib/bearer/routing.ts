import type { FortyTwoClient } from '../client/client.js';
import { ConfigurationError } from '../errors/index.js';
import { parseObject, stringField } from '../json.js';
import type { BearerClientConfig } from './config.js';
import type { Choose } from './options.js';

/**
 * Finds the client that checks a token; undefined where no client does. Rejects where a provider's issuer has to be read
 * first and can't be, and throws what `choose` throws.
 */
export type Route = (token: string) => FortyTwoClient | undefined | Promise<FortyTwoClient | undefined>;

type Routed = Pick<BearerClientConfig, 'client' | 'method'>;

/**
 * Decides which of several providers is asked about a token. Whoever sees a token can use it, so it is never shown to
 * one provider after the other: its prefix or its issuer tells the one. That is not verified here; that provider's client
 * checks the token as always.
 *
 * @throws {ConfigurationError} where two clients' tokens can't be told apart, and nobody chooses.
 */
export function createRoute(entries: readonly Routed[], choose: Choose | undefined): Route {
  const prefixed = entries.flatMap(({ client }) => prefixesOf(client).map((prefix) => ({ prefix, client })));
  const byPrefix = (token: string) =>
    prefixed.filter(({ prefix }) => token.startsWith(prefix)).map(({ client }) => client);
  const named = entries.filter(namesIssuer).map(({ client }) => client);
  if (choose !== undefined) {
    const clients = entries.map(({ client }) => client);
    return (token) => {
      const client = chosen(choose, token, clients);
      const claimed = [...byPrefix(token), ...byKnownIssuer(named, token)];
      // A mistake in `choose` must not show one provider what is marked as another's.
      return client === undefined || claimed.length === 0 || claimed.includes(client) ? client : undefined;
    };
  }
  assertTellable(entries);
  const other = entries.find(showsNothing)?.client;
  return (token) => {
    const [claimed] = byPrefix(token);
    if (claimed !== undefined) return claimed;
    const jwt = readUnverified(token);
    // A JWT goes to the provider that it names. Any other would be shown a token that is good elsewhere.
    return jwt === undefined ? other : byIssuer(named, jwt.issuer);
  };
}

/** What a token that is written as a JWT says of its issuer, unverified; undefined for any other token. */
export function readUnverified(token: string): { issuer: string | undefined } | undefined {
  const [header = '', payload = '', ...rest] = token.split('.', 6);
  // Three parts are signed (RFC 7515 §7.1), five encrypted (RFC 7516 §7.1), so that only their recipient can read them.
  if ((rest.length !== 1 && rest.length !== 3) || decoded(header) === undefined) return undefined;
  return { issuer: rest.length === 1 ? stringField(decoded(payload), 'iss') : undefined };
}

function decoded(part: string): Record<string, unknown> | undefined {
  return parseObject(Buffer.from(part, 'base64url').toString());
}

function byKnownIssuer(named: readonly FortyTwoClient[], token: string): FortyTwoClient[] {
  const issuer = readUnverified(token)?.issuer;
  return issuer === undefined ? [] : named.filter((client) => client.issuer === issuer);
}

function prefixesOf({ provider: { tokenPrefixes, accessTokenPrefix, personalTokenPrefix } }: FortyTwoClient) {
  return [...tokenPrefixes, accessTokenPrefix, personalTokenPrefix].filter((prefix) => prefix !== undefined);
}

function byIssuer(named: readonly FortyTwoClient[], issuer: string | undefined): ReturnType<Route> {
  if (issuer === undefined) return undefined;
  // What the site settled counts before what documents say: no provider can take over another's tokens.
  const settled = named.filter((client) => client.issuer === issuer && client.provider.issuer === issuer);
  const told = () => only(settled.length > 0 ? settled : named, issuer);
  const unread = named.filter((client) => client.issuer === undefined);
  if (unread.length === 0 || settled.length > 0) return told();
  return Promise.all(unread.map((client) => client.discover())).then(told);
}

function only(clients: readonly FortyTwoClient[], issuer: string): FortyTwoClient | undefined {
  const found = clients.filter((client) => client.issuer === issuer);
  if (found.length > 1) throw ambiguous(found, `say that their issuer is ${issuer}`);
  return found[0];
}

function chosen(choose: Choose, token: string, clients: readonly FortyTwoClient[]): FortyTwoClient | undefined {
  const client: unknown = choose(token);
  const found = clients.find((one) => one === client);
  if (found !== undefined || client === undefined) return found;
  // Its rejection would end the process, and the error says already what to change.
  Promise.resolve(client).catch(() => undefined);
  throw new ConfigurationError('bearerAuth: choose must return one of the clients, or undefined, and no promise');
}

/** Whether the provider's tokens can be JWTs that name it. */
function namesIssuer({ client: { provider }, method }: Routed): boolean {
  return method === 'jwt' || (provider.accessTokenFormat !== 'opaque' && provider.tokenPrefixes.length === 0);
}

/** Whether the provider may have tokens without a prefix that are no JWTs either: nothing shows that they are its own. */
function showsNothing({ client: { provider }, method }: Routed): boolean {
  return method !== 'jwt' && provider.accessTokenFormat !== 'jwt' && provider.tokenPrefixes.length === 0;
}

function assertTellable(entries: readonly Routed[]): void {
  entries.forEach((one, index) => {
    for (const other of entries.slice(index + 1)) {
      const pair = [one.client, other.client];
      const prefix = commonPrefix(one.client, other.client);
      if (prefix !== undefined) throw ambiguous(pair, `have tokens that begin with ${prefix}`);
      if (namesIssuer(one) && namesIssuer(other) && issuerSource(one.client) === issuerSource(other.client)) {
        throw ambiguous(pair, 'have the same issuer');
      }
      if (showsNothing(one) && showsNothing(other)) {
        throw ambiguous(pair, 'have tokens that show neither by prefix nor by issuer whose they are');
      }
    }
  });
}

function commonPrefix(one: FortyTwoClient, other: FortyTwoClient): string | undefined {
  const others = prefixesOf(other);
  return prefixesOf(one).find((prefix) =>
    others.some((theirs) => prefix.startsWith(theirs) || theirs.startsWith(prefix)),
  );
}

/** What settles a provider's issuer: that itself, or the document that tells it. */
function issuerSource({ issuer, provider }: FortyTwoClient): string | undefined {
  return issuer ?? provider.discovery?.url;
}

function ambiguous(clients: readonly FortyTwoClient[], how: string): ConfigurationError {
  const names = clients.map(({ provider, clientID }) => `${provider.displayName} (${clientID})`).join(' and ');
  return new ConfigurationError(
    `bearerAuth: ${names} ${how}, so their tokens can't be told apart; ` +
      'give choose: (token) => one of the clients, or describe the provider better (accessTokenFormat, tokenPrefixes)',
  );
}
