/**
 * Where and when a fault was seen on the net (RP-4.1): hosts, times, egress addresses, and with what. Never what was
 * fetched (PV-2.1).
 */

import { parseRange } from './address-range.ts';
import type { Interval } from './facts.ts';

export const proxyProtocols = ['http', 'https', 'socks5'] as const;

export type ProxyProtocol = (typeof proxyProtocols)[number];

/** What somebody saw of the net: exits that lie in a range or hold it, at a time that touches the given one. */
export interface SeenFilter {
  /** An address or a CIDR range. */
  readonly egress: string;
  readonly from?: Date;
  readonly until?: Date;
}

export interface NetworkContext {
  /** Hosts in lower case, with a port where one was named. */
  readonly targets: readonly string[];
  /** When it was seen, in UTC; both ends count. */
  readonly times: readonly Interval[];
  /** IPv4 or IPv6 addresses or CIDR ranges of the proxy's exits. */
  readonly egress: readonly string[];
  readonly protocol: ProxyProtocol;
  readonly client: {
    readonly name: string;
    readonly version?: string | undefined;
    readonly configuration?: string | undefined;
  };
}

const hostPattern =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const portMax = 65_535;

const isIpv6 = (host: string): boolean =>
  host.startsWith('[') && !host.includes('/') && parseRange(host.slice(1, -1))?.family === 6;

/**
 * The host of an address, in lower case and with its port where one is named; `null` where there is none. Scheme, user,
 * path and query are dropped: what was fetched is never kept (PV-2.1).
 */
export function readTarget(text: string): string | null {
  const rest = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const authority = (rest.split(/[/?#]/)[0] ?? '').split('@').at(-1) ?? '';
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const known = host !== undefined && (hostPattern.test(host) || isIpv6(host));
  if (!known || Number(port ?? 0) > portMax) return null;
  return port === undefined ? host.toLowerCase() : `${host.toLowerCase()}:${port}`;
}
