/** Which addresses are on the public net: the special-purpose registries of IANA, and what clouds serve secrets from. */

import { BlockList, isIPv4, isIPv6 } from 'node:net';

const specialV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  // Carrier-grade NAT; a cloud's metadata as well.
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Link-local, and with it the metadata of most clouds.
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Public by its number, and a cloud's own inside of it.
  '168.63.129.16/32',
];

/** All that is allotted to the net; whatever else there is in IPv6 is special, IPv4 in IPv6 and NAT64 among it. */
const publicV6 = ['2000::/3'];

/** Of these, what carries IPv4 or is for documents and tests. */
const specialV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Of ranges that are known to be well formed, as CIDR or as single addresses. */
export function rangeList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return list;
}

export const isInRanges = (list: BlockList, address: string): boolean =>
  isIPv4(address) ? list.check(address, 'ipv4') : isIPv6(address) && list.check(address, 'ipv6');

const special = rangeList([...specialV4, ...specialV6]);
const allotted = rangeList(publicV6);

export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return isIPv6(address) && allotted.check(address, 'ipv6') && !special.check(address, 'ipv6');
}
