/**
 * Internet addresses and ranges as arithmetic: what PostgreSQL's `cidr` and its `&&` say, without a database. An address is
 * a range of one.
 */

export interface AddressRange {
  readonly family: 4 | 6;
  /** Bits of the first address; those behind the prefix are zero. */
  readonly first: bigint;
  readonly prefix: number;
}

const bitsOf = { 4: 32, 6: 128 } as const;

function parseIpv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return null;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

/** Sixteen-bit groups; the last two may be written as an IPv4 address. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const tail = last.includes('.') ? parseIpv4(last) : null;
  if (last.includes('.') && tail === null) return null;
  const written = tail === null ? parts : parts.slice(0, -1);
  if (written.some((part) => !/^[0-9a-f]{1,4}$/i.test(part))) return null;
  const groups = written.map((part) => Number.parseInt(part, 16));
  return tail === null ? groups : [...groups, Number(tail >> 16n), Number(tail & 0xffffn)];
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail = []] = halves.map(groupsOf);
  if (!head || tail === null) return null;
  const zeros = halves.length === 2 ? 8 - head.length - tail.length : 0;
  if (zeros < (halves.length === 2 ? 1 : 0)) return null;
  const groups = [...head, ...Array.from({ length: zeros }, () => 0), ...tail];
  return groups.length === 8 ? groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n) : null;
}

/** An IPv4 or IPv6 address, or a CIDR range of them, whose host bits are dropped; `null` for anything else. */
export function parseRange(text: string): AddressRange | null {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0) return null;
  const family = address.includes(':') ? 6 : 4;
  const bits = family === 6 ? parseIpv6(address) : parseIpv4(address);
  if (bits === null || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const prefix = length === undefined ? bitsOf[family] : Number(length);
  if (prefix > bitsOf[family]) return null;
  const host = BigInt(bitsOf[family] - prefix);
  return { family, first: (bits >> host) << host, prefix };
}

/** Whether one of the two holds the other, which is the only way in which ranges of CIDR have an address in common. */
export function overlaps(left: AddressRange, right: AddressRange): boolean {
  if (left.family !== right.family) return false;
  const behind = BigInt(bitsOf[left.family] - Math.min(left.prefix, right.prefix));
  return left.first >> behind === right.first >> behind;
}

/** One text for each range, however it is written; not for people to read. */
export function rangeText(text: string): string {
  const range = parseRange(text);
  return range === null ? text : `${range.family}/${range.first.toString(16)}/${range.prefix}`;
}
