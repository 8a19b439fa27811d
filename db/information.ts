/** Questions to the customer (RP-4.2): the ticket waits under a hold, and the answer lets its clock go on. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { materials } from '../domain/materials.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import { parametersOf } from './cases.ts';
import type { Database } from './database.ts';
import { addMaterials } from './evidence.ts';
import { openHolds } from './holds.ts';
import { judgeTicket } from './judgements.ts';
import { networkContextSchema } from './network-contexts.ts';
import { answerQuestion, endQuestion } from './questions.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { takeStep } from './ticket-step.ts';

const requestSchema = z.object({ materials: z.array(z.enum(materials)), question: z.string() });

/** Asks the customer for more; from a later phase the ticket goes back to its review. A new question replaces an open one. */
export function recordInformationRequest(
  db: Database,
  message: PersonMessage,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const body = readRow('information input', requestSchema, input?.body);
    const before = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(before)) return before;
    if (before.kase.decision?.state === 'awaiting') return refuse('decision-awaits');
    const parameters = parametersOf(before.kase, before.assessment);
    const { owedDaysPause } = parameters.remediation;
    await endQuestion(trx, ticket.id, message.by.id, at);
    const [holdId] = await openHolds(trx, [
      {
        ticketId: ticket.id,
        kind: 'customer',
        ground: body.question,
        by: message.by.id,
        stops: ['decision', ...(owedDaysPause ? (['remediation'] as const) : [])],
        dueAt: null,
        at,
      },
    ]);
    await trx('information_requests').insert({
      ticket_id: ticket.id,
      hold_id: holdId,
      materials: body.materials,
      question: body.question,
      asked_by: message.by.id,
      asked_at: at,
      input_id: message.inputId,
    });
    const after = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(after)) return after;
    const answerBy = new Date(at.getTime() + parameters.waiting.lapseDays * 86_400_000).toISOString();
    return {
      ...(ticket.phase === 'reviewing' ? {} : { move: 'reviewReopened' as const }),
      events: [{ kind: 'informationRequested', data: { materials: body.materials } }],
      notices: [
        {
          template: 'information-requested',
          parameters: { missing: body.materials, asked: true, answerBy, owedDaysPause },
          to: { subjectId: ticket.subject_id },
        },
      ],
      kase: after.kase,
    };
  });
}

const answerSchema = z.object({
  text: z.string().nullish(),
  uploadIds: z.array(z.uuid()).default([]),
  networkContext: networkContextSchema.nullish(),
});

export function recordInformationAnswer(
  db: Database,
  message: PersonMessage,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const body = readRow('answer input', answerSchema, input?.body);
    const answered = { ticketId: ticket.id, by: message.by.id, at, answer: body.text ?? null };
    if (!(await answerQuestion(trx, answered))) return refuse('no-open-request');
    const refusal = await addMaterials(trx, ticket, { ...body, inputId: message.inputId, at });
    if (refusal) return refusal;
    const after = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(after)) return after;
    return { events: [{ kind: 'informationAnswered', data: { uploadIds: body.uploadIds } }], kase: after.kase };
  });
}
