/**
 * The proof of the books, at any time: every entry and currency in balance, what stands beside orders, payouts and disputes
 * follows from the ledger, and the ledger agrees with what providers report. Reads alone, a constant number of statements,
 * and names each difference with its order.
 */

import { z } from 'zod';
import type { Database, Queryable } from './database.ts';
import { goneBack } from './dispute-words.ts';
import { holder, ofElsewhere, ofProviders, type ProviderReading, readProviderReadings } from './provider-totals.ts';
import { currency, minor, readRows } from './row.ts';

const differenceSchema = z
  .object({
    what: z.enum([
      'entry',
      'currency',
      'captured',
      'committed',
      'committed_tax',
      'elsewhere',
      'elsewhere_tax',
      'disputed',
      'overpaid',
      'payout',
      'cost',
      'dispute',
      'provider',
      'credit_note',
      'credit_note_series',
    ]),
    order_ref: z.string().nullable(),
    about: z.string(),
    account: z.string().nullable(),
    /** Of what is counted and not paid: none. */
    currency: currency.nullable(),
    expected: minor,
    booked: minor,
  })
  .transform(({ order_ref, ...difference }) => ({ ...difference, orderRef: order_ref }));

/** Of `about`, the books say `booked` where `expected` should stand; `orderRef` is null of what is about no one order. */
export type LedgerDifference = z.output<typeof differenceSchema>;

export interface LedgerProof {
  readonly differences: readonly LedgerDifference[];
  /** How old the providers' word is that the books were compared with. */
  readonly readings: readonly ProviderReading[];
}

