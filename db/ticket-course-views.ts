/**
 * What a ticket went through and waits for beside its phase: clocks that stood still, holds, questions, fixes, decisions,
 * offers, remedies, appeals. Read for people in one statement, whatever their number.
 */

import { z } from 'zod';
import { dayMs, dueWithPauses } from '../domain/clocks.ts';
import { decisionKinds, decisionStates, exceptions } from '../domain/decision.ts';
import type { DueKind } from '../domain/due-kind.ts';
import { clockKinds, pauseReasons } from '../domain/facts.ts';
import { holdKinds, holdResults } from '../domain/hold.ts';
import type { DecisionId, HoldId, SubjectId, TicketId } from '../domain/ids.ts';
import { materials } from '../domain/materials.ts';
import { money } from '../domain/money.ts';
import { offerEnds } from '../domain/offer.ts';
import { type RemedyKind, type RemedyState, remedyKinds, remedyStates } from '../domain/remedy.ts';
import { fixAnswers } from '../domain/review.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { firstCapturedAt } from './case-query.ts';
import { contactColumns, contactsOf } from './contacts.ts';
import type { Queryable } from './database.ts';
import { pastTicketColumns, pastTicketsOf } from './past-tickets.ts';
import { currency, id, minor, readRow } from './row.ts';
import { ticketReference } from './tickets.ts';

/** PostgreSQL's JSON tells instants as text with an offset. */
const instant = z.string().transform((text) => new Date(text));

const person = z.object({ id: id<SubjectId>(), name: z.string() }).nullable();

export const decisionColumns = {
  id: id<DecisionId>(),
  decision: z.enum(decisionKinds),
  ground: z.string(),
  clauses: z.array(z.string()),
  amountMinor: minor.nullable(),
  currency: currency.nullable(),
  at: instant,
  exception: z.enum(exceptions).nullable(),
  state: z.enum(decisionStates),
  decidedBy: person,
  confirmedBy: person,
};

const decisionSchema = z.object(decisionColumns);

const courseSchema = z.object({
  phase: z.enum(ticketPhases),
  askedAt: instant,
  policyAtAsking: z.number().int().nullable(),
  policyAtPurchase: z.number().int().nullable(),
  neededMaterials: z.array(z.enum(materials)).nullable(),
  remediationRule: z.object({ days: z.number(), owedDaysPause: z.boolean() }).nullable(),
  pauses: z.array(
    z.object({
      clock: z.enum(clockKinds),
      reason: z.enum(pauseReasons),
      from: instant,
      until: instant.nullable(),
      by: person,
    }),
  ),
  holds: z.array(
    z.object({
      id: id<HoldId>(),
      kind: z.enum(holdKinds),
      ground: z.string(),
      since: instant,
      until: instant.nullable(),
      result: z.enum(holdResults).nullable(),
      stops: z.array(z.enum(clockKinds)),
      placedBy: person,
    }),
  ),
  informationRequest: z
    .object({ holdId: id<HoldId>(), materials: z.array(z.enum(materials)), question: z.string(), askedAt: instant })
    .nullable(),
  fix: z.object({ reportedAt: instant, answer: z.enum(fixAnswers).nullable() }).nullable(),
  wasRemediating: z.boolean(),
  promisedAt: instant.nullable(),
  window: z.object({ firstCapturedAt: instant, days: z.number() }).nullable(),
  contacts: z.array(contactColumns),
  pastTickets: z.array(pastTicketColumns),
  decisions: z.array(decisionSchema),
  offer: z
    .object({
      refundMinor: minor.nullable(),
      currency,
      minutes: z.number().int(),
      bytes: z.string(),
      endsPlan: z.boolean(),
      offeredAt: instant,
      choice: z.enum(offerEnds).nullable(),
    })
    .nullable(),
  remedies: z.array(
    z.object({
      kind: z.enum(remedyKinds as [RemedyKind, ...RemedyKind[]]),
      state: z.enum(remedyStates as [RemedyState, ...RemedyState[]]),
      planEndsAt: instant.nullable(),
    }),
  ),
  appeal: z.object({ at: instant, decisionId: id<DecisionId>().nullable() }).nullable(),
  pending: z.object({ count: z.number().int(), since: instant }).nullable(),
  linked: z.array(
    z
      .object({
        id: id<TicketId>(),
        number: z.string(),
        orderRef: z.string(),
        phase: z.enum(ticketPhases),
        outcome: z.enum(ticketOutcomes).nullable(),
      })
      .transform(({ number, ...ticket }) => ({ ...ticket, reference: ticketReference({ number }) })),
  ),
});

