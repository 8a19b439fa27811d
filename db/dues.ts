/**
 * What a ticket does when its time has come: it lapses, counts as mended, runs out of its 15 days, or is decided by the
 * desk. The timer says which instant it was armed for; one that no longer stands changes nothing, whatever a clock says,
 * and what was said in time is heard first, however late it reaches the ticket.
 */

import type { Due } from '../domain/due-kind.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import type { Material } from '../domain/materials.ts';
import { formatMoney, money } from '../domain/money.ts';
import type { FixAnswer } from '../domain/review.ts';
import { type TicketSnapshot, theDesk } from '../domain/ticket.ts';
import type { Database, Transaction } from './database.ts';
import { decideBySystem } from './decisions.ts';
import { mendByOf } from './fixes.ts';
import type { GrantSettings } from './grants.ts';
import { endKyc } from './holds.ts';
import { isHeardLater } from './inputs.ts';
import { type Judgement, judgeTicket, keepJudgement } from './judgements.ts';
import { adoptLinkedContext } from './network-contexts.ts';
import { isUntold, runFrom } from './offer-mails.ts';
import { timeOf } from './offers.ts';
import { closingAppealEndsAt } from './reviews.ts';
import { follow, takeStock } from './stock-taking.ts';
import { type NewNotice, type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export function recordDue(
  db: Database,
  given: { readonly ticketId: TicketId; readonly due: Due },
  settings: GrantSettings,
  clockAt: Date,
): Promise<TicketSnapshot | Refusal> {
  // I7: the server's timer has fired, so the instant has come, even where this machine's clock is behind.
  const at = new Date(Math.max(clockAt.getTime(), Date.parse(given.due.at)));
  const { kind } = given.due;
  // What a check of identity and the desk's own decision take beside the ticket, others hold while they keep words for it.
  const awaitsKept = kind !== 'kyc' && kind !== 'system_decision';
  const step = { ticketId: given.ticketId, inputId: null, actor: theDesk, at, awaitsKept };
  return takeStep(db, step, async (trx, ticket) => {
    const stands = ticket.due_kind === kind && ticket.due_at?.toISOString() === given.due.at;
    // Materials that were given with another order of the same request are this one's as well.
    const of = { ticketId: ticket.id, request: kind === 'gathering' ? ticket.request_id : null };
    // What the desk decides by itself can be appealed, or called off, as long as nothing has left.
    const takes = stands && (kind === 'system_decision' || !(await isHeardLater(trx, of, given.due.at)));
    const change = takes ? await bodies[kind](trx, ticket, at, settings) : null;
    // Nobody asked for it, so there is nobody to refuse: what cannot be done now stays due and is looked at again.
    return isRefusal(change) ? null : change;
  });
}

type DueBody = (
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  settings: GrantSettings,
) => Promise<StepChange | Refusal | null>;

const toCustomer = (ticket: TicketRow): NewNotice['to'] => ({ subjectId: ticket.subject_id });

const lapsed = (ticket: TicketRow, judged: Judgement, missing: readonly Material[], at: Date): NewNotice => ({
  template: 'ticket-lapsed',
  parameters: { missing, appealBy: closingAppealEndsAt(judged, at) },
  to: toCustomer(ticket),
});

/**
 * By what is known, whatever the answer would have been: then silence costs the customer nothing. An offer waits for a
 * choice, which who is silent does not make, and is there again when the ticket is reopened.
 */
const isRefundDue = ({ assessment }: Judgement): boolean => assessment.proposal.kind === 'refund';

const lapseGathering: DueBody = async (trx, ticket, at) => {
  await adoptLinkedContext(trx, ticket);
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  const { missing } = judged.kase.facts;
  // What was given to a linked ticket counts, also where this one has not heard of it yet.
  if (missing.length === 0) return takeStock(trx, ticket, at, []);
  if (isRefundDue(judged)) return follow(trx, ticket, judged, 'settledByFacts', at, []);
  await keepJudgement(trx, ticket.id, judged, 'closing', at);
  return {
    move: 'gatheringLapsed',
    events: [{ kind: 'lapsed', data: { missing } }],
    notices: [lapsed(ticket, judged, missing, at)],
    kase: judged.kase,
  };
};

const lapseInformation: DueBody = async (trx, ticket, at) => {
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  if (isRefundDue(judged)) return follow(trx, ticket, judged, 'settledByFacts', at, []);
  await keepJudgement(trx, ticket.id, judged, 'closing', at);
  await trx('information_requests')
    .where({ ticket_id: ticket.id })
    .whereNull('ended_at')
    .update({ ended_at: at, result: 'lapsed' });
  return {
    move: 'informationLapsed',
    events: [{ kind: 'lapsed', data: {} }],
    notices: [lapsed(ticket, judged, [], at)],
    kase: judged.kase,
  };
};

const expireRemediation: DueBody = async (trx, ticket, at) => {
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  await keepJudgement(trx, ticket.id, judged, 'deciding', at);
  return { move: 'remediationExpired', events: [{ kind: 'remediationExpired', data: {} }], kase: judged.kase };
};

/**
 * RP-2.4a: silence says that a fix holds, unless the desk's own tests say that it does not: then the deadline stands as if none
 * had been reported, as by an agent's word.
 */
const presumeMended: DueBody = async (trx, ticket, at) => {
  const answered: { answer: FixAnswer }[] = await trx('fix_reports')
    .where({ ticket_id: ticket.id })
    .whereNull('answer')
    .update({
      answer: trx.raw(`case when probes_failing_at is null then 'silent' else 'probe_failed' end`),
      answered_at: at,
    })
    .returning('answer');
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  if (answered.some(({ answer }) => answer === 'probe_failed'))
    return {
      events: [{ kind: 'probeFailed', data: {} }],
      notices: [{ template: 'fix-withdrawn', parameters: { mendBy: mendByOf(judged, at) }, to: toCustomer(ticket) }],
      kase: judged.kase,
    };
  await keepJudgement(trx, ticket.id, judged, 'closing', at);
  return {
    move: 'fixPresumed',
    events: [{ kind: 'fixAnswered', data: { answer: 'silent' } }],
    notices: [
      {
        template: 'ticket-remediated',
        parameters: { presumed: true, appealBy: closingAppealEndsAt(judged, at) },
        to: toCustomer(ticket),
      },
    ],
    kase: judged.kase,
  };
};

const lapseOffer: DueBody = async (trx, ticket, at) => {
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  const { offer, order } = judged.kase;
  if (offer && (await isUntold(trx, ticket.id, offer))) return runFrom(trx, ticket.id, offer, at);
  await keepJudgement(trx, ticket.id, judged, 'closing', at);
  await trx('offers').where({ ticket_id: ticket.id }).whereNull('choice').update({ choice: 'lapsed', chosen_at: at });
  const amount = offer?.refundMinor ? formatMoney(money(BigInt(offer.refundMinor), order.currency)) : null;
  return {
    move: 'offerLapsed',
    events: [{ kind: 'lapsed', data: {} }],
    notices: [
      {
        template: 'offer-lapsed',
        parameters: { amount, extension: offer && timeOf(offer), appealBy: closingAppealEndsAt(judged, at) },
        to: toCustomer(ticket),
      },
    ],
    kase: judged.kase,
  };
};

const timeOutKyc: DueBody = (trx, ticket, at) => endKyc(trx, ticket, 'timed_out', null, at);

const bodies: Readonly<Record<Due['kind'], DueBody>> = {
  gathering: lapseGathering,
  information: lapseInformation,
  remediation: expireRemediation,
  fix_answer: presumeMended,
  offer: lapseOffer,
  kyc: timeOutKyc,
  system_decision: decideBySystem,
};
