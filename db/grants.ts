/**
 * Grants: an amount split over the order's tenders, booked in the decision's or the choice's own transaction under the
 * tenders' locks: what is decided at once elsewhere on the same order sees it, or is refused (R2).
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { AssessmentId, DecisionId, InputId, OfferId, SubjectId } from '../domain/ids.ts';
import { entriesForPayout } from '../domain/ledger.ts';
import { exceeds, type Money, money, sum, zero } from '../domain/money.ts';
import { allocate, refundableOf, type TenderBalance, type TenderShare } from '../domain/order.ts';
import { payoutKey } from '../domain/payout.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import { railOf, type TenderMethod } from '../domain/rail.ts';
import { remedyKey } from '../domain/remedy.ts';
import { taxOfShares } from '../domain/tax.ts';
import { assessmentBindings, assessmentInsert } from './assessments.ts';
import type { Transaction } from './database.ts';
import { assessmentOf, type Judgement } from './judgements.ts';
import { bookEntries } from './ledger.ts';
import { balanceOf, lockTenders, taxedOf } from './orders.ts';
import { id, readRow } from './row.ts';
import type { NewNotice } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export interface GrantSettings {
  readonly hasRail: (method: TenderMethod) => boolean;
  /** Whether a shop is there to end a plan, extend or replace it. */
  readonly hasShop: boolean;
}

export interface Grant {
  readonly ticket: TicketRow;
  readonly decisionId: DecisionId;
  readonly offerId: OfferId | null;
  /** `null` where the desk decided by itself. */
  readonly decidedBy: SubjectId | null;
  readonly amount: Money;
  /** Amounts up to it need no approval of finance; none for what was decided against the proposal. */
  readonly withoutApproval: LimitPerCurrency;
  /** The refund is for all that the plan has left to use, though not for all that was paid. */
  readonly endsPlan?: boolean;
  readonly at: Date;
}

/** The order's tenders as they stand, under their locks, and how an amount would be split over them. */
export interface Split {
  readonly balances: readonly TenderBalance[];
  readonly shares: readonly TaxedShare[];
}

/** A tender's part of a refund, with the tax in it. */
export interface TaxedShare extends TenderShare {
  readonly tax: Money;
}

/** Refused where the amount could not go back, whatever the policy says of it (R2, R9, R10). */
export async function splitOverTenders(
  trx: Transaction,
  ticket: TicketRow,
  amount: Money,
  refundable: readonly string[],
  settings: GrantSettings,
): Promise<Split | Refusal> {
  const tenders = await lockTenders(trx, ticket.order_id);
  const paid = tenders.map(balanceOf);
  // RP-2.2: what the version lets go back; where that is nothing, an exception goes back the way the order was paid, but
  // never to crypto, which only the law's exception lets go back.
  const judged = paid.filter((tender) => refundable.includes(tender.id));
  const balances = judged.length > 0 ? judged : paid.filter(({ method }) => method !== 'crypto');
  if (balances.length === 0) return refuse('rail-unavailable', { method: 'crypto' });
  const shares = allocate(amount, balances, settings.hasRail);
  if (isRefusal(shares)) return shares;
  const taxes = taxOfShares(
    shares.map((share) => share.amount),
    tenders.map(taxedOf),
  );
  return {
    balances,
    shares: shares.map((share, index) => ({ ...share, tax: taxes[index] ?? zero(amount.currency) })),
  };
}

export interface Granted {
  readonly payoutIds: readonly string[];
  /** Whether finance must release it. */
  readonly awaitsApproval: boolean;
}

/** Makes the payouts of a grant; a full one also has the shop end the plan, which goes before the money. */
export async function grantRefund(
  trx: Transaction,
  grant: Grant,
  { balances, shares }: Split,
  settings: GrantSettings,
): Promise<Granted> {
  const { ticket, amount, at } = grant;
  const limit = grant.withoutApproval[amount.currency];
  // RP-2.2: crypto is paid back by two people, whatever the amount.
  const isCrypto = shares.some(({ method }) => method === 'crypto');
  const awaitsApproval = isCrypto || limit === undefined || exceeds(amount, money(BigInt(limit), amount.currency));
  // A refund of all that is left ends the plan, where there is a shop to end it.
  const left = sum(balances.map(refundableOf), amount.currency);
  const endsPlan = settings.hasShop && (grant.endsPlan === true || amount.minor === left.minor);
  const payouts = await insertPayouts(trx, grant, { shares, awaitsApproval, endsPlan });
  await bookEntries(
    trx,
    payouts.flatMap((payout) =>
      entriesForPayout({ id: payout.id, ...payout.share }, null, 'granted').map((entry) => ({
        entry,
        orderId: ticket.order_id,
        tenderId: payout.share.tenderId,
        ticketId: ticket.id,
        payoutId: payout.id,
      })),
    ),
    at,
  );
  return { payoutIds: payouts.map((payout) => payout.id), awaitsApproval };
}

