/** Technical reviews (RP-4.2): the finding's text stays here; the workflow knows its cause by code only. */

import { z } from 'zod';
import { moveByReview } from '../domain/course.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, SubjectId, TicketId } from '../domain/ids.ts';
import { diagnosisAnswers, type ReviewCause, reviewCauses } from '../domain/review.ts';
import type { Role } from '../domain/role.ts';
import type { TicketMove, TicketSnapshot } from '../domain/ticket.ts';
import { suggestedReview } from '../domain/ticket-diagnosis.ts';
import type { Database } from './database.ts';
import { type Judgement, judgeTicket, keepJudgement, remediationRuleOf } from './judgements.ts';
import { endQuestion } from './questions.ts';
import { readRow } from './row.ts';
import { type NewNotice, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const bodySchema = z.object({
  cause: z.enum(reviewCauses),
  finding: z.string(),
  diagnosis: z.enum(diagnosisAnswers).nullish(),
  persistent: z.boolean().nullish(),
  sellerMistake: z.boolean().default(false),
  mended: z.boolean().nullish(),
  lost: z.array(z.object({ from: z.iso.datetime(), until: z.iso.datetime() })).default([]),
});

export interface PersonMessage {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
  readonly by: { readonly id: SubjectId; readonly role: Role };
}

/** An appeal is looked at by another reviewer than those who judged before, as a second person or alone. */
export const barredFrom = (judged: Judgement, who: SubjectId): Refusal | null =>
  judged.kase.barred.includes(who) ? refuse('other-reviewer') : null;

export function recordReview(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      if (ticket.phase !== 'reviewing' && ticket.phase !== 'remediating')
        return refuse(ticket.phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase: ticket.phase });
      const body = readRow('review input', bodySchema, input?.body);
      // RP-2.4a: whether it is mended the customer says, or their silence, once a fix was reported.
      if (ticket.phase === 'remediating' && body.mended === true) return refuse('fix-to-report');
      await trx('reviews').insert({
        ticket_id: ticket.id,
        reviewer_id: message.by.id,
        cause: body.cause,
        finding: body.finding,
        persistent: body.persistent ?? null,
        seller_mistake: body.sellerMistake,
        mended: body.mended ?? null,
        lost: JSON.stringify(body.lost),
        diagnosis: body.diagnosis ?? null,
        at,
        input_id: message.inputId,
      });
      await endQuestion(trx, ticket.id, message.by.id, at);
      const judged = await judgeTicket(trx, ticket.id, at);
      if (isRefusal(judged)) return judged;
      const barred = barredFrom(judged, message.by.id);
      if (barred) return barred;
      if (contradicts(judged, body)) return refuse('diagnosis-differs', { cause: causeShown(judged) ?? 'none' });
      await keepJudgement(trx, ticket.id, judged, 'review', at);
      const move = moveByReview(ticket.phase, judged.kase.facts, judged.assessment, body.mended === true);
      return {
        ...(move ? { move } : {}),
        events: [
          { kind: 'reviewRecorded', data: { cause: body.cause } },
          ...(move === null || move === 'reviewRecorded' ? [] : [{ kind: move, data: deadlineOf(judged, move) }]),
        ],
        notices: noticesOf(ticket, judged, move, at),
        kase: judged.kase,
      };
    },
  );
}

/** By the files and the desk's own tests; the review itself is left out. */
const causeShown = ({ kase }: Judgement): ReviewCause | null => suggestedReview(kase.facts)?.cause ?? null;

/** Nobody finds another cause than they show, or confirms one that they do not, without knowing. */
function contradicts(judged: Judgement, { cause, diagnosis }: z.output<typeof bodySchema>): boolean {
  const shown = causeShown(judged);
  if (diagnosis === 'confirmed') return shown !== cause;
  return diagnosis !== 'overruled' && shown !== null && shown !== cause;
}

const deadlineOf = ({ assessment }: Judgement, move: TicketMove): { deadline?: string } => {
  const { remediation } = assessment.clocks;
  return move === 'remediationBegun' && remediation ? { deadline: remediation.dueAt } : {};
};

function noticesOf(ticket: TicketRow, judged: Judgement, move: TicketMove | null, at: Date): NewNotice[] {
  const to = { subjectId: ticket.subject_id };
  const { remediation } = judged.assessment.clocks;
  if (move === 'remediationBegun' && remediation)
    return [
      { template: 'fault-being-mended', parameters: { mendBy: remediation.dueAt, ...remediationRuleOf(judged) }, to },
    ];
  if (move === 'reviewFoundMended') {
    const parameters = { presumed: false, byReview: true, appealBy: closingAppealEndsAt(judged, at) };
    return [{ template: 'ticket-remediated', parameters, to }];
  }
  return [];
}

/** Until when a decision that is made now can be appealed. */
export const appealEndsAt = ({ kase }: Pick<Judgement, 'kase'>, at: Date): string =>
  new Date(at.getTime() + kase.version.document.parameters.appealDays * 86_400_000).toISOString();

/** Until when a ticket that closes now without a decision can be appealed; `null` where its one appeal was used. */
export const closingAppealEndsAt = ({ kase }: Pick<Judgement, 'kase'>, at: Date): string | null =>
  kase.appealedDecisionIds.includes(kase.decision?.id ?? null) ? null : appealEndsAt({ kase }, at);
