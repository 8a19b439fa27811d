/** A listener to a stream of events, as a browser's: what came, by name, and where it could take up again. */

import { until } from '../../dev/until.ts';
import { patienceMs } from '../environment/patience.ts';
import type { Client, Json } from './client.ts';

export interface ToldEvent {
  readonly id: string;
  readonly name: string;
  readonly data: Json;
}

export interface EventStream {
  readonly status: number;
  readonly type: string | null;
  /** All events that came so far. */
  readonly events: readonly ToldEvent[];
  /** Of the last block, whether or not it was an event. */
  readonly lastEventId: string;
  /** Signs of life that are no events. */
  readonly beats: number;
  /** The first event that fits, once it is there; throws where none comes in time. */
  heard(fits: (event: ToldEvent) => boolean, withinMs?: number): Promise<ToldEvent>;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

export const eventsPath = '/v1/payouts/events';

/** Opens a stream and waits for its beginning, where it is not refused. */
export async function openEvents(
  client: Client,
  options: { after?: string; url?: string; path?: string } = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await client.open('GET', `${options.url ?? ''}${options.path ?? eventsPath}`, {
    signal: abort.signal,
    headers: options.after === undefined ? {} : { 'Last-Event-ID': options.after },
  });
  const state = { events: [] as ToldEvent[], lastEventId: '', beats: 0 };
  const ended = read(response, state);
  const heard = async (fits: (event: ToldEvent) => boolean, withinMs = 5_000): Promise<ToldEvent> => {
    const find = () => state.events.find(fits);
    await until(() => find() !== undefined, { withinMs, everyMs: 10 });
    const found = find();
    if (!found) throw new Error(`no such event came, but ${JSON.stringify(state.events)}`);
    return found;
  };
  if (response.status === 200) await heard(({ name }) => name === 'hello', patienceMs);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    events: state.events,
    get lastEventId() {
      return state.lastEventId;
    },
    get beats() {
      return state.beats;
    },
    heard,
    ended,
    close: () => abort.abort(),
  };
}

async function read(response: Response, state: { events: ToldEvent[]; lastEventId: string; beats: number }) {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block, state);
    }
  } catch {
    // Closed by us, or cut: either way it is over.
  }
}

function take(block: string, state: { events: ToldEvent[]; lastEventId: string; beats: number }): void {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  state.lastEventId = field('id') ?? state.lastEventId;
  const name = field('event');
  if (name === undefined) state.beats += 1;
  else state.events.push({ id: state.lastEventId, name, data: JSON.parse(field('data') ?? 'null') as Json });
}
