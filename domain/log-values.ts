/** Values as logs write them: addresses and instants. Pure; what is not surely one is `null`. */

import { instantText } from './spans.ts';

export interface LogAddress {
  /** Host and port, the port as far as it is not the protocol’s own. */
  readonly target: string;
  readonly host: string;
  readonly protocol: 'http' | 'https';
}

/** Of an address only host and port are kept, never what was fetched (PV-2.1). */
export function addressOf(value: unknown): LogAddress | null {
  if (typeof value !== 'string') return null;
  const [, scheme, authority] = /^(https?):\/\/([^/?#\s]+)/i.exec(value) ?? [];
  if (scheme === undefined || authority === undefined) return null;
  const target = (authority.split('@').at(-1) ?? '').toLowerCase();
  const host = target.replace(/:\d+$/, '');
  if (!/^(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)$/.test(host)) return null;
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
