/**
 * Reconciliation in Postgres: a look takes a provider's list page by page. What both sides say alike is proven, what is
 * news goes the way of any report, and what neither mends is a break. A page taken twice changes nothing.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OrderId, PayoutId, ReconciliationId, TicketId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import type { ListProblem, RailName, RailRecord, RailReport } from '../domain/rail.ts';
import { type BreakKind, compare, type Look, type LookResult, type OwnPayout } from '../domain/reconciliation.ts';
import type { Database, Transaction } from './database.ts';
import { takeOverBreaks } from './elsewhere.ts';
import { keepInput } from './inputs.ts';
import { enqueueCaptureReads } from './jobs.ts';
import { explainByPastTickets } from './past-refund-proofs.ts';
import { currency, id, minor, readRow, readRows } from './row.ts';

export async function beginLook(db: Database, given: Omit<Look, 'id'>, at: Date): Promise<Look> {
  const rows: unknown[] = await db('reconciliations')
    .insert({
      rail: given.rail,
      from_at: given.from,
      until_at: given.until,
      listed_until: given.listedUntil,
      started_at: at,
    })
    .returning('id');
  return { ...given, ...readRow('reconciliation', z.object({ id: id<ReconciliationId>() }), rows[0]) };
}

const foundSchema = z.object({
  index: z.number().int(),
  order_id: z.uuid().nullable(),
  payout: z
    .object({
      id: id<PayoutId>(),
      ticket_id: id<TicketId>(),
      state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
      amount_minor: minor,
      currency,
      provider_ref: z.string().nullable(),
    })
    .nullable(),
});

/** Each record with our payout, by our id beside it or else by the provider's own, and with the order that it is of. */
const findQuery = `
  select (given.index - 1)::integer as index, coalesce(payouts.order_id, tenders.order_id) as order_id,
    case when payouts.id is not null then jsonb_build_object('id', payouts.id, 'ticket_id', payouts.ticket_id,
      'state', payouts.state, 'amount_minor', payouts.amount_minor::text, 'currency', payouts.currency,
      'provider_ref', payouts.provider_ref) end as payout
  from jsonb_array_elements(:records::jsonb) with ordinality as given (record, index)
    left join lateral (
      select * from payouts as own where own.rail = :rail
        and (own.id = (record ->> 'payoutId')::uuid or own.provider_ref = record ->> 'providerRef')
      order by own.id = (record ->> 'payoutId')::uuid desc nulls last limit 1) as payouts on true
    left join lateral (
      select order_id from order_tenders where method = :rail
        and capture_ref in (select jsonb_array_elements_text(record -> 'captureRefs')) limit 1) as tenders on true
  order by index`;

interface Compared {
  readonly record: RailRecord;
  readonly orderId: string | null;
  readonly ticketId: TicketId | null;
  readonly ours: OwnPayout | null;
  readonly outcome: ReturnType<typeof compare>;
}

/** Takes one page of the provider's list: all of it, or nothing. */
export function takePage(db: Database, look: Look, records: readonly RailRecord[], at: Date): Promise<void> {
  return db.transaction(async (trx) => {
    const compared = await comparePage(trx, look.rail, records);
    const matches = compared.filter(({ outcome }) => outcome.kind === 'match');
    await keepProofs(trx, look, matches, at);
    const foreign = compared.filter(({ outcome }) => outcome.kind === 'break' && outcome.break === 'foreign');
    const told = foreign.map(({ record }) => record);
    const explained = await explainByPastTickets(trx, look, told, at);
    const unexplained = compared.filter(({ record }) => !explained.has(record.providerRef));
    await tellApart(trx, look, unexplained, at);
    const news = matches.filter(({ outcome }) => outcome.kind === 'match' && outcome.change !== null);
    for (const one of news) await takeOver(trx, one, at);
    await trx('reconciliations')
      .where({ id: look.id })
      .update({
        listed: trx.raw('listed + ?', [records.length]),
        matched: trx.raw('matched + ?', [matches.length + explained.size]),
        taken_over: trx.raw('taken_over + ?', [news.length]),
      });
  });
}

/** Where breaks are seen: by a look, or at once by a word that came in between. */
interface Sight {
  readonly id: ReconciliationId | null;
  readonly rail: RailName;
}

/**
 * Differences that a provider's word or a bank's file makes are breaks at once: the same rows that the next look comes to.
 * What both sides say alike is left to the looks.
 */
export async function openBreaks(
  trx: Transaction,
  rail: RailName,
  records: readonly RailRecord[],
  at: Date,
): Promise<void> {
  if (records.length > 0) await tellApart(trx, { id: null, rail }, await comparePage(trx, rail, records), at);
}

