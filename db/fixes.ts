/** Remediation (RP-2.4a): reports of a fix, the customer's yes or no to it, and probes that failed. */

import { z } from 'zod';
import { dayMs } from '../domain/clocks.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import { parametersOf } from './cases.ts';
import type { Database } from './database.ts';
import { type Judgement, judgeTicket, keepJudgement } from './judgements.ts';
import { closingAppealEndsAt, type PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { type NewNotice, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const reportSchema = z.object({ mended: z.boolean(), finding: z.string() });

/** A fix that the customer is asked about, or a probe that failed: then the deadline stands as if none had been reported. */
export function recordFixReport(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const body = readRow('remediation input', reportSchema, input?.body);
    const before = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(before)) return before;
    const reportedAt = body.mended ? reportedInTime(before, input?.kept_at ?? at, at) : null;
    if (body.mended && reportedAt === null) return refuse('remediation-over');
    const withdrawn = await trx('fix_reports')
      .where({ ticket_id: ticket.id })
      .whereNull('answer')
      .update({ answer: 'probe_failed', answered_by: message.by.id, answered_at: at });
    if (reportedAt !== null)
      await trx('fix_reports').insert({
        ticket_id: ticket.id,
        finding: body.finding,
        reported_by: message.by.id,
        reported_at: reportedAt,
        asked_at: at,
        input_id: message.inputId,
      });
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const customer = { subjectId: ticket.subject_id };
    if (reportedAt === null) {
      const parameters = { mendBy: mendByOf(judged, at) };
      return {
        events: [{ kind: 'probeFailed', data: {} }],
        notices: withdrawn > 0 ? [{ template: 'fix-withdrawn', parameters, to: customer }] : [],
        kase: judged.kase,
      };
    }
    const answerBy = answerEndsAt(judged, at).toISOString();
    return {
      events: [{ kind: 'fixReported', data: { answerBy } }],
      notices: [{ template: 'fix-reported', parameters: { answerBy }, to: customer }],
      kase: judged.kase,
    };
  });
}

/**
 * RP-2.4a: when a fix counts as reported: as it is told, or past the deadline when it was kept, as after an outage. `null`
 * where it comes too late: one that came in time then goes on waiting for the customer's word.
 */
function reportedInTime({ assessment }: Judgement, keptAt: Date, at: Date): Date | null {
  const dueAt = assessment.clocks.remediation?.dueAt ?? null;
  if (dueAt === null || at.getTime() <= Date.parse(dueAt)) return at;
  return keptAt.getTime() <= Date.parse(dueAt) ? keptAt : null;
}

/** The customer's days begin when they are asked, whenever it was reported: silence must be theirs. */
const answerEndsAt = ({ kase, assessment }: Judgement, askedAt: Date): Date =>
  new Date(askedAt.getTime() + parametersOf(kase, assessment).remediation.answerDays * dayMs);

const answerSchema = z.object({ mended: z.boolean() });

export function recordFixAnswer(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { mended } = readRow('answer input', answerSchema, input?.body);
    const answer = mended ? 'mended' : 'not_mended';
    // What was said before the question was asked is the answer to another.
    const answered = await trx('fix_reports')
      .where({ ticket_id: ticket.id })
      .where('asked_at', '<=', input?.kept_at ?? at)
      .whereNull('answer')
      .update({ answer, answered_by: message.by.id, answered_at: at });
    if (answered === 0) return refuse('no-open-fix');
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const events = [{ kind: 'fixAnswered', data: { answer } }];
    if (!mended) return { events, notices: [noOf(ticket, judged, at)], kase: judged.kase };
    await keepJudgement(trx, ticket.id, judged, 'closing', at);
    return {
      move: 'fixConfirmed',
      events,
      notices: [
        {
          template: 'ticket-remediated',
          parameters: { presumed: false, appealBy: closingAppealEndsAt(judged, at) },
          to: { subjectId: ticket.subject_id },
        },
      ],
      kase: judged.kase,
    };
  });
}

/** Where the deadline passed while the customer was asked, it is due now: its timer fires at once, and no date is left. */
export function mendByOf({ assessment }: Judgement, at: Date): string | null {
  const dueAt = assessment.clocks.remediation?.dueAt ?? null;
  return dueAt !== null && Date.parse(dueAt) > at.getTime() ? dueAt : null;
}

function noOf(ticket: TicketRow, judged: Judgement, at: Date): NewNotice {
  const to = ticket.assignee_id ? { subjectId: ticket.assignee_id } : { role: 'agent' as const };
  return { template: 'fix-not-mended', parameters: { mendBy: mendByOf(judged, at) }, to };
}
