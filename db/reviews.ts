/** Technical reviews (RP-4.2): the finding's text stays here; the workflow knows its cause by code only. */

import { z } from 'zod';
import type { Refusal } from '../domain/errors.ts';
import type { InputId, SubjectId, TicketId } from '../domain/ids.ts';
import { reviewCauses } from '../domain/review.ts';
import type { Actor, TicketSnapshot } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { readRow } from './row.ts';
import { takeStep } from './ticket-step.ts';

const bodySchema = z.object({ cause: z.enum(reviewCauses), finding: z.string() });

export interface PersonMessage {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
  readonly by: Actor & { readonly id: SubjectId };
}

export function recordReview(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      const { cause, finding } = readRow('review input', bodySchema, input?.body);
      await trx('reviews').insert({
        ticket_id: ticket.id,
        reviewer_id: message.by.id,
        cause,
        finding,
        at,
        input_id: message.inputId,
      });
      return { move: 'reviewRecorded', events: [{ kind: 'reviewRecorded', data: { cause } }] };
    },
  );
}