async function tellApart(trx: Transaction, sight: Sight, compared: readonly Compared[], at: Date): Promise<void> {
  const apart = compared.filter(({ outcome }) => outcome.kind === 'break');
  if (apart.length === 0) return;
  await keepBreaks(trx, sight, apart, at);
  await forgetProofs(trx, apart);
}

/** Its provider has taken back what made the break. */
export const closeFreed = (trx: Transaction, payoutId: PayoutId, at: Date): PromiseLike<unknown> =>
  trx('reconciliation_breaks')
    .where({ payout_id: payoutId, kind: 'freed', closed_at: null })
    .update({ closed_at: at, closed_as: 'gone' });

async function comparePage(trx: Transaction, rail: RailName, records: readonly RailRecord[]): Promise<Compared[]> {
  const wire = records.map(({ providerRef, payoutId, captureRefs }) => ({ providerRef, payoutId, captureRefs }));
  const { rows } = await trx.raw<{ rows: unknown[] }>(findQuery, { records: JSON.stringify(wire), rail });
  return readRows('listed payout', foundSchema, rows).flatMap(({ index, order_id: orderId, payout }) => {
    const record = records[index];
    if (!record) return [];
    const ours = payout && {
      id: payout.id,
      state: payout.state,
      amount: money(payout.amount_minor, payout.currency),
      providerRef: payout.provider_ref,
    };
    return [{ record, orderId, ours, ticketId: payout?.ticket_id ?? null, outcome: compare(record, ours) }];
  });
}

async function keepProofs(trx: Transaction, look: Look, matches: readonly Compared[], at: Date): Promise<void> {
  const wire = matches.map(({ record, ours }) => ({
    payout: ours?.id,
    ref: record.providerRef,
    status: record.report.status,
    word: record.word,
  }));
  await trx.raw(
    `insert into payout_proofs (payout_id, reconciliation_id, provider_ref, status, word, proven_at)
     select distinct on (payout) payout, :look, ref, status, word, :at
     from jsonb_to_recordset(:proofs::jsonb) as given (payout uuid, ref text, status text, word text) order by payout
     on conflict (payout_id) do update set reconciliation_id = excluded.reconciliation_id, word = excluded.word,
       provider_ref = excluded.provider_ref, status = excluded.status, proven_at = excluded.proven_at`,
    { look: look.id, at, proofs: JSON.stringify(wire) },
  );
}

/** What is told otherwise than we have it proves nothing any more; what is told beside the payment that we know takes nothing from it. */
async function forgetProofs(trx: Transaction, compared: readonly Compared[]): Promise<void> {
  const ids = compared.flatMap(({ ours, outcome }) =>
    ours !== null && outcome.kind === 'break' && !beside.includes(outcome.break) ? [ours.id] : [],
  );
  if (ids.length > 0)
    await trx('payout_proofs')
      .where('payout_id', '=', trx.raw('any(?::uuid[])', [ids]))
      .delete();
}

/** What went back for an order that the desk does not know is no concern of ours, unless it bears a mark of ours. */
async function keepBreaks(trx: Transaction, sight: Sight, compared: readonly Compared[], at: Date): Promise<void> {
  const wire = compared.flatMap(({ record, orderId, ours, outcome }) =>
    outcome.kind === 'break' && (orderId !== null || record.concernsUs)
      ? [
          {
            key: breakKey(sight.rail, outcome.break, record.providerRef),
            kind: outcome.break,
            payout: ours?.id ?? null,
            order: orderId,
            ref: record.providerRef,
            minor: record.amount.minor.toString(),
            currency: record.amount.currency,
            recordAt: record.at.toISOString(),
          },
        ]
      : [],
  );
  if (wire.length === 0) return;
  const { rows } = await trx.raw<{ rows: { payout_id: PayoutId | null; order_id: OrderId | null; is_new: boolean }[] }>(
    `insert into reconciliation_breaks (key, rail, kind, payout_id, order_id, provider_ref, minor, currency, record_at,
       first_seen_at, last_seen_at, reconciliation_id)
     select key, :rail, kind, payout, "order", ref, minor, currency, "recordAt", :at, :at, :look
     from jsonb_to_recordset(:breaks::jsonb) as given (key text, kind text, payout uuid, "order" uuid, ref text, minor bigint,
       currency text, "recordAt" timestamptz)
     ${seenAgain} returning payout_id, order_id, xmax = 0 as is_new`,
    { rail: sight.rail, look: sight.id, at, breaks: JSON.stringify(wire) },
  );
  // Also what came back of a movement that is foreign, which a bank tells by a booking of its own.
  const besideOurs = rows.flatMap(({ payout_id, order_id, is_new }) =>
    payout_id === null && order_id !== null ? [{ order_id, is_new }] : [],
  );
  await takeOverBreaks(trx, besideOurs);
}