type CourseRow = z.output<typeof courseSchema>;

/** A person by id and name, from a table joined under this alias. */
const named = (alias: string): string =>
  `case when ${alias}.id is not null then jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name) end`;

/** A decision's members, from `decisions` with its people joined as `decider` and `confirmer`. */
export const decisionObject = `
  jsonb_build_object('id', decisions.id, 'decision', decision, 'ground', ground, 'clauses', clauses,
    'amountMinor', amount_minor::text, 'currency', decisions.currency, 'at', decisions.at, 'exception', exception,
    'state', decisions.state, 'decidedBy', ${named('decider')}, 'confirmedBy', ${named('confirmer')})`;

export const decisionPeople = `
  left join people as decider on decider.id = decisions.decided_by
  left join people as confirmer on confirmer.id = decisions.confirmed_by`;

/** The version in force when it was asked for; a ticket that no run has taken up yet does not name it (RP-6.1). */
export const versionAtAsking = `
  coalesce(tickets.policy_version_id,
    (select id from policy_versions where effective_at <= tickets.asked_at order by effective_at desc limit 1))`;

const query = `
  select jsonb_build_object(
    'phase', tickets.phase, 'askedAt', tickets.asked_at,
    'policyAtAsking', asked.number, 'policyAtPurchase', bought.number,
    'neededMaterials', asked.document -> 'parameters' -> 'materials' -> tickets.fault,
    'remediationRule', asked.document -> 'parameters' -> 'remediation',
    'pauses', (select coalesce(jsonb_agg(jsonb_build_object('clock', clock, 'reason', reason, 'from', started_at,
        'until', ended_at, 'by', ${named('people')}) order by started_at, clock_pauses.id), '[]')
      from clock_pauses left join people on people.id = started_by where ticket_id = tickets.id),
    'holds', (select coalesce(jsonb_agg(jsonb_build_object('id', holds.id, 'kind', kind, 'ground', ground,
        'since', placed_at, 'until', released_at, 'result', result, 'placedBy', ${named('people')},
        'stops', (select coalesce(jsonb_agg(distinct clock), '[]') from clock_pauses where hold_id = holds.id)
      ) order by placed_at, holds.id), '[]')
      from holds left join people on people.id = placed_by where ticket_id = tickets.id),
    'informationRequest', (select jsonb_build_object('holdId', hold_id, 'materials', materials, 'question', question,
        'askedAt', asked_at)
      from information_requests where ticket_id = tickets.id and ended_at is null),
    'fix', (select jsonb_build_object('reportedAt', reported_at, 'answer', answer)
      from fix_reports where ticket_id = tickets.id order by id desc limit 1),
    'wasRemediating', exists (select from ticket_events where ticket_id = tickets.id and kind = 'remediationBegun'),
    'promisedAt', (select max(due_at) from reminders
      where ticket_id = tickets.id and kind in ('decision', 'escalation') and state <> 'void'),
    'contacts', ${contactsOf('tickets.subject_id')}, 'pastTickets', ${pastTicketsOf('tickets.account_id')},
    'window', (select jsonb_build_object('firstCapturedAt', coalesce(${firstCapturedAt}, first_purchased_at),
        'days', asked.document -> 'parameters' -> 'requestWindowDays')
      from orders where orders.id = tickets.order_id and asked.id is not null),
    'decisions', (select coalesce(jsonb_agg(${decisionObject} order by decisions.at, decisions.id), '[]')
      from decisions ${decisionPeople} where ticket_id = tickets.id),
    'offer', (select jsonb_build_object('refundMinor', refund_minor::text, 'currency', currency,
        'minutes', extend_minutes, 'bytes', extend_bytes::text, 'endsPlan', ends_plan, 'offeredAt', offered_at, 'choice', choice)
      from offers where ticket_id = tickets.id order by offered_at desc, id desc limit 1),
    'remedies', (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'state', state,
        'planEndsAt', plan_ends_at) order by remedy_no), '[]')
      from remedies where ticket_id = tickets.id),
    'appeal', (select jsonb_build_object('at', at, 'decisionId', decision_id)
      from appeals where ticket_id = tickets.id order by at desc, id desc limit 1),
    'pending', (select jsonb_build_object('count', count(*), 'since', min(kept_at))
      from inputs where ticket_id = tickets.id and delivery = 'due' having count(*) > 0),
    'linked', (select coalesce(jsonb_agg(jsonb_build_object('id', other.id, 'number', other.number::text,
        'orderRef', ref, 'phase', other.phase, 'outcome', other.outcome) order by other.number), '[]')
      from tickets as other join orders on orders.id = other.order_id
      where other.request_id = tickets.request_id and other.account_id = tickets.account_id and other.id <> tickets.id)
  ) as course
  from tickets
    left join policy_versions as asked on asked.id = ${versionAtAsking}
    left join policy_versions as bought on bought.id = tickets.purchase_version_id
  where tickets.id = ?`;

