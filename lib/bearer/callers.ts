import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Names who calls, for their share of lookups; undefined for one who can't be told from others.
 *
 * @example
 * // Behind a gateway of your own that names the caller, and lets nobody else set that header.
 * const callerOf: CallerOf = (req) => req.headers['x-gateway-user']?.toString();
 * bearerAuth({ client, callerOf });
 */
export type CallerOf = (req: IncomingMessage) => string | undefined;

/** What a name is made of by default. */
interface Addressed {
  /** Express's, which honours its `trust proxy`. */
  ip?: unknown;
  socket?: { remoteAddress?: string | undefined };
  headers: IncomingMessage['headers'];
}

// Longer ones would make the memory of callers large.
const MAX_NAME = 64;

const ownNetworks = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  ownNetworks.addSubnet(network, prefix, 'ipv4');
}
ownNetworks.addAddress('::1', 'ipv6');
ownNetworks.addSubnet('fc00::', 7, 'ipv6');
ownNetworks.addSubnet('fe80::', 10, 'ipv6');

/**
 * A way to name callers by their addresses. A proxy that Express isn't told of hides them all behind its own: they can't
 * be told apart then, and the site is warned once.
 */
export function callersByAddress(): CallerOf {
  let warned = false;
  return (req) => {
    const { ip, socket, headers } = req as Addressed;
    const peer = socket?.remoteAddress;
    const address = typeof ip === 'string' && ip !== '' ? ip : peer;
    if (address === undefined) return undefined;
    if (address !== peer || !isProxied(headers) || !isOwnNetwork(address)) return networkOf(address);
    if (!warned) {
      warned = true;
      process.emitWarning(
        "bearerAuth sees one caller where a proxy stands before the site: set Express's trust proxy, or give callerOf",
        { code: 'FORTYTWO_CALLERS_HIDDEN' },
      );
    }
    return undefined;
  };
}

function isProxied(headers: IncomingMessage['headers']): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

function isOwnNetwork(address: string): boolean {
  const plain = networkOf(address);
  if (isIPv4(plain)) return ownNetworks.check(plain, 'ipv4');
  const [bare = ''] = address.split('%');
  return isIPv6(bare) && ownNetworks.check(bare, 'ipv6');
}

/**
 * What counts as one caller: an IPv4 address, or the /64 of an IPv6 one, all of which one household has. Anything else
 * that a proxy wrote is taken as it is. Pure.
 */
export function networkOf(address: string): string {
  // Some proxies write the port, too.
  const [, inBrackets, withoutPort] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(address) ?? [];
  const [bare = ''] = (inBrackets ?? withoutPort ?? address).split('%');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return named(address);
  const groups = groupsOf(bare);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** A name that is short, and the same for the same text. Pure. */
export function named(text: string): string {
  return text.length > MAX_NAME ? hash('sha256', text, 'base64url') : text;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head, tail] = hexadecimal
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  const before = head ?? [];
  const after = tail ?? [];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
