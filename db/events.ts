/** The hash chain of a ticket's events: how a row's hash is reckoned, and the proof that a chain is whole. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../domain/canonical.ts';
import type { SubjectId, TicketId } from '../domain/ids.ts';
import { roles } from '../domain/role.ts';
import type { Actor } from '../domain/ticket.ts';
import type { Queryable } from './database.ts';
import { id, readRows } from './row.ts';

/** Codes, ids, amounts and times only: an event outlives the erasure of the person it is about. */
export type EventData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface NewEvent {
  readonly kind: string;
  readonly data: EventData;
}

export interface ChainedEvent extends NewEvent {
  readonly ticketId: string;
  readonly number: number;
  readonly at: Date;
  readonly actor: Actor;
  readonly inputId: string | null;
  readonly hash: Buffer;
}

/** SHA-256 over the previous row's hash and everything that the row says. */
export function hashEvent(previous: Buffer | null, event: Omit<ChainedEvent, 'hash'>): Buffer {
  const said = [
    event.ticketId,
    event.number,
    event.kind,
    event.at.toISOString(),
    event.actor.id,
    event.actor.role,
    event.data,
    event.inputId,
  ];
  return createHash('sha256')
    .update(previous ?? Buffer.alloc(32))
    .update(canonicalJson(said))
    .digest();
}

const eventSchema = z.object({
  ticket_id: z.string(),
  number: z.number().int(),
  kind: z.string(),
  at: z.date(),
  actor_id: id<SubjectId>().nullable(),
  actor_role: z.enum([...roles, 'system', 'provider']),
  data: z.custom<EventData>(),
  input_id: z.string().nullable(),
  hash: z.instanceof(Buffer),
});

/** All events of a ticket, in order, as they were chained. */
export async function readEvents(db: Queryable, ticketId: TicketId): Promise<ChainedEvent[]> {
  const rows: unknown[] = await db('ticket_events').where({ ticket_id: ticketId }).orderBy('number');
  return readRows('ticket event', eventSchema, rows).map((row) => ({
    ticketId: row.ticket_id,
    number: row.number,
    kind: row.kind,
    at: row.at,
    actor: { id: row.actor_id, role: row.actor_role },
    data: row.data,
    inputId: row.input_id,
    hash: row.hash,
  }));
}

/** The number of the first event that does not follow from those before it, or `null` where the chain is whole. */
export function firstBrokenLink(events: readonly ChainedEvent[]): number | null {
  let previous: Buffer | null = null;
  for (const [index, event] of events.entries()) {
    if (event.number !== index + 1 || !hashEvent(previous, event).equals(event.hash)) return index + 1;
    previous = event.hash;
  }
  return null;
}
