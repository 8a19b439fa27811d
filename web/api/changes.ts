/** The stream of changes, and which queries each change makes old. */

/** The first parts of a query's key: `['ticket', id]` is of one ticket, `['tickets']` of all lists of them. */
export type ChangeKey = readonly [string, ...string[]];

interface Listener {
  onChange(keys: readonly ChangeKey[]): void;
  /** Something may have been missed. */
  onGap(): void;
  onState(isOpen: boolean): void;
}

const path = '/v1/tickets/events';

interface Told {
  readonly id?: string;
  readonly ticketId?: string;
  readonly resumed?: boolean;
}

/** Comes back by itself whenever it is cut off, from where it was. */
export function changesOf({ onChange, onGap, onState }: Listener): { close(): void } {
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
  on('ticket', ({ id = '' }) => onChange([['ticket', id], ['tickets']]));
  on('presence', ({ ticketId = '' }) => onChange([['presence', ticketId]]));
  return source;
}
