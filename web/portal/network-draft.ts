/** The network context while it is typed: texts as they stand in the fields, and what is wrong with each. Pure. */

import { parseRange } from '../../domain/address-range.ts';
import { type ProxyProtocol, readTarget } from '../../domain/network-context.ts';
import { instantAt } from '../../domain/zoned-time.ts';
import type { Schemas } from '../api/client.ts';

export interface TimeDraft {
  /** As a `datetime-local` field holds it. */
  readonly from: string;
  readonly until: string;
}

export interface NetworkDraft {
  /** One a line, or parted by commas. */
  readonly targets: string;
  readonly egress: string;
  readonly times: readonly TimeDraft[];
  readonly zone: string;
  readonly protocol: ProxyProtocol;
  readonly clientName: string;
  readonly clientVersion: string;
}

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const emptyNetwork = (): NetworkDraft => ({
  targets: '',
  egress: '',
  times: [{ from: '', until: '' }],
  zone: ownZone(),
  protocol: 'http',
  clientName: '',
  clientVersion: '',
});

export const itemsOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** What of the text is no host, or no address or range. */
export const wrongTargets = (text: string): string[] => itemsOf(text).filter((item) => readTarget(item) === null);
export const wrongEgress = (text: string): string[] => itemsOf(text).filter((item) => parseRange(item) === null);

export const timeFaults = ['skipped', 'order', 'future', 'half'] as const;

export type TimeFault = (typeof timeFaults)[number];

/** What is wrong with a range of time, or `null`, also where it is empty. */
export function timeFault({ from, until }: TimeDraft, zone: string, nowMs: number): TimeFault | null {
  if (from === '' && until === '') return null;
  if (from === '' || until === '') return 'half';
  const [first, last] = [instantAt(from, zone), instantAt(until, zone)];
  if (first === null || last === null) return 'skipped';
  if (first > last) return 'order';
  return Date.parse(first) > nowMs ? 'future' : null;
}

type NetworkContext = Schemas['NetworkContext'];

/** As the desk takes it; `null` while something is missing or wrong. */
export function networkOf(draft: NetworkDraft, nowMs: number): NetworkContext | null {
  const targets = itemsOf(draft.targets);
  const egress = itemsOf(draft.egress);
  const times = draft.times.flatMap((time) => {
    const [from, until] = [instantAt(time.from, draft.zone), instantAt(time.until, draft.zone)];
    return from !== null && until !== null ? [{ from, until }] : [];
  });
  const isSound =
    wrongTargets(draft.targets).length === 0 &&
    wrongEgress(draft.egress).length === 0 &&
    draft.times.every((time) => timeFault(time, draft.zone, nowMs) === null);
  const name = draft.clientName.trim();
  if (!isSound || targets.length === 0 || egress.length === 0 || times.length === 0 || name === '') return null;
  const version = draft.clientVersion.trim();
  return { targets, egress, times, protocol: draft.protocol, client: { name, ...(version === '' ? {} : { version }) } };
}

export const isNetworkEmpty = ({ targets, egress, times, clientName }: NetworkDraft): boolean =>
  targets.trim() === '' &&
  egress.trim() === '' &&
  clientName.trim() === '' &&
  times.every(({ from, until }) => from === '' && until === '');
