/** What became of each order that the waves of an incident have reached: to be looked through. */

import { z } from 'zod';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { IncidentId, TicketId, WaveId } from '../domain/ids.ts';
import { leftOutReasons, type WaveOutcome, waveOutcomes } from '../domain/incident-wave.ts';
import { money } from '../domain/money.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { currency, id, instant, minor, readRows } from './row.ts';
import { ticketReference } from './tickets.ts';

const offerSchema = z
  .object({
    order_id: z.uuid(),
    order_ref: z.string(),
    wave_id: id<WaveId>(),
    outcome: z.enum(waveOutcomes),
    reason: z.enum(leftOutReasons).nullable(),
    refund_minor: minor.nullable(),
    currency,
    extend_minutes: z.number().int(),
    extend_bytes: z.string(),
    at: instant,
    ticket_id: id<TicketId>().nullable(),
    ticket_number: z.string().nullable(),
    ticket_phase: z.enum(ticketPhases).nullable(),
    ticket_outcome: z.enum(ticketOutcomes).nullable(),
  })
  .transform((row) => ({
    orderId: row.order_id,
    orderRef: row.order_ref,
    waveId: row.wave_id,
    outcome: row.outcome,
    reason: row.reason,
    refund: row.refund_minor === null ? null : money(row.refund_minor, row.currency),
    extension:
      row.extend_minutes === 0 && row.extend_bytes === '0'
        ? null
        : { minutes: row.extend_minutes, bytes: row.extend_bytes },
    at: row.at,
    ticket:
      row.ticket_id === null || row.ticket_number === null || row.ticket_phase === null
        ? null
        : {
            id: row.ticket_id,
            reference: ticketReference({ number: row.ticket_number }),
            phase: row.ticket_phase,
            outcome: row.ticket_outcome,
          },
  }));

export type IncidentOfferView = z.output<typeof offerSchema>;

export interface IncidentOfferFilter {
  readonly waveId?: string | undefined;
  readonly outcome?: WaveOutcome | undefined;
  readonly reason?: (typeof leftOutReasons)[number] | undefined;
}

/** In the order in which waves reach them. */
const byOrder = z.tuple([z.uuid()]);

/** A page of them, with their tickets as they stand now: one statement. */
export async function listIncidentOffers(
  db: Queryable,
  incidentId: IncidentId,
  { waveId, outcome, reason }: IncidentOfferFilter,
  page: Page,
): Promise<PageOf<IncidentOfferView> | Refusal> {
  const after = readCursor(byOrder, page.cursor);
  if (isRefusal(after)) return after;
  const query = db('incident_offers as reached')
    .join('orders', 'orders.id', 'reached.order_id')
    .leftJoin('tickets', 'tickets.id', 'reached.ticket_id')
    .where({ 'reached.incident_id': incidentId })
    .orderBy('reached.order_id')
    .limit(page.limit + 1)
    .select(
      'reached.*',
      'orders.ref as order_ref',
      'tickets.number as ticket_number',
      'tickets.phase as ticket_phase',
      'tickets.outcome as ticket_outcome',
    );
  if (waveId) void query.where({ 'reached.wave_id': waveId });
  if (outcome) void query.where({ 'reached.outcome': outcome });
  if (reason) void query.where({ 'reached.reason': reason });
  if (after) void query.where('reached.order_id', '>', after[0]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('incident offer', offerSchema, rows),
    page.limit,
    (row) => [row.orderId],
    (row) => row,
  );
}
