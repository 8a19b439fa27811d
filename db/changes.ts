/**
 * Changes of payouts, of their stop, and of what a reader of a ticket sees, as listeners hear of them. Each row bears the transaction that changed it last; a
 * position is a transaction before which all have ended. So whoever says what they have heard of before is told every row
 * that changed since, as it stands now: perhaps again, never not at all.
 */

import { z } from 'zod';
import { payoutStates } from '../domain/payout.ts';
import type { Queryable } from './database.ts';
import { readRow } from './row.ts';

/** Where the triggers announce, at the commit and in the order of commits. */
export const changeChannel = 'payout_changes';

const position = z.string().regex(/^[0-9]{1,19}$/);

const payoutChange = z.object({
  kind: z.literal('payout'),
  id: z.uuid(),
  ticketId: z.uuid(),
  state: z.enum(payoutStates as [(typeof payoutStates)[number], ...typeof payoutStates]),
  at: z.iso.datetime(),
});

const stopChange = z.object({ kind: z.literal('stop'), stopped: z.boolean(), at: z.iso.datetime() });

/** Something of a ticket: what happened to it, what was said or handed in. Notes are for staff alone. */
const ticketChange = z.object({ kind: z.literal('ticket'), id: z.uuid(), accountId: z.uuid(), staffOnly: z.boolean() });

/** Of its registry or of its offers; for staff alone. */
const incidentChange = z.object({ kind: z.literal('incident'), id: z.uuid() });

const change = z.discriminatedUnion('kind', [payoutChange, stopChange, ticketChange, incidentChange]);

export type Change = z.output<typeof change>;

/** What is told besides changes, so that positions go on and a silent connection shows that it lives. */
const beat = z.object({ kind: z.literal('beat') });

const announcement = z
  .discriminatedUnion('kind', [
    payoutChange.extend({ position }),
    stopChange.extend({ position }),
    ticketChange.extend({ position }),
    incidentChange.extend({ position }),
    beat.extend({ position }),
  ])
  .transform(({ position: heardBefore, ...told }) => ({ position: heardBefore, told }));

export type Announcement = z.output<typeof announcement>;

/** What a notice says, or `null` where it is none of ours. */
export function readAnnouncement(payload: string): Announcement | null {
  try {
    return announcement.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}

/** Announces nothing but the position; sent over the listening connection itself, it comes back by it. */
export const beatStatement = `select announce_change('{"kind": "beat"}')`;

export const positionStatement = 'select pg_snapshot_xmin(pg_current_snapshot())::text as position';

export const readPosition = (row: unknown): string => readRow('position', z.object({ position }), row).position;

const replaySchema = z.object({ ahead: z.boolean(), changes: z.array(change) });

const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Each a list of rows with the transaction and the change, at most so many, oldest first. */
const changedRows = {
  payouts: `
    select changed_in, jsonb_build_object('kind', 'payout', 'id', id, 'ticketId', ticket_id, 'state', state,
      'at', ${utc('updated_at')}) as change
    from payouts where changed_in >= :after::xid8
    union all
    select changed_in, jsonb_build_object('kind', 'stop', 'stopped', resumed_at is null,
      'at', ${utc('coalesce(resumed_at, stopped_at)')})
    from payout_stops where changed_in >= :after::xid8
    order by changed_in limit :limit`,
  tickets: `
    select min(marked.changed_in) as changed_in, jsonb_build_object('kind', 'ticket', 'id', ticket_id,
      'accountId', account_id, 'staffOnly', bool_and(staff_only)) as change
    from (${[
      ['ticket_events', "kind = 'noteAdded'"],
      ['messages', 'false'],
      ['notes', 'true'],
      ['evidence_files', 'false'],
    ]
      .map(
        ([table, staffOnly]) => `
      (select ticket_id, changed_in, ${staffOnly} as staff_only from ${table}
        where changed_in >= :after::xid8 and ticket_id is not null order by changed_in limit :limit)`,
      )
      .join(' union all ')}) as marked
    join tickets on tickets.id = ticket_id
    group by ticket_id, account_id
    union all
    select changed_in, jsonb_build_object('kind', 'incident', 'id', id) from incidents where changed_in >= :after::xid8
    union all
    select changed_in, jsonb_build_object('kind', 'incident', 'id', incident_id) from incident_waves
    where changed_in >= :after::xid8
    order by changed_in limit :limit`,
} as const;

/** What a listener follows. */
export type Followed = keyof typeof changedRows;

/** All that changed since a position, oldest first; `null` where that is more than the limit, or the position none of ours. */
export async function readChangesSince(
  db: Queryable,
  followed: Followed,
  after: string,
  limit: number,
): Promise<Change[] | null> {
  const statement = `
    select :after::xid8 > pg_snapshot_xmax(pg_current_snapshot()) as ahead,
      coalesce((select jsonb_agg(change order by changed_in) from (${changedRows[followed]}) as changed), '[]') as changes`;
  const { rows } = await db.raw<{ rows: unknown[] }>(statement, { after, limit: limit + 1 });
  const { ahead, changes } = readRow('changes', replaySchema, rows[0]);
  return ahead || changes.length > limit ? null : changes;
}

/** The later of two positions. */
export const laterPosition = (left: string, right: string): string => (BigInt(left) >= BigInt(right) ? left : right);
