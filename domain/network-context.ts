/**
 * Where and when a fault was seen on the net (RP-4.1): hosts, times, egress addresses, and with what. Never what was
 * fetched (PV-2.1).
 */

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
