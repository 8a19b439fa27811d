/**
 * Payments by hand that came back. A person of finance says so, or the bank's statement, where it has the debit as well.
 * The book knows it first; the payout hears of it as of any provider's word of a refund that was returned.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import { manualReturnReasons, refuseReturn } from '../domain/manual-payment.ts';
import { money } from '../domain/money.ts';
import type { RailReport } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { keepInput } from './inputs.ts';
import { asWords, namesOnStatement } from './manual-payment-list.ts';
import { reportOn } from './payout-reports.ts';
import { amountOf, ownPayout } from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { currency, id, minor, readRow, readRows } from './row.ts';
import { takeStep } from './ticket-step.ts';

const toldSchema = z
  .object({
    amount: z.object({ minor, currency }),
    reference: z.string(),
    returnedOn: z.iso.date(),
    reason: z.enum(manualReturnReasons),
    ground: z.string(),
  })
  .transform(({ amount, ...told }) => ({ ...told, amount: money(amount.minor, amount.currency) }));

const bookSchema = z.object({
  id: z.uuid(),
  state: z.string(),
  recorded_by: id<SubjectId>().nullable(),
  paid_on: z.iso.date().nullable(),
});

/**
 * Someone who neither decided it nor said that it was paid says that it came back, since its money may then go once more.
 * A book that the statement has told already waits for its payout to hear of it.
 */
export function recordManualReturn(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const told = readRow('return by hand input', toldSchema, input?.body);
    const payout = await ownPayout(trx, ticket, input?.payout_id);
    if (payout?.state !== 'settled' || payout.rail !== 'manual')
      return refuse('payout-phase', payout ? { state: payout.state, rail: payout.rail } : {});
    const book = await readBook(trx, payout.id);
    if (book.state !== 'paid' || book.paid_on === null) return refuse('payout-phase', { state: book.state });
    if (payout.decided_by === message.by.id) return refuse('recorder-apart', { because: 'decided' });
    if (book.recorded_by === message.by.id) return refuse('recorder-apart', { because: 'paid' });
    const refusal = refuseReturn({ amount: amountOf(payout), paidOn: book.paid_on }, told);
    if (refusal) return refusal;
    await trx('manual_payments').where({ id: book.id }).update({
      state: 'returned',
      returned_at: at,
      returned_by: message.by.id,
      returned_on: told.returnedOn,
      return_reference: told.reference,
      return_reason: told.reason,
      return_ground: told.ground,
    });
    const report: RailReport = { status: 'failed', providerRef: payout.provider_ref ?? '', reason: told.reason };
    return reportOn(trx, ticket, { payoutId: payout.id, report }, at);
  });
}

/** Locked, since a bank's file may tell the same at this moment. */
async function readBook(trx: Transaction, payoutId: PayoutId): Promise<z.output<typeof bookSchema>> {
  const row: unknown = await trx('manual_payments')
    .where({ payout_id: payoutId })
    .forUpdate()
    .first('id', 'state', 'recorded_by', trx.raw('paid_on::text as paid_on'));
  return readRow('payment by hand', bookSchema, row);
}

const foundSchema = z.object({
  id: z.uuid(),
  payout_id: id<PayoutId>(),
  ticket_id: id<TicketId>(),
  provider_ref: z.string().nullable(),
  entry_id: z.uuid(),
  key: z.string(),
  booked_on: z.iso.date(),
  reason: z.string().nullable(),
});

/**
 * Credits of the amount that name a payment whose debit is on a statement too. What says that it undoes one may name it in
 * its words; anything else only where a bank repeats references, and where it is not what some order was paid by.
 */
const foundQuery = `
  select distinct on (paid.id, credit.booked_on, credit.id) paid.id, paid.payout_id, payouts.ticket_id, payouts.provider_ref,
    credit.id as entry_id, credit.key, credit.booked_on::text as booked_on, credit.reason
  from manual_payments as paid join payouts on payouts.id = paid.payout_id
    join bank_entries as entry on ${namesOnStatement}
    join bank_entries as credit on credit.direction = 'credit' and credit.payout_id is null
      and credit.amount_minor = paid.amount_minor and credit.currency = paid.currency and credit.booked_on >= entry.booked_on
      and (credit.end_to_end_id in (paid.reference, entry.end_to_end_id) or credit.bank_ref in (paid.reference, entry.bank_ref)
        or credit.is_return and strpos(${asWords('credit.remittance')}, ${asWords('paid.reference')}) > 0)
  where paid.return_entry_id is null
    and (credit.file_id = :file::uuid or entry.file_id = :file::uuid or paid.payout_id = :payout::uuid)
    and (credit.is_return or not exists (
      select from order_tenders where capture_ref in (credit.end_to_end_id, credit.bank_ref)))
    and not exists (select from manual_payments as other where other.return_entry_id = credit.id)
  order by paid.id, credit.booked_on, credit.id`;

/** What a bank's file tells, or what was told before somebody recorded that they had paid. */
type Occasion = { readonly file: string } | { readonly payout: PayoutId };

/** Each payment comes back once, and each credit brings back one. What a person had said before is borne out by it. */
export async function takeReturns(trx: Transaction, occasion: Occasion, at: Date): Promise<void> {
  const taken = new Set<string>();
  for (const found of await findReturns(trx, occasion)) {
    if (taken.has(found.id) || taken.has(found.entry_id)) continue;
    taken.add(found.id).add(found.entry_id);
    const reason = found.reason ?? 'sent_back';
    const { rows } = await trx.raw<{ rows: { was: string }[] }>(
      `update manual_payments set state = 'returned', return_entry_id = :entry, returned_at = coalesce(returned_at, :at),
         returned_on = coalesce(returned_on, :on::date), return_reason = coalesce(return_reason, :reason)
       where id = :id and return_entry_id is null and state in ('paid', 'returned') returning old.state as was`,
      { id: found.id, entry: found.entry_id, on: found.booked_on, reason, at },
    );
    if (rows[0]?.was === 'paid') await keepWord(trx, found, reason, at);
  }
}

async function findReturns(db: Queryable, occasion: Occasion): Promise<z.output<typeof foundSchema>[]> {
  const bindings = { file: null, payout: null, ...occasion };
  const { rows } = await db.raw<{ rows: unknown[] }>(foundQuery, bindings);
  return readRows('return by hand', foundSchema, rows);
}

async function keepWord(
  trx: Transaction,
  { payout_id: payoutId, ticket_id: ticketId, provider_ref, key: entryKey }: z.output<typeof foundSchema>,
  reason: string,
  at: Date,
): Promise<void> {
  const report: RailReport = { status: 'failed', providerRef: provider_ref ?? '', reason };
  const key = `by-hand/${entryKey}`;
  await keepInput(trx, {
    source: 'bank',
    scope: 'bank',
    key,
    operation: 'reportPayout',
    requestHash: createHash('sha256').update(key).digest(),
    subjectId: null,
    ticketId,
    payoutId,
    body: { type: 'camt.053', report },
    at,
    delivery: 'due',
  });
}
