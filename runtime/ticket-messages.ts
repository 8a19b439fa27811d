/** Kept inputs as the ticket workflow takes them: ids, codes and amounts of the kept body, and never its texts. */

import type { UpdateDefinition } from '@temporalio/client';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import type { InputRow } from '../db/inputs.ts';
import { currency, RowMalformed, readRow } from '../db/row.ts';
import type { SubjectId, TicketId } from '../domain/ids.ts';
import { reviewCauses } from '../domain/review.ts';
import { roles } from '../domain/role.ts';
import * as messages from '../workflows/messages.ts';

/** Sends one message by whatever means it is given: the update and its argument always belong together. */
export type Delivered = <Result>(
  send: <Message extends messages.ReportMessage | messages.TicketMessage>(
    update: UpdateDefinition<void, [Message]>,
    message: Message,
  ) => Result,
) => Result;

const personSchema = z.object({ role: z.enum(roles) });
const reviewSchema = z.object({ cause: z.enum(reviewCauses) });
const decisionSchema = z.object({
  decision: z.enum(['refund', 'refuse']),
  amount: z.object({ minor: z.string(), currency }).optional(),
});

/** Throws `RowMalformed` for a body that is not what its operation needs, or an operation that no workflow takes. */
export async function messageOf(db: Database, input: InputRow, ticketId: TicketId): Promise<Delivered> {
  const base = { ticketId, inputId: input.id };
  if (input.operation === 'reportPayout' && input.payout_id) {
    const message = { ...base, payoutId: input.payout_id };
    return (send) => send(messages.reportUpdate, message);
  }
  const message = { ...base, by: await personOf(db, input) };
  const payout = input.payout_id && { ...message, payoutId: input.payout_id };
  switch (input.operation) {
    case 'createTicket':
      return (send) => send(messages.takeUpUpdate, message);
    case 'addEvidence':
      return (send) => send(messages.evidenceUpdate, message);
    case 'withdrawTicket':
      return (send) => send(messages.withdrawUpdate, message);
    case 'recordReview': {
      const review = { ...message, ...readRow('review input', reviewSchema, input.body) };
      return (send) => send(messages.reviewUpdate, review);
    }
    case 'decideTicket': {
      const decision = { ...message, ...readRow('decision input', decisionSchema, input.body) };
      return (send) => send(messages.decideUpdate, decision);
    }
    case 'approvePayout':
      if (payout) return (send) => send(messages.approveUpdate, payout);
      break;
    case 'declinePayout':
      if (payout) return (send) => send(messages.declineUpdate, payout);
      break;
    default:
  }
  throw new RowMalformed(`${input.operation} input`, ['no workflow takes it so']);
}

async function personOf(db: Database, input: InputRow): Promise<messages.TicketMessage['by']> {
  const row: unknown = await db('people').where({ id: input.subject_id }).first('role');
  return { id: input.subject_id as SubjectId, role: readRow('person', personSchema, row).role };
}
