/** After new materials or facts: where the ticket goes by them, with what people are told of it. */

import { moveByFacts } from '../domain/course.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import { advance, type TicketMove } from '../domain/ticket.ts';
import { asComplete } from './cases.ts';
import { chargedBack } from './charge-backs.ts';
import type { Transaction } from './database.ts';
import type { NewEvent } from './events.ts';
import { decisionBy, type Judgement, judgeAgain, judgeTicket, keepJudgement } from './judgements.ts';
import { endQuestion } from './questions.ts';
import type { NewNotice, StepChange } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** Judges the case as it now stands and moves the ticket where its facts lead; `events` are those of the step itself. */
export async function takeStock(
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  events: readonly NewEvent[],
): Promise<StepChange | Refusal> {
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  const move = moveByFacts(ticket.phase, judged.kase.facts, judged.assessment);
  return move === null ? { events, kase: judged.kase } : follow(trx, ticket, judged, move, at, events);
}

/** Moves the ticket where the facts of a case that the step has judged lead. */
export async function follow(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  move: TicketMove,
  at: Date,
  events: readonly NewEvent[],
): Promise<StepChange | Refusal> {
  if (move === 'disputeLost') {
    const state = judged.kase.disputes.find((dispute) => dispute.state === 'prevented')?.state ?? 'lost';
    return chargedBack(trx, ticket, [...events, { kind: 'chargedBack', data: { state } }], at);
  }
  const wasAsked = judged.kase.information !== null;
  const settled = move === 'settledByFacts' ? await withNothingAsked(trx, ticket, judged, at) : judged;
  if (isRefusal(settled)) return settled;
  if (advance(ticket, move)?.phase === 'deciding') await keepJudgement(trx, ticket.id, settled, 'deciding', at);
  return {
    move,
    events: [...events, { kind: move, data: {} }],
    notices: noticesOf(ticket, move, settled, wasAsked),
    kase: settled.kase,
  };
}

/** What is known settles the case: materials are asked for no more, and an open question waits for no answer. */
async function withNothingAsked(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  at: Date,
): Promise<Judgement | Refusal> {
  if (judged.kase.information === null) return judgeAgain(asComplete(judged.kase, at), at);
  await endQuestion(trx, ticket.id, null, at);
  return judgeTicket(trx, ticket.id, at);
}

function noticesOf(ticket: TicketRow, move: TicketMove, judged: Judgement, wasAsked: boolean): NewNotice[] {
  const to = { subjectId: ticket.subject_id };
  const { decision } = judged.assessment.clocks;
  if (move === 'materialsCompleted' && decision !== null)
    return [{ template: 'review-begun', parameters: { decisionBy: decision.dueAt }, to }];
  // Under review an answer is promised already, and nothing changes for the customer unless they were to answer first.
  if (move !== 'settledByFacts' || (ticket.phase === 'reviewing' && !wasAsked)) return [];
  const answerBy = decisionBy(judged, 'deciding');
  return [{ template: 'settled-by-facts', parameters: { decisionBy: answerBy, wasAsked }, to }];
}
