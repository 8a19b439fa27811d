/** The streams of changes, and which queries each change makes old. */

/** The first parts of a query's key: `['ticket', id]` is of one ticket, `['tickets']` of all lists of them. */
export type ChangeKey = readonly [string, ...string[]];

interface Listener {
  onChange(keys: readonly ChangeKey[]): void;
  /** Something may have been missed. */
  onGap(): void;
  onState(isOpen: boolean): void;
}

interface Told {
  readonly id?: string;
  readonly resumed?: boolean;
}

/** Each stream's address, with what its events make old. */
const streams = {
  getTicketEvents: {
    path: '/v1/tickets/events',
    events: {
      ticket: ({ id = '' }: Told): ChangeKey[] => [['ticket', id], ['tickets']],
      incident: ({ id = '' }: Told): ChangeKey[] => [['incident', id], ['incidents']],
    },
  },
  getPayoutEvents: {
    path: '/v1/payouts/events',
    events: {
      payout: ({ id = '' }: Told): ChangeKey[] => [['payout', id], ['payouts']],
      stop: (): ChangeKey[] => [['payouts']],
    },
  },
} as const;

export type Stream = keyof typeof streams;

/** Those that somebody with these operations may listen to. */
export const streamsOf = (operations: readonly string[]): Stream[] =>
  (['getTicketEvents', 'getPayoutEvents'] as const).filter((stream) => operations.includes(stream));

/** Comes back by itself whenever it is cut off, from where it was. */
export function changesOf(stream: Stream, { onChange, onGap, onState }: Listener): { close(): void } {
  const { path, events } = streams[stream];
  const source = new EventSource(path);
  let isFirst = true;
  const on = (name: string, take: (told: Told) => void) =>
    source.addEventListener(name, ({ data }: MessageEvent<string>) => take(JSON.parse(data) as Told));
  source.addEventListener('open', () => onState(true));
  source.addEventListener('error', () => onState(false));
  on('hello', ({ resumed }) => {
    if (!isFirst && !resumed) onGap();
    isFirst = false;
  });
  for (const [name, keysOf] of Object.entries(events)) on(name, (told) => onChange(keysOf(told)));
  return source;
}
