/**
 * Refunds that a former desk made, as the provider lists them: what a past ticket told of is no difference. Each explains
 * one, of its own tender and amount, that was made before the ticket was taken over.
 */

import { z } from 'zod';
import type { RailRecord } from '../domain/rail.ts';
import type { Look } from '../domain/reconciliation.ts';
import type { Transaction } from './database.ts';
import { readRows } from './row.ts';

/** The n-th of a tender and an amount is explained by the n-th past ticket that tells of such a one. */
const query = `
  with given as (
    select ref, minor, currency, made_at, captures from jsonb_to_recordset(:records::jsonb)
      as given (ref text, minor bigint, currency text, made_at timestamptz, captures jsonb)
  ), known as (
    select provider_ref from past_refund_proofs where rail = :rail and provider_ref in (select ref from given)
  ), told as (
    select ref, tender.id as tender_id, minor, made_at,
      row_number() over (partition by tender.id, minor order by made_at, ref) as place
    from given join order_tenders as tender on tender.method = :rail and tender.currency = given.currency
      and capture_ref in (select jsonb_array_elements_text(captures))
    where ref not in (select provider_ref from known)
  ), former as (
    select past_ticket_id, tender_id, amount_minor as minor, kept_at,
      row_number() over (partition by tender_id, amount_minor order by closed_at, past_ticket_id) as place
    from past_refunds join past_tickets on past_tickets.id = past_ticket_id join inputs on inputs.id = input_id
    where tender_id in (select tender_id from told) and not exists (select from past_refund_proofs as proof
      where proof.past_ticket_id = past_refunds.past_ticket_id and proof.tender_id = past_refunds.tender_id)
  ), proven as (
    insert into past_refund_proofs (past_ticket_id, tender_id, rail, provider_ref, reconciliation_id, proven_at)
    select past_ticket_id, tender_id, :rail, ref, :look, :at from told join former using (tender_id, minor, place)
    where made_at < kept_at on conflict do nothing returning provider_ref
  )
  select provider_ref from known union all select provider_ref from proven`;

/** The references of those that are explained. */
export async function explainByPastTickets(
  trx: Transaction,
  { id, rail }: Look,
  foreign: readonly RailRecord[],
  at: Date,
): Promise<ReadonlySet<string>> {
  if (foreign.length === 0) return new Set();
  const records = foreign.map(({ providerRef, amount, at: madeAt, captureRefs }) => ({
    ref: providerRef,
    minor: amount.minor.toString(),
    currency: amount.currency,
    made_at: madeAt.toISOString(),
    captures: captureRefs,
  }));
  const { rows } = await trx.raw<{ rows: unknown[] }>(query, { records: JSON.stringify(records), rail, look: id, at });
  const explained = readRows('explained refund', z.object({ provider_ref: z.string() }), rows);
  return new Set(explained.map(({ provider_ref }) => provider_ref));
}
