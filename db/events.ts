/** The hash chain of a ticket's events: how a row's hash is reckoned, and the proof that a chain is whole. */

import { createHash } from 'node:crypto';
import type { Actor } from '../domain/ticket.ts';

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

const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
};

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
    .update(canonical(said))
    .digest();
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