/** A break is one row, however often it is seen; one that went and is there again is another. A list knows best when it was. */
const seenAgain = `on conflict (key) where closed_as is distinct from 'gone'
  do update set last_seen_at = excluded.last_seen_at,
    record_at = case when excluded.reconciliation_id is null then reconciliation_breaks.record_at else excluded.record_at end,
    reconciliation_id = coalesce(excluded.reconciliation_id, reconciliation_breaks.reconciliation_id)`;

const beside: readonly BreakKind[] = ['double', 'unexplained'];

const breakKey = (rail: RailName, kind: BreakKind, ref: string): string => `${rail}/${kind}/${ref}`;

/** W8: a word that no webhook brought is kept and delivered as one that did. */
async function takeOver(trx: Transaction, { record, ours, ticketId }: Compared, at: Date): Promise<void> {
  if (ours === null || ticketId === null) return;
  const key = `${ours.id}/${record.providerRef}/${record.report.status}`;
  const body: { type: string; report: RailReport } = { type: 'reconciliation', report: record.report };
  await keepInput(trx, {
    source: 'desk',
    scope: 'reconciliation',
    key,
    operation: 'reportPayout',
    requestHash: createHash('sha256').update(key).digest(),
    subjectId: null,
    ticketId,
    payoutId: ours.id,
    body,
    at,
    delivery: 'due',
  });
}

/** Breaks that this look, come to its end, has not seen. */
const unseen = `rail = :rail and (reconciliation_id <> :look or reconciliation_id is null and rail = 'bank')`;

const resultSchema = z.object({
  listed: z.number().int(),
  matched: z.number().int(),
  takenOver: z.number().int(),
  openBreaks: z.number().int(),
});

/**
 * Ends a look whose list was read to its end: what should have been on it and was not is a break, what is alike again is none.
 * A webhook's word that no look has seen stays for a person, since only the list can tell when it was; a bank's files are its list.
 */
export function finishLook(db: Database, look: Look, at: Date): Promise<LookResult> {
  const { id: lookId, rail, from, listedUntil } = look;
  const bindings = { look: lookId, rail, from, listedUntil, at };
  return db.transaction(async (trx) => {
    await trx.raw(
      `insert into reconciliation_breaks (key, rail, kind, payout_id, order_id, provider_ref, minor, currency, record_at,
         first_seen_at, last_seen_at, reconciliation_id)
       select concat_ws('/', :rail::text, 'missing', payouts.id), :rail, 'missing', payouts.id, payouts.order_id,
         payouts.provider_ref, amount_minor, payouts.currency, sending_at, :at, :at, :look
       from payouts where rail = :rail and state in ('sent', 'settled')
         and sending_at >= :from and sending_at < :listedUntil
         and not exists (select from payout_proofs where payout_id = payouts.id and reconciliation_id = :look)
         and not exists (select from reconciliation_breaks as other
           where other.payout_id = payouts.id and other.reconciliation_id = :look)
       ${seenAgain}`,
      bindings,
    );
    // R10: what went back elsewhere and is not listed any more has come back to the order, whatever a person said of it.
    const undone: OrderId[] = await trx('reconciliation_breaks')
      .whereRaw(
        `kind = 'foreign' and order_id is not null and closed_as is distinct from 'gone' and ${unseen}`,
        bindings,
      )
      .whereRaw('record_at >= :from and record_at < :listedUntil', bindings)
      .pluck('order_id');
    await enqueueCaptureReads(trx, undone);
    await trx.raw(
      `update reconciliation_breaks set closed_at = :at, closed_as = 'gone'
       where closed_at is null and ${unseen}
         and (record_at >= :from and record_at < :listedUntil
           or kind = 'missing' and exists (select from payout_proofs
             where payout_id = reconciliation_breaks.payout_id and reconciliation_id = :look))`,
      bindings,
    );
    // What was on the list before and is not any more is proven no longer.
    await trx.raw(
      `delete from payout_proofs using reconciliation_breaks as other
       where other.payout_id = payout_proofs.payout_id and other.reconciliation_id = :look and kind = 'missing'`,
      bindings,
    );
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      `update reconciliations set finished_at = :at where id = :look
       returning listed, matched, taken_over as "takenOver",
         (select count(*)::integer from reconciliation_breaks where rail = :rail and closed_at is null) as "openBreaks"`,
      bindings,
    );
    return readRow('reconciliation', resultSchema, rows[0]);
  });
}

/** Ends a look whose list is closed to us: it proves nothing, and what it does not have is not missing from it. */
export async function closeLook(db: Database, { id: lookId, rail }: Look, problem: ListProblem): Promise<LookResult> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `update reconciliations set problem = :problem where id = :look
     returning listed, matched, taken_over as "takenOver",
       (select count(*)::integer from reconciliation_breaks where rail = :rail and closed_at is null) as "openBreaks"`,
    { look: lookId, rail, problem },
  );
  return { ...readRow('reconciliation', resultSchema, rows[0]), problem };
}
