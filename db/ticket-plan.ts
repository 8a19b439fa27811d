/**
 * What follows from a step by itself: when the ticket moves next, which reminders it has until then, and that a closed
 * ticket waits for nothing. Reckoned from the case as the step left it, in the step's own transaction.
 */

import { dueOfPhase, nextDue } from '../domain/due.ts';
import type { Due } from '../domain/due-kind.ts';
import type { HoldKind } from '../domain/hold.ts';
import { plannedReminders, type Reminder } from '../domain/reminders.ts';
import { advance, type TicketMove, type TicketPhase, undoesDecision } from '../domain/ticket.ts';
import { asReached, freedOfDispute, isHeldForDispute, judge, readCase, type TicketCase, waitsOf } from './cases.ts';
import type { Transaction } from './database.ts';
import { releaseIntervals } from './intervals.ts';
import { decisionBy } from './judgements.ts';
import type { TicketRow } from './tickets.ts';

export interface Plan {
  readonly due: Due | null;
  readonly reminders: readonly Reminder[];
  readonly materialsCompleteAt: Date | null;
  /** RP-4.3: by when the customer is owed an answer in the phase that the step leads to. */
  readonly answerBy: string | null;
  /** The step closed the ticket: what it still waited for ends with it. */
  readonly closes: boolean;
  readonly remediation: 'begins' | 'ends' | null;
  /** What was granted did not go: the lost time that it was for is free again. */
  readonly frees: boolean;
  readonly endsHold: HoldKind | null;
}

/** `null` where the step changed nothing that anything could wait for. */
export async function planOf(
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  change: {
    readonly move?: TicketMove;
    readonly kase?: TicketCase;
    readonly endsHold?: HoldKind;
    readonly undecided?: true;
  },
): Promise<Plan | null> {
  const found = change.kase ?? (change.move ? await readCase(trx, ticket.id) : null);
  if (found === null) return null;
  const phase = (change.move && advance(ticket, change.move)?.phase) ?? ticket.phase;
  const now = at.toISOString();
  const endsHold = change.endsHold ?? (losesInquiryHold(found, ticket.phase, phase) ? 'dispute' : null);
  const read = endsHold === 'dispute' ? freedOfDispute(found, now) : found;
  const remediates = phase === 'remediating';
  const complete = asReached(read, phase, at);
  const judgedNow = remediates ? complete : afterRemediation(complete, now);
  const kase = undoesDecision(change.move) ? owedAnew(judgedNow, now) : judgedNow;
  const assessment = judge(kase, at);
  const waits = waitsOf(kase, phase, assessment);
  const due = nextDue(change.undecided ? { ...waits, systemDecides: false } : waits, now);
  const closes = phase === 'closed';
  // A check of identity that is due before is no reason to forget the rest.
  const reminders = closes ? [] : plannedReminders(waits, dueOfPhase(waits, now), assessment.clocks.decision);
  return {
    due,
    reminders,
    answerBy: decisionBy({ assessment }, phase),
    materialsCompleteAt: kase.facts.materialsCompleteAt === null ? null : new Date(kase.facts.materialsCompleteAt),
    closes: closes && ticket.phase !== 'closed',
    remediation: remediates === (ticket.phase === 'remediating') ? null : remediates ? 'begins' : 'ends',
    frees: ticket.phase === 'settling' && phase === 'deciding',
    endsHold,
  };
}

const giving: readonly TicketPhase[] = ['offering', 'settling'];

/** D3: what held an offer or a part for an inquiry alone ends with them; all of the money may still be decided. */
const losesInquiryHold = (kase: TicketCase, from: TicketPhase, to: TicketPhase): boolean =>
  giving.includes(from) &&
  (to === 'deciding' || to === 'reviewing') &&
  isHeldForDispute(kase) &&
  !kase.disputes.some(({ state }) => state === 'open');

/** RP-4.3: the answer that was given does not hold, and another one is owed from now. */
const owedAnew = (kase: TicketCase, now: string): TicketCase => ({
  ...kase,
  facts: { ...kase.facts, reopenedAt: now },
});

/** RP-4.3: the finding that the fault is being mended was the answer, so the promise stands still until the days are over. */
const afterRemediation = (kase: TicketCase, now: string): TicketCase => ({
  ...kase,
  facts: {
    ...kase.facts,
    pauses: kase.facts.pauses.map((pause) =>
      pause.reason === 'remediation' && pause.until === null ? { ...pause, until: now } : pause,
    ),
  },
});

/** What a plan writes beside the ticket's row: parts of the statement that records the step, which binds what they name. */
export const partsOf = (plan: Plan): readonly string[] => [
  ...(plan.remediation === 'begins' ? [promiseStopped] : []),
  ...(plan.remediation === 'ends' && !plan.closes ? [promiseResumed, fixUnasked] : []),
  ...(plan.frees ? [`freed as (${releaseIntervals})`] : []),
  ...(plan.closes ? [waitsEnded] : plan.endsHold === null ? [] : [holdEnded]),
];

const promiseStopped = `stopped as (
       insert into clock_pauses (ticket_id, clock, reason, started_at) values (:ticket, 'decision', 'remediation', :at)
     )`;

const promiseResumed = `resumed as (
       update clock_pauses set ended_at = :at
       where ticket_id = :ticket and clock = 'decision' and reason = 'remediation' and ended_at is null
     )`;

/** A report of a fix that nobody answered is no one's to answer outside the remediation. */
const fixUnasked = `unasked as (
       update fix_reports set answer = 'closed', answered_at = :at where ticket_id = :ticket and answer is null
     )`;

const holdEnded = `released as (
       update holds set released_at = :at, result = 'ended'
       where ticket_id = :ticket and kind = :endsHold and released_at is null returning id
     ), let_go as (
       update clock_pauses set ended_at = :at where hold_id in (select id from released) and ended_at is null
     )`;

/** Holds, clocks, questions, reports of a fix, decisions that await another and offers that a closing ticket leaves open. */
const waitsEnded = `released as (
       update holds set released_at = :at, result = case kind when :endsHold then 'ended' else 'closed' end
       where ticket_id = :ticket and released_at is null
     ), resumed as (
       update clock_pauses set ended_at = :at where ticket_id = :ticket and ended_at is null
     ), superseded as (
       update information_requests set ended_at = :at, result = 'superseded' where ticket_id = :ticket and ended_at is null
     ), ${fixUnasked}, dropped as (
       update decisions set state = 'rejected' where ticket_id = :ticket and state = 'awaiting'
     ), withdrawn as (
       update offers set chosen_at = :at, choice = 'withdrawn' where ticket_id = :ticket and choice is null
     )`;
