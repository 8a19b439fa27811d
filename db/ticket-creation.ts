/** A ticket's first row: written with the input that asked for it, so that it stands even while Temporal is down. */

import { moveByFacts } from '../domain/course.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, SubjectId, TicketId } from '../domain/ids.ts';
import type { NetworkContext } from '../domain/network-context.ts';
import type { FaultKind } from '../domain/policy.ts';
import type { Role } from '../domain/role.ts';
import { judge, readCase } from './cases.ts';
import { type Transaction, violatedConstraint } from './database.ts';
import { attachUploads } from './evidence.ts';
import { matchIncidents } from './incident-telling.ts';
import { makeDue } from './inputs.ts';
import { storeNetworkContext } from './network-contexts.ts';
import type { OrderRow } from './orders.ts';
import { versionIdInForce } from './policy-versions.ts';
import { record } from './ticket-step.ts';
import { readTicketRow, type TicketRow } from './tickets.ts';

export interface NewTicket {
  readonly order: OrderRow;
  readonly by: { readonly id: SubjectId; readonly role: Role };
  readonly inputId: InputId;
  /** The request, where it named several orders. */
  readonly requestId: InputId | null;
  /** Whether somebody who waits hands the input over at once. */
  readonly awaited: boolean;
  readonly paymentMethod: string;
  readonly description: string;
  readonly fault: FaultKind;
  readonly networkContext: NetworkContext | null;
  readonly uploadIds: readonly string[];
  readonly at: Date;
}

/** Opens the one claim that an order may have; refused with the ticket that has it already. Its start is due with it. */
export async function createTicket(trx: Transaction, given: NewTicket): Promise<TicketId | Refusal> {
  const ticket = await insertTicket(trx, given);
  if ('refused' in ticket) return ticket;
  if (given.networkContext) await storeNetworkContext(trx, ticket.id, given.networkContext);
  const attached = await attachUploads(trx, ticket, { uploadIds: given.uploadIds, holders: [ticket.id], at: given.at });
  if (isRefusal(attached)) return attached;
  await makeDue(trx, given.inputId, ticket.id, given);
  await matchIncidents(trx, ticket.order_id, given.at);
  const kase = await readCase(trx, ticket.id);
  if (kase === null) return refuse('policy-missing');
  // What is known may settle the case already: then nothing more is asked for.
  const move = moveByFacts(ticket.phase, kase.facts, judge(kase, given.at));
  const isSettled = move === 'settledByFacts' || move === 'disputeLost';
  const missing = isSettled ? [] : kase.facts.missing;
  // The creation is settled only when a run has taken the ticket up, so the step here names no input.
  const step = { ticketId: ticket.id, inputId: null, actor: given.by, at: given.at };
  await record(trx, ticket, step, {
    events: [
      {
        kind: 'ticketCreated',
        data: { orderId: given.order.id, method: given.paymentMethod, uploads: given.uploadIds.length, missing },
      },
    ],
    notices: [
      {
        template: 'ticket-received',
        parameters: {
          complete: kase.facts.missing.length === 0,
          missing,
          settled: isSettled,
          linked: given.requestId !== null,
        },
        to: { subjectId: ticket.subject_id },
      },
    ],
  });
  return ticket.id;
}

async function insertTicket(trx: Transaction, given: NewTicket): Promise<TicketRow | Refusal> {
  try {
    const rows: unknown[] = await trx.transaction((inner) =>
      inner('tickets')
        .insert({
          order_id: given.order.id,
          account_id: given.order.account_id,
          subject_id: given.by.role === 'customer' ? given.by.id : given.order.subject_id,
          request_id: given.requestId,
          phase: 'gathering',
          asked_at: given.at,
          policy_version_id: versionIdInForce(inner, given.at),
          purchase_version_id: versionIdInForce(inner, given.order.purchased_at),
          fault: given.fault,
          claimed_method: given.paymentMethod,
          description: given.description,
          created_at: given.at,
          updated_at: given.at,
        })
        .returning('*'),
    );
    return readTicketRow(rows[0]);
  } catch (fault) {
    if (violatedConstraint(fault) !== 'tickets_one_open_claim') throw fault;
    const open: { id: string } | undefined = await trx('tickets')
      .where({ order_id: given.order.id })
      .whereNot({ phase: 'closed' })
      .first('id');
    return refuse('order-claimed', { orderRef: given.order.ref, ...(open ? { ticketId: open.id } : {}) });
  }
}