/** When the ticket moves by itself, as its row says. */
export type DueView = { readonly kind: DueKind; readonly at: Date } | null;

export async function readTicketCourse(db: Queryable, ticketId: TicketId, due: DueView) {
  const result = await db.raw<{ rows: { course: unknown }[] }>(query, [ticketId]);
  const row = readRow('ticket course', courseSchema, result.rows[0]?.course);
  const dueOf = (kind: DueKind): Date | null => (due?.kind === kind ? due.at : null);
  return {
    policy: { atAsking: row.policyAtAsking, atPurchase: row.policyAtPurchase },
    neededMaterials: row.neededMaterials ?? materials,
    pauses: row.pauses,
    holds: row.holds,
    informationRequest: row.informationRequest && { ...row.informationRequest, lapsesAt: dueOf('information') },
    remediation: row.wasRemediating
      ? {
          deadline: dueOf('remediation') ?? deadlineOf(row),
          fixReportedAt: row.fix?.reportedAt ?? null,
          answer: row.fix?.answer ?? null,
        }
      : null,
    promisedAt: promiseOf(row),
    decisions: row.decisions.map(decisionView),
    offer: row.offer && {
      refund: row.offer.refundMinor === null ? null : money(row.offer.refundMinor, row.offer.currency),
      extension:
        row.offer.minutes === 0 && row.offer.bytes === '0'
          ? null
          : { minutes: row.offer.minutes, bytes: row.offer.bytes },
      endsPlan: row.offer.endsPlan,
      offeredAt: row.offer.offeredAt,
      expiresAt: dueOf('offer'),
      choice: row.offer.choice,
    },
    remedies: row.remedies,
    appeal: row.appeal,
    pending: row.pending,
    contacts: row.contacts,
    pastTickets: row.pastTickets,
    windowEndsAt: row.window && new Date(row.window.firstCapturedAt.getTime() + row.window.days * dayMs),
    linked: row.linked,
  };
}

export const decisionView = (row: z.output<typeof decisionSchema>) => ({
  id: row.id,
  decision: row.decision,
  amount: row.amountMinor === null || row.currency === null ? null : money(row.amountMinor, row.currency),
  ground: row.ground,
  clauses: row.clauses,
  at: row.at,
  exception: row.exception,
  state: row.state,
  decidedBy: row.decidedBy,
  confirmedBy: row.confirmedBy,
});

/** RP-4.3: as the reminders of it were planned, while an answer is owed and its clock runs. */
function promiseOf({ phase, pauses, promisedAt }: CourseRow): Date | null {
  const stands = pauses.some(({ clock, until }) => clock === 'decision' && until === null);
  return (phase === 'reviewing' || phase === 'deciding') && !stands ? promisedAt : null;
}

/** RP-2.4a: the days from the report; `null` while the customer owes details on days that do not count. */
function deadlineOf({ remediationRule, askedAt, pauses }: CourseRow): Date | null {
  if (remediationRule === null) return null;
  const owed = pauses.filter(({ clock, reason }) => clock === 'remediation' && reason === 'customer');
  const counted = remediationRule.owedDaysPause ? owed : [];
  if (counted.some(({ until }) => until === null)) return null;
  const spans = counted.map(({ from, until }) => ({
    from: from.toISOString(),
    until: until?.toISOString() ?? null,
  }));
  const asked = askedAt.getTime();
  return new Date(dueWithPauses(asked, remediationRule.days * dayMs, spans, asked));
}
