/**
 * Decisions: what the policy proposes at once, what differs from it once a second person has confirmed it, and what the
 * version lets the desk decide by itself (RP-4.6). Each is kept with the assessment that it stood beside.
 */

import { z } from 'zod';
import {
  clausesOfDecision,
  confirmationRefusal,
  confirmingRoles,
  type DecisionException,
  exceptionOf,
  exceptions,
} from '../domain/decision.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { DecisionId, SubjectId } from '../domain/ids.ts';
import { formatMoney, fromWire, type Money, money } from '../domain/money.ts';
import type { noticeCodes } from '../domain/notice.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Transaction } from './database.ts';
import { type Asked, carryOut, decisionBody } from './decision-effects.ts';
import { alreadyPaying, type GrantSettings, insertDecision, type KeptDecision, splitOverTenders } from './grants.ts';
import { decisionBy, type Judgement, judgeTicket } from './judgements.ts';
import { standingOffer } from './offers.ts';
import { barredFrom, type PersonMessage } from './reviews.ts';
import { currency, id, minor, readRow } from './row.ts';
import { inSavepoint, type StepChange, takeStep, toRoles } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export function recordDecision(
  db: Database,
  message: PersonMessage,
  settings: GrantSettings,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    if (ticket.phase === 'settling' || ticket.phase === 'offering')
      return refuse('ticket-decided', await decider(trx, ticket));
    const asked = readRow('decision input', decisionBody, input?.body);
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const no = mayDecide(judged, message.by.id);
    if (no) return no;
    const split =
      asked.decision === 'refund'
        ? await splitOverTenders(trx, ticket, fromWire(asked.amount), judged.assessment.refundableTenders, settings)
        : null;
    if (isRefusal(split)) return split;
    const { parameters } = judged.kase.version.document;
    const offerStands = standingOffer(judged) !== null;
    const exception = exceptionOf(
      wireless(asked),
      judged.assessment.proposal,
      parameters,
      message.by.role,
      offerStands,
    );
    if (isRefusal(exception)) return exception;
    const kept = await insertDecision(trx, {
      ticket,
      decidedBy: message.by.id,
      inputId: message.inputId,
      decision: asked.decision,
      ground: asked.ground,
      clauses: clausesOfDecision(asked, exception, judged.assessment.proposal),
      amount: asked.decision === 'refund' ? fromWire(asked.amount) : null,
      judged,
      exception,
      provision: exception === 'statutory' && asked.decision === 'refund' ? (asked.provision ?? '') : null,
      at,
    });
    if (exception !== null) return awaiting(judged, asked, { ...kept, exception, message, at });
    const decided = { asked, decisionId: kept.id, decidedBy: message.by.id, exception, ...(split ? { split } : {}) };
    return carryOut(trx, ticket, judged, decided, settings, at);
  });
}

const mayDecide = (judged: Judgement, who: SubjectId): Refusal | null =>
  barredFrom(judged, who) ??
  (judged.kase.decision?.state === 'awaiting' ? refuse('decision-awaits') : alreadyPaying(judged.kase.openPayouts));

const wireless = (asked: Asked) =>
  asked.decision === 'refund'
    ? { ...asked, amount: fromWire(asked.amount), exception: asked.exception ?? null }
    : asked.decision === 'refuse'
      ? { ...asked, exception: asked.exception ?? null }
      : asked;

const decisionCodes = {
  refund: 'refund',
  refuse: 'refusal',
  offer: 'offer',
  replace: 'replacement',
} as const satisfies Record<Asked['decision'], (typeof noticeCodes.decision)[number]>;

function awaiting(
  { kase, assessment }: Judgement,
  asked: Asked,
  kept: KeptDecision & { exception: DecisionException; message: PersonMessage; at: Date },
): StepChange {
  const amount = asked.decision === 'refund' ? formatMoney(fromWire(asked.amount)) : null;
  const dueAt = assessment.clocks.decision?.dueAt ?? null;
  const decidedBy = kept.message.by.id;
  return {
    events: [{ kind: 'decisionAwaits', data: { decision: asked.decision } }],
    // To whoever may confirm it: also of an appeal, those who judged before may not.
    notices: toRoles(confirmingRoles(kept.exception), [decidedBy, ...kase.barred], {
      template: 'decision-awaits-confirmation',
      parameters: { decision: decisionCodes[asked.decision], amount, dueAt },
    }),
    // What a person has begun to decide is not the desk's any more.
    kase: {
      ...kase,
      decision: {
        id: kept.id,
        state: 'awaiting',
        decision: asked.decision,
        decidedBy,
        at: kept.at.toISOString(),
        inputId: kept.message.inputId,
        assessmentId: kept.assessmentId,
      },
    },
  };
}

const confirmSchema = z.object({ confirm: z.boolean(), ground: z.string() });

const awaitingSchema = z.object({
  id: id<DecisionId>(),
  decision: z.enum(['refund', 'refuse', 'offer', 'replace']),
  decided_by: id<SubjectId>(),
  ground: z.string(),
  clauses: z.array(z.string()),
  amount_minor: minor.nullable(),
  currency: currency.nullable(),
  exception: z.enum(exceptions),
  provision: z.string().nullable(),
});

