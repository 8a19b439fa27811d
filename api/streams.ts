/**
 * Streams of events over HTTP (`text/event-stream`): what was missed, then what happens, with a sign of life. A stream
 * ends with the session that opened it, with the process, or where its client does not read.
 */

import type { Request, Response } from 'express';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import {
  replayedChangesMax,
  streamBacklogBytesMax,
  streamsPerPersonMax,
  streamsPerProcessMax,
} from '../domain/limits.ts';
import type { FeedListener, FeedSubscription, ToldChange } from './feed.ts';

/** How often a silent stream shows that it lives, and its session is looked at again. */
const beatMsDefault = 15_000;
/** How long a client that lost its stream waits before it comes back, unless it knows better. */
const retryMs = 1_000;

export interface StreamRequest {
  readonly subjectId: string;
  readonly request: Request;
  readonly response: Response;
  open(after: string | null, listener: FeedListener): Promise<FeedSubscription | Refusal>;
  /** Whether who opened it may still read it. */
  isAdmitted(): Promise<boolean>;
}

export interface Streams {
  /** Resolves once the stream is open, which goes on by itself; or with why there is none. */
  serve(asked: StreamRequest): Promise<Refusal | null>;
}

export function createStreams({ beatMs = beatMsDefault }: { beatMs?: number | undefined } = {}): Streams {
  const open = new Map<string, number>();
  const count = (subjectId: string, change: 1 | -1): void => {
    const left = (open.get(subjectId) ?? 0) + change;
    if (left === 0) open.delete(subjectId);
    else open.set(subjectId, left);
  };
  const isFull = (subjectId: string): boolean =>
    (open.get(subjectId) ?? 0) >= streamsPerPersonMax ||
    [...open.values()].reduce((sum, streams) => sum + streams, 0) >= streamsPerProcessMax;
  return {
    serve: async (asked) => {
      const { subjectId, request, response } = asked;
      if (isFull(subjectId)) return refuse('listeners-full');
      if (request.method === 'HEAD') {
        begin(response).end();
        return null;
      }
      count(subjectId, 1);
      const refusal = await start(asked, beatMs).catch((fault: unknown) => {
        count(subjectId, -1);
        throw fault;
      });
      if (refusal) count(subjectId, -1);
      else if (response.closed) count(subjectId, -1);
      else response.once('close', () => count(subjectId, -1));
      return refusal;
    },
  };
}

/** A proxy in between must neither keep nor gather what is written. */
const begin = (response: Response): Response =>
  response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });

const positionPattern = /^[0-9]{1,19}$/;

async function start(asked: StreamRequest, beatMs: number): Promise<Refusal | null> {
  const { request, response } = asked;
  const given = request.get('Last-Event-ID') ?? null;
  const after = given !== null && positionPattern.test(given) ? given : null;
  const writer = createWriter(response);
  const subscription = await asked.open(after, writer);
  if (isRefusal(subscription)) return subscription;
  const beat = setInterval(() => void look(), beatMs).unref();
  const end = (): void => {
    clearInterval(beat);
    subscription.close();
  };
  const look = async (): Promise<void> => {
    // A database that is away says nothing of the session; the next look will.
    const isAdmitted = await asked.isAdmitted().catch(() => true);
    if (isAdmitted) writer.beat();
    else writer.leave();
  };
  if (response.closed) {
    end();
    return null;
  }
  response.once('close', end);
  begin(response);
  writer.begin([
    { position: subscription.position, name: 'hello', data: { resumed: subscription.missed !== null } },
    ...(subscription.missed ?? []),
  ]);
  return null;
}

interface Writer extends FeedListener {
  /** Writes what comes first, and then what was told meanwhile. */
  begin(first: readonly ToldChange[]): void;
  beat(): void;
  /** Ends it, since who opened it may see more or less now: what they had is to be read anew, where they still may. */
  leave(): void;
}

function createWriter(response: Response): Writer {
  let waiting: ToldChange[] | null = [];
  let hasEnded = false;
  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    response.write(text);
    // Who does not read would fill our memory; they may come back and take up where they were.
    if (response.writableLength > streamBacklogBytesMax) response.destroy();
  };
  const end = (): void => {
    hasEnded = true;
    if (waiting === null) response.end();
  };
  return {
    begin: (first) => {
      write(`retry: ${retryMs}\n${[...first, ...(waiting ?? [])].map(eventText).join('')}`);
      waiting = null;
      if (hasEnded) response.end();
    },
    tell: (told) => {
      if (waiting === null) write(eventText(told));
      else if (waiting.length < replayedChangesMax) waiting.push(told);
      else response.destroy();
    },
    beat: () => write(': beat\n\n'),
    leave: () => {
      write('event: hello\ndata: {"resumed":false}\n\n');
      end();
    },
    end,
  };
}

/** Without a name it is no event to the client, but the place from which it takes up again. */
const eventText = ({ position, name, data }: ToldChange): string =>
  name === null ? `id: ${position}\n\n` : `id: ${position}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
