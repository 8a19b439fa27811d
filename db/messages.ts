/** What people say on a ticket: messages that both sides read, and notes that no customer ever sees; and who reviews it. */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';
import { permits, type TicketAction, type TicketPhase } from '../domain/ticket.ts';
import type { Transaction } from './database.ts';
import { type NewNotice, record } from './ticket-step.ts';
import { lockTicket } from './tickets.ts';

export interface Said {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
  readonly by: { readonly id: SubjectId; readonly role: Role };
  readonly text: string;
  readonly at: Date;
}

/** What the table of a ticket's actions says no to, judged under the ticket's lock. */
const refusalOf = ({ phase }: { phase: TicketPhase }, action: TicketAction): Refusal | null =>
  permits(phase, action) ? null : refuse(phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase });

/** Keeps a message, also on a closed ticket: what somebody said is never thrown away. Its text is masked already. */
export async function postMessage(trx: Transaction, said: Said): Promise<string | Refusal> {
  const ticket = await lockTicket(trx, said.ticketId);
  const refusal = refusalOf(ticket, 'postMessage');
  if (refusal) return refusal;
  const rows: { id: string }[] = await trx('messages')
    .insert({
      ticket_id: ticket.id,
      subject_id: said.by.id,
      author_role: said.by.role,
      body: said.text,
      at: said.at,
      input_id: said.inputId,
    })
    .returning('id');
  const id = rows[0]?.id ?? '';
  const toCustomer: NewNotice[] =
    said.by.role === 'customer'
      ? []
      : [{ template: 'message-to-customer', parameters: {}, to: { subjectId: ticket.subject_id } }];
  const step = { ticketId: ticket.id, inputId: said.inputId, actor: said.by, at: said.at };
  await record(trx, ticket, step, {
    events: [{ kind: 'messagePosted', data: { messageId: id } }],
    notices: toCustomer,
  });
  return id;
}

export async function addNote(trx: Transaction, said: Said): Promise<string | Refusal> {
  const ticket = await lockTicket(trx, said.ticketId);
  const refusal = refusalOf(ticket, 'addNote');
  if (refusal) return refusal;
  const rows: { id: string }[] = await trx('notes')
    .insert({ ticket_id: ticket.id, subject_id: said.by.id, body: said.text, at: said.at, input_id: said.inputId })
    .returning('id');
  const id = rows[0]?.id ?? '';
  const step = { ticketId: ticket.id, inputId: said.inputId, actor: said.by, at: said.at };
  await record(trx, ticket, step, { events: [{ kind: 'noteAdded', data: { noteId: id } }] });
  return id;
}

/** Gives an open ticket to an agent or lead, or to nobody. */
export async function assignTicket(
  trx: Transaction,
  given: Omit<Said, 'text'> & { readonly assigneeId: string | null },
): Promise<Refusal | null> {
  const ticket = await lockTicket(trx, given.ticketId);
  const refusal = refusalOf(ticket, 'assignTicket');
  if (refusal) return refusal;
  if (
    given.assigneeId &&
    !(await trx('people').where({ id: given.assigneeId }).whereIn('role', ['agent', 'lead']).first('id'))
  )
    return refuse('assignee-unknown');
  await trx('tickets').where({ id: ticket.id }).update({ assignee_id: given.assigneeId });
  const step = { ticketId: ticket.id, inputId: given.inputId, actor: given.by, at: given.at };
  await record(trx, ticket, step, { events: [{ kind: 'assigned', data: { assigneeId: given.assigneeId } }] });
  return null;
}