/** The second person's word: with their yes the decision takes effect, with their no the ticket is to be decided anew. */
export function recordConfirmation(
  db: Database,
  message: PersonMessage,
  settings: GrantSettings,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const body = readRow('confirmation input', confirmSchema, input?.body);
    const row: unknown = await trx('decisions').where({ ticket_id: ticket.id, state: 'awaiting' }).first();
    if (row === undefined) return refuse('no-decision-awaits');
    const decision = readRow('decision', awaitingSchema, row);
    const who = message.by;
    const decidedBySame = decision.decided_by === who.id;
    const no = confirmationRefusal(decision.exception, { decidedBySame, role: who.role });
    if (no) return no;
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const barred = barredFrom(judged, who.id);
    if (barred) return barred;
    const state = body.confirm ? 'final' : 'rejected';
    await trx('decisions')
      .where({ id: decision.id })
      .update({ state, confirmed_by: who.id, confirmed_at: at, confirm_ground: body.ground });
    const events = [{ kind: 'decisionConfirmed', data: { confirmed: body.confirm } }];
    if (!body.confirm) {
      const parameters = { turn: 'not_confirmed', dueAt: decisionBy(judged, ticket.phase) } as const;
      const to = { subjectId: decision.decided_by };
      return { events, notices: [{ template: 'ticket-to-decide', parameters, to }], kase: judged.kase };
    }
    const effect = await carryOut(
      trx,
      ticket,
      judged,
      {
        asked: askedOf(decision),
        decisionId: decision.id,
        decidedBy: decision.decided_by,
        exception: decision.exception,
        provision: decision.provision,
      },
      settings,
      at,
    );
    return isRefusal(effect) ? effect : { ...effect, events: [...events, ...effect.events] };
  });
}

function askedOf(row: z.output<typeof awaitingSchema>): Asked {
  const { ground } = row;
  switch (row.decision) {
    case 'refund': {
      if (row.amount_minor === null || row.currency === null) throw new Error('a refund was decided without an amount');
      const amount = { minor: row.amount_minor.toString(), currency: row.currency };
      return { decision: 'refund', amount, ground };
    }
    case 'refuse':
      return { decision: 'refuse', clauses: row.clauses, ground };
    case 'offer':
      return { decision: 'offer', ground };
    case 'replace':
      return { decision: 'replace', ground };
  }
}

/** RP-4.6: refunds under RP-2.4b, where the version allows it, below its limit and its daily cap; else a person decides. */
export async function decideBySystem(
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  settings: GrantSettings,
): Promise<StepChange | Refusal> {
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  const tried = await inSavepoint(trx, (inner) => tryToDecide(inner, ticket, judged, at, settings));
  // What a person could put right, such as a capture that is not known, is left to a person.
  return isRefusal(tried) || tried === null ? { events: [], kase: judged.kase, undecided: true } : tried;
}

async function tryToDecide(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  at: Date,
  settings: GrantSettings,
): Promise<StepChange | Refusal | null> {
  const { proposal, systemMayDecide, findings } = judged.assessment;
  if (!systemMayDecide || proposal.kind !== 'refund') return null;
  // What a person has looked at, a person decides.
  if (judged.kase.decision !== null || judged.kase.facts.reopenedAt !== null) return null;
  const amount = fromWire(proposal.refund.amount);
  if (!(await withinDailyCap(trx, judged, amount, at))) return null;
  const ground = findings.find(({ clause }) => clause === 'RP-2.4b')?.customer.en ?? 'RP-2.4b';
  const { id: decisionId } = await insertDecision(trx, {
    ticket,
    decidedBy: null,
    inputId: null,
    decision: 'refund',
    ground,
    amount,
    clauses: proposal.clauses,
    judged,
    exception: null,
    provision: null,
    at,
  });
  const asked: Asked = { decision: 'refund', amount: proposal.refund.amount, ground };
  return carryOut(trx, ticket, judged, { asked, decisionId, decidedBy: null, exception: null }, settings, at);
}

/** Counted under a lock of their own, so that two tickets at once do not both take the last of it. */
async function withinDailyCap(trx: Transaction, { kase }: Judgement, amount: Money, at: Date): Promise<boolean> {
  const cap = kase.version.document.parameters.system.dailyMax[amount.currency];
  if (cap === undefined) return false;
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('system decisions', 0))`);
  const since = new Date(at.getTime() - 86_400_000);
  const row: unknown = await trx('decisions')
    .whereNull('decided_by')
    .where({ currency: amount.currency })
    .where('at', '>', since)
    .first(trx.raw('coalesce(sum(amount_minor), 0)::text as given'));
  const { given } = readRow('daily sum', z.object({ given: minor }), row);
  return given + amount.minor <= money(BigInt(cap), amount.currency).minor;
}

async function decider(trx: Transaction, ticket: TicketRow): Promise<{ decidedBy: string } | Record<string, never>> {
  const row: { decided_by: string | null } | undefined = await trx('decisions')
    .where({ ticket_id: ticket.id, state: 'final' })
    .orderBy('at', 'desc')
    .first('decided_by');
  return row?.decided_by ? { decidedBy: row.decided_by } : {};
}
