/**
 * Decisions with all that answers why, years later: the assessment that each stands on, and the policy versions at asking
 * and at purchase with their texts as posted. One statement a ticket.
 */

import { z } from 'zod';
import type { Assessment } from '../domain/assessment.ts';
import { dayMs } from '../domain/clocks.ts';
import type { TicketId } from '../domain/ids.ts';
import type { PolicyDocument } from '../domain/policy.ts';
import { isAppealable, ticketOutcomes } from '../domain/ticket.ts';
import type { Queryable } from './database.ts';
import { readRows } from './row.ts';
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

const explainedSchema = z.object({
  decision: z.object(decisionColumns),
  ticket_number: z.string(),
  order_ref: z.string(),
  asked_at: z.date(),
  provision: z.string().nullable(),
  confirm_ground: z.string().nullable(),
  assessment: z
    .object({
      number: z.number().int(),
      sha256: z.string(),
      result: z.custom<Assessment>((value) => typeof value === 'object' && value !== null && 'findings' in value),
    })
    .nullable(),
  asked: versionSchema,
  bought: versionSchema,
  confirmed_at: z.date().nullable(),
  appealed: z.boolean(),
  newest: z.boolean(),
  outcome: z.enum(ticketOutcomes).nullable(),
  closed_at: z.date().nullable(),
});

type ExplainedRow = z.output<typeof explainedSchema>;

const version = (alias: string): string => `
  case when ${alias}.id is not null then jsonb_build_object('number', ${alias}.number, 'effectiveAt', ${alias}.effective_at,
    'texts', ${alias}.document -> 'texts', 'seller', ${alias}.document -> 'seller',
    'appealDays', ${alias}.document -> 'parameters' -> 'appealDays') end`;

/** The versions that the assessment names; of a decision without one, those of its ticket. */
const query = `
  select ${decisionObject} as decision, tickets.number::text as ticket_number, orders.ref as order_ref, tickets.asked_at,
    provision, confirm_ground, confirmed_at, tickets.outcome, tickets.closed_at,
    case when assessments.id is not null then jsonb_build_object('number', assessments.number,
      'sha256', encode(result_sha256, 'hex'), 'result', result) end as assessment,
    ${version('asked')} as asked, ${version('bought')} as bought,
    exists (select from appeals where decision_id = decisions.id) as appealed,
    not exists (select from decisions as later where later.ticket_id = tickets.id
      and (later.at, later.id) > (decisions.at, decisions.id)) as newest
  from decisions
    join tickets on tickets.id = decisions.ticket_id
    join orders on orders.id = tickets.order_id
    left join assessments on assessments.id = decisions.assessment_id
    left join policy_versions as asked on asked.id = coalesce(assessments.policy_version_id, ${versionAtAsking})
    left join policy_versions as bought on bought.id =
      case when assessments.id is null then tickets.purchase_version_id else assessments.purchase_version_id end
    ${decisionPeople}
  where decisions.ticket_id = ? order by decisions.at, decisions.id`;

export async function explainDecisions(db: Queryable, ticketId: TicketId) {
  const result = await db.raw<{ rows: unknown[] }>(query, [ticketId]);
  return readRows('decision', explainedSchema, result.rows).map((row, index) => ({
    ...decisionView(row.decision),
    number: index + 1,
    ticketReference: ticketReference({ number: row.ticket_number }),
    orderRef: row.order_ref,
    askedAt: row.asked_at,
    provision: row.provision,
    confirmGround: row.confirm_ground,
    assessed: assessedView(row),
    appealBy: appealBy(row),
    appealUntil: appealUntil(row),
  }));
}

function assessedView({ assessment, asked, bought }: ExplainedRow) {
  if (assessment === null || asked === null) return null;
  const judging = bought?.number === assessment.result.judgedBy ? bought : asked;
  return {
    ...assessment,
    atAsking: { number: asked.number, effectiveAt: asked.effectiveAt },
    atPurchase: bought && { number: bought.number, effectiveAt: bought.effectiveAt },
    texts: judging.texts,
    seller: judging.seller,
  };
}

/** Of a decision that holds, within the version's days after it took effect. */
function appealBy({ decision, asked, confirmed_at: confirmedAt }: ExplainedRow): Date | null {
  return decision.state === 'final' && asked ? daysAfter(confirmedAt ?? decision.at, asked.appealDays) : null;
}

/** Once, of the newest decision, from when its ticket closed. */
function appealUntil(row: ExplainedRow): Date | null {
  if (row.asked === null || row.closed_at === null || row.appealed || !row.newest) return null;
  return isAppealable(row.outcome) ? daysAfter(row.closed_at, row.asked.appealDays) : null;
}

const daysAfter = (date: Date, days: number): Date => new Date(date.getTime() + days * dayMs);