/** Grant and numbered payouts in one statement; keys are stored here, before any call can be made. */
async function insertPayouts(
  trx: Transaction,
  { ticket, decisionId, offerId, decidedBy, amount, at }: Grant,
  { shares, awaitsApproval, endsPlan }: { shares: readonly TaxedShare[]; awaitsApproval: boolean; endsPlan: boolean },
): Promise<{ id: string; share: TaxedShare }[]> {
  const rows = shares.map((share, index) => ({
    offset: index + 1,
    tender_id: share.tenderId,
    method: share.method,
    rail: railOf(share.method),
    amount_minor: share.amount.minor.toString(),
    tax_minor: share.tax.minor.toString(),
    currency: share.amount.currency,
  }));
  const inserted = await trx.raw<{ rows: { id: string; tender_id: string }[] }>(
    `with numbered as (
       update orders set last_payout_no = last_payout_no + :count,
         last_remedy_no = last_remedy_no + case when :endsPlan then 1 else 0 end
       where id = :order returning last_payout_no - :count as before, last_remedy_no
     ), ending as (
       insert into remedies (ticket_id, order_id, decision_id, remedy_no, key, kind, state, created_at, updated_at)
       select :ticket, :order, :decision, last_remedy_no, :remedyStem || last_remedy_no, 'plan_end', 'granted', :at, :at
       from numbered where :endsPlan
     ), granted as (
       insert into grants (ticket_id, order_id, decision_id, offer_id, amount_minor, currency, at)
       values (:ticket, :order, :decision, :offer, :minor, :currency, :at) returning id
     )
     insert into payouts (ticket_id, order_id, grant_id, tender_id, payout_no, key, method, rail, amount_minor, tax_minor, currency, state,
       decided_by, approval, approved_at, created_at, updated_at)
     select :ticket, :order, granted.id, tender_id, before + "offset", :keyStem || (before + "offset"), method, rail, amount_minor, tax_minor,
       given.currency,
       :state, :by::uuid, :approval::text, :approvedAt::timestamptz, :at, :at
     from granted, numbered,
       jsonb_to_recordset(:rows::jsonb) as given ("offset" integer, tender_id uuid, method text, rail text, amount_minor bigint, tax_minor bigint,
         currency text)
     order by "offset" returning id, tender_id`,
    {
      ticket: ticket.id,
      order: ticket.order_id,
      decision: decisionId,
      offer: offerId,
      by: decidedBy,
      minor: amount.minor.toString(),
      currency: amount.currency,
      at,
      count: shares.length,
      keyStem: payoutKey(ticket.order_id, 0).slice(0, -1),
      remedyStem: remedyKey(ticket.order_id, 0).slice(0, -1),
      endsPlan,
      state: awaitsApproval ? 'granted' : 'approved',
      approval: awaitsApproval ? null : 'limit',
      approvedAt: awaitsApproval ? null : at,
      rows: JSON.stringify(rows),
    },
  );
  return inserted.rows.flatMap((row) => {
    const share = shares.find(({ tenderId }) => tenderId === row.tender_id);
    return share ? [{ id: row.id, share }] : [];
  });
}

export interface NewDecision {
  readonly ticket: TicketRow;
  readonly decidedBy: SubjectId | null;
  readonly inputId: InputId | null;
  readonly decision: 'refund' | 'refuse' | 'offer' | 'replace';
  readonly ground: string;
  readonly clauses: readonly string[];
  readonly amount: Money | null;
  /** Kept with it, since that is what it stood beside. */
  readonly judged: Judgement;
  readonly exception: 'goodwill' | 'refusal' | 'statutory' | null;
  readonly provision: string | null;
  readonly at: Date;
}

export interface KeptDecision {
  readonly id: DecisionId;
  readonly assessmentId: AssessmentId;
}

/** A decision that differs from the proposal waits for a second person. */
export async function insertDecision(trx: Transaction, given: NewDecision): Promise<KeptDecision> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with assessed as (${assessmentInsert})
     insert into decisions (ticket_id, decided_by, decision, ground, clauses, amount_minor, currency, assessment_id, exception,
       provision, state, at, input_id)
     select :ticket, :by::uuid, :decision, :ground, :clauses::text[], :minor::bigint, :currency, assessed.id, :exception,
       :provision, :state, :at::timestamptz, :input::uuid from assessed
     returning id, assessment_id as "assessmentId"`,
    {
      ...assessmentBindings(assessmentOf(given.ticket.id, given.judged, 'decision', given.at)),
      by: given.decidedBy,
      decision: given.decision,
      ground: given.ground,
      clauses: [...given.clauses],
      minor: given.amount?.minor.toString() ?? null,
      currency: given.amount?.currency ?? null,
      exception: given.exception,
      provision: given.provision,
      state: given.exception === null ? 'final' : 'awaiting',
      at: given.at,
      input: given.inputId,
    },
  );
  return readRow('decision', z.object({ id: id<DecisionId>(), assessmentId: id<AssessmentId>() }), rows[0]);
}

export const awaitingApproval = ({ awaitsApproval }: Granted, amount: string): NewNotice[] =>
  awaitsApproval ? [{ template: 'payout-awaiting-approval', parameters: { amount }, to: { role: 'finance' } }] : [];

export const alreadyPaying = (open: number): Refusal | null => (open > 0 ? refuse('payout-phase', { open }) : null);
