/**
 * A ticket's decisions, and its closings that no decision made, with all that answers why, years later: the assessment that
 * each stands on, and the policy versions at asking and at purchase with their texts as posted. One statement a ticket.
 */

import { z } from 'zod';
import type { Assessment, Proposal } from '../domain/assessment.ts';
import { dayMs } from '../domain/clocks.ts';
import { type ClosingCause, closingCauses, closingOutcomes } from '../domain/closing.ts';
import type { AssessmentId, TicketId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import type { PolicyDocument } from '../domain/policy.ts';
import { isAppealable, ticketOutcomes } from '../domain/ticket.ts';
import type { Queryable } from './database.ts';
import { currency, id, instant, minor, readRows } from './row.ts';
import {
  decisionColumns,
  decisionObject,
  decisionPeople,
  decisionView,
  versionAtAsking,
} from './ticket-course-views.ts';
import { ticketReference } from './tickets.ts';

const versionSchema = z
  .object({
    number: z.number().int(),
    effectiveAt: z.string().transform((text) => new Date(text)),
    texts: z.custom<PolicyDocument['texts']>(),
    seller: z.custom<PolicyDocument['seller']>(),
    appealDays: z.number(),
  })
  .nullable();

const offeredSchema = z.object({
  amountMinor: minor.nullable(),
  currency,
  minutes: z.number().int(),
  bytes: z.string(),
  proposal: z.custom<Proposal>(),
});

const explainedSchema = z.object({
  at: instant,
  decision: z.object(decisionColumns).nullable(),
  cause: z.enum(closingCauses).nullable(),
  ticket_number: z.string(),
  order_ref: z.string(),
  asked_at: instant,
  provision: z.string().nullable(),
  confirm_ground: z.string().nullable(),
  assessment: z
    .object({
      id: id<AssessmentId>(),
      number: z.number().int(),
      sha256: z.string(),
      result: z.custom<Assessment>((value) => typeof value === 'object' && value !== null && 'findings' in value),
    })
    .nullable(),
  asked: versionSchema,
  bought: versionSchema,
  confirmed_at: instant.nullable(),
  appealed: z.boolean(),
  appeal_used: z.boolean(),
  offered: offeredSchema.nullable(),
  newest: z.boolean(),
  outcome: z.enum(ticketOutcomes).nullable(),
  closed_at: instant.nullable(),
});

type ExplainedRow = z.output<typeof explainedSchema>;

const version = (alias: string): string => `
  case when ${alias}.id is not null then jsonb_build_object('number', ${alias}.number, 'effectiveAt', ${alias}.effective_at,
    'texts', ${alias}.document -> 'texts', 'seller', ${alias}.document -> 'seller',
    'appealDays', ${alias}.document -> 'parameters' -> 'appealDays') end`;

/** By the event that closed the ticket. */
const closed = `
  select ticket_events.at, cause from ticket_events cross join lateral (select case
    when kind = 'withdrawn' then 'withdrawn'
    when kind = 'lapsed' and data -> 'missing' is not null then 'materials_missing'
    when kind = 'lapsed' and exists (select from information_requests
      where ticket_id = ticket_events.ticket_id and ended_at = ticket_events.at and result = 'lapsed') then 'question_unanswered'
    when kind = 'lapsed' then 'offer_expired'
    when kind = 'fixAnswered' and data ->> 'answer' = 'mended' then 'fix_confirmed'
    when kind = 'fixAnswered' and data ->> 'answer' = 'silent' then 'fix_presumed'
    when kind = 'reviewFoundMended' then 'review_found_mended' end as cause) as known
  where ticket_id = :ticket and cause is not null`;

/** What was judged in the step that closed the ticket; RP-3.8: many events lead to a charged-back end, so it is told by that alone. */
const closings = `
  select coalesce(closed.at, judged.at) as at, null::uuid as decision_id, judged.id as assessment_id,
    coalesce(cause, 'money_taken') as cause
  from closed full join
    (select id, at from assessments where ticket_id = :ticket and (occasion = 'closing'
       or occasion = 'review' and at in (select at from closed))) as judged
    on judged.at = closed.at`;

const newestDecision = `
  (select id from decisions as later where later.ticket_id = tickets.id order by later.at desc, later.id desc limit 1)`;

/** What was offered: by this decision, or by the newest before the closing. */
const offered = `
  select jsonb_build_object('amountMinor', refund_minor::text, 'currency', offers.currency, 'minutes', extend_minutes,
    'bytes', extend_bytes::text, 'proposal', reckoned.result -> 'proposal') as offered
  from offers
    join decisions as offering on offering.id = offers.decision_id
    join assessments as reckoned on reckoned.id = offering.assessment_id
  where offers.ticket_id = :ticket and offering.at <= entries.at
    and (offering.id = entries.decision_id or cause = 'offer_expired')
  order by offering.at desc limit 1`;

/** The versions that the assessment names; where there is none, those of the ticket. */
const query = `
  with closed as (${closed}),
  entries as (
    select at, id as decision_id, assessment_id, null as cause from decisions where ticket_id = :ticket
    union all ${closings}
  )
  select entries.at, case when decisions.id is not null then ${decisionObject} end as decision, cause,
    tickets.number::text as ticket_number, orders.ref as order_ref, tickets.asked_at,
    provision, confirm_ground, confirmed_at, tickets.outcome, tickets.closed_at,
    case when assessments.id is not null then jsonb_build_object('id', assessments.id, 'number', assessments.number,
      'sha256', encode(result_sha256, 'hex'), 'result', result) end as assessment,
    ${version('asked')} as asked, ${version('bought')} as bought,
    exists (select from appeals where ticket_id = tickets.id and decision_id is not distinct from ${newestDecision}) as appealed,
    exists (select from appeals where ticket_id = tickets.id and at < entries.at and decision_id is not distinct from
      (select id from decisions as former where former.ticket_id = tickets.id and former.at <= entries.at
       order by former.at desc, former.id desc limit 1)) as appeal_used,
    offered,
    case when decisions.id is null then entries.at = tickets.closed_at else decisions.id = ${newestDecision} end is true as newest
  from entries
    join tickets on tickets.id = :ticket
    join orders on orders.id = tickets.order_id
    left join decisions on decisions.id = entries.decision_id
    left join lateral (${offered}) as terms on true
    left join assessments on assessments.id = entries.assessment_id
    left join policy_versions as asked on asked.id = coalesce(assessments.policy_version_id, ${versionAtAsking})
    left join policy_versions as bought on bought.id =
      case when assessments.id is null then tickets.purchase_version_id else assessments.purchase_version_id end
    ${decisionPeople}
  order by entries.at, decisions.id nulls last`;

type Entry = ReturnType<typeof decisionEntry> | ReturnType<typeof closingEntry>;

/** Oldest first; decisions and closings are each numbered by themselves. */
export async function explainTicket(db: Queryable, ticketId: TicketId) {
  const result = await db.raw<{ rows: unknown[] }>(query, { ticket: ticketId });
  const count = { decision: 0, closing: 0 };
  return readRows('decision or closing', explainedSchema, result.rows).flatMap((row): Entry[] => {
    const { decision, cause } = row;
    if (decision !== null) return [decisionEntry(row, decision, (count.decision += 1))];
    return cause === null ? [] : [closingEntry(row, cause, (count.closing += 1))];
  });
}

const decisionEntry = (row: ExplainedRow, decision: NonNullable<ExplainedRow['decision']>, number: number) => ({
  kind: 'decision' as const,
  ...decisionView(decision),
  ...headOf(row, number),
  provision: row.provision,
  confirmGround: row.confirm_ground,
  // Of a decision that holds, within the version's days after it took effect.
  appealBy: decision.state === 'final' ? appealEnd(row, row.confirmed_at ?? row.at) : null,
});

const closingEntry = (row: ExplainedRow, cause: ClosingCause, number: number) => {
  const outcome = closingOutcomes[cause];
  return {
    kind: 'closing' as const,
    id: row.assessment?.id ?? null,
    at: row.at,
    cause,
    outcome,
    ...headOf(row, number),
    reopenable: row.newest && outcome === 'lapsed',
    appealBy: isAppealable(outcome) && !row.appeal_used ? appealEnd(row, row.at) : null,
  };
};

const headOf = (row: ExplainedRow, number: number) => ({
  number,
  ticketReference: ticketReference({ number: row.ticket_number }),
  orderRef: row.order_ref,
  askedAt: row.asked_at,
  assessed: assessedView(row),
  appealUntil: appealUntil(row),
  offered: row.offered && offeredView(row.offered),
});

const offeredView = ({ amountMinor, currency: code, minutes, bytes, proposal }: z.output<typeof offeredSchema>) => ({
  amount: amountMinor === null ? null : money(amountMinor, code),
  extension: minutes > 0 || bytes !== '0' ? { minutes, bytes } : null,
  proposal,
});

function assessedView({ assessment, asked, bought }: ExplainedRow) {
  if (assessment === null || asked === null) return null;
  const { number, sha256, result } = assessment;
  const judging = bought?.number === result.judgedBy ? bought : asked;
  return {
    number,
    sha256,
    result,
    atAsking: { number: asked.number, effectiveAt: asked.effectiveAt },
    atPurchase: bought && { number: bought.number, effectiveAt: bought.effectiveAt },
    texts: judging.texts,
    seller: judging.seller,
  };
}

/** Once, of what closed the ticket and of its newest decision, from when it closed. */
function appealUntil(row: ExplainedRow): Date | null {
  if (row.closed_at === null || row.appealed || !row.newest || !isAppealable(row.outcome)) return null;
  return appealEnd(row, row.closed_at);
}

const appealEnd = ({ asked }: ExplainedRow, from: Date): Date | null =>
  asked && new Date(from.getTime() + asked.appealDays * dayMs);
