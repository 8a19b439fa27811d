/** Kept inputs as the ticket workflow takes them: ids and codes of the kept row, and never its texts. */

import type { UpdateDefinition } from '@temporalio/client';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import type { InputRow } from '../db/inputs.ts';
import { RowMalformed, readRow } from '../db/row.ts';
import type { SubjectId, TicketId } from '../domain/ids.ts';
import { roles } from '../domain/role.ts';
import * as messages from '../workflows/messages.ts';

/** Sends one message by whatever means it is given: the update and its argument always belong together. */
export type Delivered = <Result>(
  send: <Message extends messages.NoteMessage>(update: UpdateDefinition<void, [Message]>, message: Message) => Result,
) => Result;

const personSchema = z.object({ role: z.enum(roles) });

const isAsked = (operation: string): operation is messages.AskedStep =>
  (messages.askedSteps as readonly string[]).includes(operation);

const isNoted = (operation: string): operation is messages.NotedStep =>
  (messages.notedSteps as readonly string[]).includes(operation);

/** Steps that may grant money; a refusal needs no capture. */
function mayGrant({ operation, body }: InputRow): boolean {
  if (operation === 'decideTicket') return readRow('decision input', decisionSchema, body).decision === 'refund';
  if (operation === 'answerOffer') return readRow('offer input', choiceSchema, body).choice === 'refund';
  return operation === 'confirmDecision';
}

const decisionSchema = z.object({ decision: z.enum(['refund', 'refuse', 'offer', 'replace']) });
const choiceSchema = z.object({ choice: z.enum(['refund', 'extension']) });

/** Throws `RowMalformed` for a body that is not what its operation needs, or an operation that no workflow takes. */
export async function messageOf(db: Database, input: InputRow, ticketId: TicketId): Promise<Delivered> {
  const base = { ticketId, inputId: input.id };
  const { operation } = input;
  if (isNoted(operation)) return (send) => send(messages.notedUpdates[operation], base);
  const message = { ...base, by: await personOf(db, input) };
  if (operation === 'createTicket') return (send) => send(messages.takeUpUpdate, message);
  if (!isAsked(operation)) throw new RowMalformed(`${operation} input`, ['no workflow takes it']);
  const asked: messages.TicketMessage = mayGrant(input) ? { ...message, grants: true } : message;
  return (send) => send(messages.askedUpdates[operation], asked);
}

async function personOf(db: Database, input: InputRow): Promise<messages.TicketMessage['by']> {
  const row: unknown = await db('people').where({ id: input.subject_id }).first('role');
  return { id: input.subject_id as SubjectId, role: readRow('person', personSchema, row).role };
}
