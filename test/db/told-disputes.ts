/** Disputes as the provider tells of them, stored and noted by their ticket. */

import { recordDisputeNote } from '../../db/case-notes.ts';
import type { Database } from '../../db/database.ts';
import { storeDispute } from '../../db/disputes.ts';
import type { TenderRow } from '../../db/orders.ts';
import type { DisputeState } from '../../domain/facts.ts';
import type { TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { aKeptInput, granted } from './builders.ts';

export interface Told {
  readonly ref: string;
  readonly state: DisputeState;
  readonly at: Date;
}

/** Stored in the order's books; the ticket has not heard of it yet. */
export const storeTold = (db: Database, tender: TenderRow, { ref, state, at }: Told) =>
  db.transaction((trx) =>
    storeDispute(
      trx,
      {
        provider: 'stripe',
        providerRef: ref,
        method: tender.method,
        captureRefs: [tender.capture_ref ?? ''],
        state,
        amount: money(tender.amount_minor, tender.currency),
        toldAt: at,
      },
      at,
    ),
  );

export async function noteTold(db: Database, ticketId: TicketId, { state, at }: Told) {
  const inputId = await aKeptInput(db, { ticketId, operation: 'noteDispute', body: { dispute: { state } } });
  return granted(await recordDisputeNote(db, { ticketId, inputId }, at));
}
