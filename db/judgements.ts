/** A judgement made within a step: the case as the step left it, assessed now and kept with its facts where it counts. */

import type { Assessment, AssessmentOccasion } from '../domain/assessment.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import type { TicketPhase } from '../domain/ticket.ts';
import { insertAssessment, type NewAssessment } from './assessments.ts';
import { inputOf, judge, parametersOf, readCase, type TicketCase, withMaterials } from './cases.ts';
import type { Transaction } from './database.ts';

export interface Judgement {
  readonly kase: TicketCase;
  readonly assessment: Assessment;
}

/** Refused where no policy was in force when the ticket was asked for. */
export async function judgeTicket(trx: Transaction, ticketId: TicketId, at: Date): Promise<Judgement | Refusal> {
  const read = await readCase(trx, ticketId);
  if (read === null) return refuse('policy-missing');
  const kase = withMaterials(read, at);
  return judgeAgain(kase, at);
}

export const judgeAgain = (kase: TicketCase, at: Date): Judgement => ({ kase, assessment: judge(kase, at) });

/** RP-4.3: by when the customer has an answer; `null` where none is owed in the phase, or its clock stands still. */
export function decisionBy({ assessment }: Pick<Judgement, 'assessment'>, phase: TicketPhase): string | null {
  const { decision } = assessment.clocks;
  const isOwed = phase === 'reviewing' || phase === 'deciding';
  return isOwed && decision !== null && !decision.paused ? decision.dueAt : null;
}

/** RP-2.4a: whether days on which the customer owes details count, by the version that does. */
export const remediationRuleOf = ({ kase, assessment }: Judgement): { readonly owedDaysPause: boolean } => ({
  owedDaysPause: parametersOf(kase, assessment).remediation.owedDaysPause,
});

/** D3: whether some of what may go back would stay after what is granted, so that it is a part. */
export const leavesSome = ({ kase, assessment }: Judgement): boolean =>
  kase.facts.order.tenders.some(
    ({ id, capturedMinor, goneMinor }) =>
      assessment.refundableTenders.includes(id) && BigInt(capturedMinor ?? 0) > BigInt(goneMinor),
  );

/** Keeps the judgement beside what was made of it, so that it can be derived again years later. */
export async function keepJudgement(
  trx: Transaction,
  ticketId: TicketId,
  judged: Judgement,
  occasion: AssessmentOccasion,
  at: Date,
): Promise<void> {
  await insertAssessment(trx, assessmentOf(ticketId, judged, occasion, at));
}

export const assessmentOf = (
  ticketId: TicketId,
  { kase, assessment }: Judgement,
  occasion: AssessmentOccasion,
  at: Date,
): NewAssessment => ({ ticketId, occasion, input: inputOf(kase, at), result: assessment });