/** All in one snapshot, so that no half of a step is seen; with what the providers report, as it was read last. */
export const proveBooks = (db: Database): Promise<LedgerProof> =>
  db.transaction(
    async (trx) => {
      const differences = await findDifferences(trx);
      const told = [await trx.raw<{ rows: unknown[] }>(ofProviders), await trx.raw<{ rows: unknown[] }>(ofElsewhere)];
      const rows = told.flatMap((answer) => answer.rows);
      return {
        differences: [...differences, ...readRows('ledger difference', differenceSchema, rows)],
        readings: await readProviderReadings(trx),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );

export const proveLedger = async (db: Database): Promise<readonly LedgerDifference[]> =>
  (await proveBooks(db)).differences;

/** What must hold whatever any provider says, within a snapshot that the caller has. */
export async function findDifferences(db: Queryable): Promise<LedgerDifference[]> {
  const found: unknown[][] = [];
  for (const query of [unbalanced, ofTenders, ofPayouts, ofCosts, ofDisputes, ofCreditNotes])
    found.push((await db.raw<{ rows: unknown[] }>(query)).rows);
  return readRows('ledger difference', differenceSchema, found.flat());
}

const signed = `case side when 'debit' then minor else -minor end`;

const unbalanced = `
  select 'entry' as what, ref as order_ref, ledger_entries.id::text as about, null as account,
    coalesce(ledger_lines.currency, orders.currency) as currency, '0' as expected, coalesce(sum(${signed}), 0)::text as booked
  from ledger_entries join orders on orders.id = order_id left join ledger_lines on entry_id = ledger_entries.id
  group by ref, ledger_entries.id, ledger_lines.currency, orders.currency
  having count(entry_id) = 0 or sum(${signed}) <> 0
  union all
  select 'currency', null, currency, null, currency, '0', sum(${signed})::text from ledger_lines
  group by currency having sum(${signed}) <> 0`;

/**
 * A tender's `disputed_minor` is a bar by the provider's word, of all that was captured: it needs a dispute that bars, which
 * may have taken less, or nothing of ours. One that our own refunds alone ended for the customer bars at its provider as well,
 * until all has gone back.
 */
const ofTenders = `
  with booked as (
    select tender_id,
      sum(${signed}) filter (where kind in ('capture', 'capture_corrected') and account like 'provider:%') as captured,
      sum(${signed}) filter (where payout_id is not null and account in ('refunds', 'tax_refunded')) as committed,
      sum(${signed}) filter (where payout_id is not null and account = 'tax_refunded') as committed_tax,
      sum(${signed}) filter (where kind = 'refunded_elsewhere' and account in ('refunds', 'tax_refunded')) as elsewhere,
      sum(${signed}) filter (where kind = 'refunded_elsewhere' and account = 'tax_refunded') as elsewhere_tax,
      -sum(${signed}) filter (where kind in ('payout_settled', 'payout_returned', 'refunded_elsewhere') and account like 'provider:%') as gone
    from ledger_entries join ledger_lines on entry_id = ledger_entries.id group by tender_id
  )
  select compared.what, ref as order_ref, tender.id::text as about, null as account, tender.currency,
    compared.expected::text as expected, compared.booked::text as booked
  from order_tenders as tender join orders on orders.id = order_id left join booked on tender_id = tender.id,
    lateral (values
      ('captured', coalesce(captured_minor, 0), coalesce(booked.captured, 0)),
      ('committed', committed_minor, coalesce(booked.committed, 0)),
      ('committed_tax', committed_tax_minor, coalesce(booked.committed_tax, 0)),
      ('elsewhere', elsewhere_minor, coalesce(booked.elsewhere, 0)),
      ('elsewhere_tax', elsewhere_tax_minor, coalesce(booked.elsewhere_tax, 0)),
      ('disputed', disputed_minor, case when exists (select from disputes where disputes.tender_id = tender.id
        and (state in ('open', 'lost', 'prevented') or state = 'closed' and includes_refunds)) then disputed_minor else 0 end),
      ('overpaid', coalesce(captured_minor, 0), greatest(coalesce(booked.gone, 0), coalesce(captured_minor, 0)))
    ) as compared (what, expected, booked)
  where compared.expected <> compared.booked order by ref, position`;

/** Where the money of a payout must stand by its state alone. */
const ofPayouts = `
  with booked as (
    select payout_id, account, sum(${signed}) as minor from ledger_entries join ledger_lines on entry_id = ledger_entries.id
    where payout_id is not null and kind in ('grant', 'grant_released', 'payout_sent', 'payout_settled', 'payout_failed', 'payout_returned')
    group by payout_id, account
  ), meant as (
    select payouts.id as payout_id, meant.account, meant.minor from payouts, lateral (values
      ('refunds', amount_minor - tax_minor),
      ('tax_refunded', tax_minor),
      (case state when 'settled' then 'provider:' || ${holder} when 'sent' then 'transit:' || ${holder} else 'refunds_payable' end, -amount_minor)
    ) as meant (account, minor)
    where payout_commits(state)
  )
  select 'payout' as what, ref as order_ref, payouts.id::text as about, account, payouts.currency,
    coalesce(meant.minor, 0)::text as expected, coalesce(booked.minor, 0)::text as booked
  from booked full join meant using (payout_id, account) join payouts on payouts.id = payout_id join orders on orders.id = order_id
  where coalesce(meant.minor, 0) <> coalesce(booked.minor, 0) order by ref, payout_no`;

/** M6, M7: what each payout has cost is what its provider told, movement by movement. */
const ofCosts = `
  with meant as (
    select payout_id, account, amount ->> 'currency' as currency, sum((amount ->> 'minor')::bigint) as minor
    from payout_costs, jsonb_each(told) as movement, lateral (values
      ('fees:refunds', movement.value -> 'fee'), ('exchange_differences', movement.value -> 'exchangeLoss')) as cost (account, amount)
    where amount is not null group by 1, 2, 3
  ), booked as (
    select payout_id, account, ledger_lines.currency, sum(${signed}) as minor
    from ledger_entries join ledger_lines on entry_id = ledger_entries.id
    where kind in ('refund_fee', 'exchange_difference') and account in ('fees:refunds', 'exchange_differences') group by 1, 2, 3
  )
  select 'cost' as what, ref as order_ref, payout_id::text as about, account, currency,
    coalesce(meant.minor, 0)::text as expected, coalesce(booked.minor, 0)::text as booked
  from (booked full join meant using (payout_id, account, currency))
    join (select id as payout_id, order_id, payout_no from payouts) as payouts using (payout_id)
    join (select id as order_id, ref from orders) as orders using (order_id)
  where coalesce(meant.minor, 0) <> coalesce(booked.minor, 0) order by ref, payout_no, account`;

/** What each holds or has taken is booked, and follows from what its provider told and from what has gone back of the payment. */
const ofDisputes = `
  with booked as (
    select dispute_id, account, ledger_lines.currency, sum(${signed}) as minor
    from ledger_entries join ledger_lines on entry_id = ledger_entries.id
    where dispute_id is not null and (account like 'disputed:%' or account = 'losses:disputes') group by 1, 2, 3
  ), meant as (
    select disputes.id as dispute_id, case state when 'open' then 'disputed:' || method else 'losses:disputes' end as account,
      disputes.currency, disputes.taken_minor as minor
    from disputes join order_tenders on order_tenders.id = tender_id where taken_minor > 0
  )
  select 'dispute' as what, ref as order_ref, disputes.id::text as about, account, currency,
    coalesce(meant.minor, 0)::text as expected, coalesce(booked.minor, 0)::text as booked
  from (booked full join meant using (dispute_id, account, currency))
    join (select id, order_id from disputes) as disputes on disputes.id = dispute_id
    join (select id as order_id, ref from orders) as orders using (order_id)
  where coalesce(meant.minor, 0) <> coalesce(booked.minor, 0)
  union all
  select 'dispute', ref, disputes.id::text, null, disputes.currency, follows.minor::text, taken_minor::text
  from disputes join order_tenders as tender on tender.id = tender_id join orders on orders.id = tender.order_id,
    lateral (select least(returned_minor, greatest(coalesce(captured_minor, tender.amount_minor) - ${goneBack('tender')}, 0)) as minor) as follows
  where includes_refunds and disputes.currency = tender.currency and taken_minor <> follows.minor
  order by order_ref, about`;

/** What is settled has its note, what came back a second one, and each entity's numbers run on without a gap. */
const ofCreditNotes = `
  select 'credit_note' as what, ref as order_ref, payouts.id::text as about, null as account, payouts.currency,
    meant.minor::text as expected, noted.minor::text as booked
  from payouts join orders on orders.id = payouts.order_id,
    lateral (select case state when 'settled' then amount_minor else 0 end as minor) as meant,
    lateral (select coalesce(sum(case kind when 'credit' then total_minor else -total_minor end), 0) as minor
      from credit_notes where payout_id = payouts.id) as noted
  where meant.minor <> noted.minor
  union all
  select 'credit_note_series', null, entity, null, null, last_number::text, (count(distinct number) filter (where number <= last_number))::text
  from credit_note_series left join credit_notes using (entity) group by entity, last_number
  having count(distinct number) filter (where number <= last_number) <> last_number or max(number) > last_number`;
