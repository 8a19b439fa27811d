/** Values as logs write them: addresses and instants. Pure; what is not surely one is `null`. */

import { instantText } from './spans.ts';

export interface LogAddress {
  /** Host and port, the port as far as it is not the protocol’s own. */
  readonly target: string;
  readonly host: string;
  readonly protocol: 'http' | 'https';
}

/** Host and port as they stand in a request, without a login; nothing else that a file says passes for one. */
export function authorityOf(text: string): string | null {
  const authority = (text.split('@').at(-1) ?? '').toLowerCase();
  return /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::\d{1,5})?$/.test(authority) ? authority : null;
}

/** An IPv4 or IPv6 address. */
export const ipAddress = (value: unknown): string | null =>
  typeof value === 'string' && /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-f:.]{2,45}$)[0-9a-f]*:[0-9a-f:.]*)$/i.test(value)
    ? value.toLowerCase()
    : null;

/** The instant of an answer’s `Date` (RFC 9110), within the years that a log can be from. */
export function dateHeader(value: string | undefined): string | null {
  const ms = Date.parse(value ?? '');
  return ms >= secondsMin * 1_000 && ms < millisMax ? instantText(ms) : null;
}

/** Of an address only host and port are kept, never what was fetched (PV-2.1). */
export function addressOf(value: unknown): LogAddress | null {
  if (typeof value !== 'string') return null;
  const [, scheme, authority] = /^(https?):\/\/([^/?#\s]+)/i.exec(value) ?? [];
  if (scheme === undefined || authority === undefined) return null;
  const target = authorityOf(authority);
  if (target === null) return null;
  const host = target.replace(/:\d+$/, '');
  return { target, host, protocol: scheme.toLowerCase() === 'https' ? 'https' : 'http' };
}

const secondsMin = 1_000_000_000;
const millisMin = secondsMin * 1_000;
const millisMax = millisMin * 10;

/** An instant with its zone: RFC 3339, or seconds or milliseconds since 1970. Without a zone it is none. */
export function zonedInstant(value: unknown): string | null {
  if (typeof value === 'number') {
    const ms = value < millisMin ? value * 1_000 : value;
    return ms >= millisMin && ms < millisMax ? instantText(Math.trunc(ms)) : null;
  }
  if (typeof value !== 'string') return null;
  const [, date, clock, fraction, zone] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s?(Z|[+-]\d\d:?\d\d)$/i.exec(value.trim()) ?? [];
  if (date === undefined || zone === undefined) return null;
  const offset = /^z$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${date}T${clock}.${(fraction ?? '').padEnd(3, '0').slice(0, 3)}${offset}`);
  return Number.isNaN(ms) ? null : instantText(ms);
}
