import { BlockList, isIP } from 'node:net';
import { ConfigurationError } from './errors/index.js';

/**
 * A URL that tokens and codes may travel to: https, or http on a loopback address (requirement T1).
 *
 * @throws {ConfigurationError} for any other.
 */
export function secureURL(what: string, value: string): URL {
  if (!URL.canParse(value))
    throw new ConfigurationError(`${what} must be an absolute URL, such as https://example.org`);
  const url = new URL(value);
  if (url.username || url.password || url.hash) {
    throw new ConfigurationError(`${what} must have no credentials and no fragment`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new ConfigurationError(`${what} must be https (http is for loopback addresses alone)`);
  }
  return url;
}

/** How far away a host is, as far as its name tells: nearest first. */
export const reaches = ['machine', 'network', 'internet'] as const;

/** Of {@link reaches}: this machine, a private network, or any other host. */
export type Reach = (typeof reaches)[number];

const machine = blockList(['0.0.0.0/8', '127.0.0.0/8'], ['::1/128', '::/128']);
// Private, shared and link-local addresses, those of no one host, and IPv6 that has an IPv4 address inside (RFC 6890).
const network = blockList(
  ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3'],
  ['fc00::/7', 'fe80::/9', 'ff00::/8', '::/96', '64:ff9b::/96', '2002::/16'],
);

/** Where a URL's hostname leads by itself; what a name server makes of it isn't asked. Pure. */
export function reachOf(hostname: string): Reach {
  const name = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(name);
  if (version !== 0) {
    const family = version === 4 ? 'ipv4' : 'ipv6';
    return machine.check(name, family) ? 'machine' : network.check(name, family) ? 'network' : 'internet';
  }
  if (/(^|\.)localhost$/.test(name)) return 'machine';
  // A name without a dot is known to a private network alone.
  return !name.includes('.') || /\.(local|localdomain|internal|home\.arpa)$/.test(name) ? 'network' : 'internet';
}

function blockList(...subnets: [ipv4: string[], ipv6: string[]]): BlockList {
  const list = new BlockList();
  for (const [index, family] of (['ipv4', 'ipv6'] as const).entries()) {
    for (const subnet of subnets[index] ?? []) {
      const [address = '', bits] = subnet.split('/');
      list.addSubnet(address, Number(bits), family);
    }
  }
  return list;
}

/** Whether a URL's hostname is this machine itself, in the forms that `URL` normalises to. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
