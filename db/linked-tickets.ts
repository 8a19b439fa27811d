/** A request for one order or several: a ticket for each, all or none, linked by the request and sharing their evidence. */

import { createHash } from 'node:crypto';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { AccountId, InputId, TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';
import { keepInput } from './inputs.ts';
import { lockOrders, type OrderRow } from './orders.ts';
import { createTicket, type NewTicket } from './ticket-creation.ts';

interface Asked {
  readonly orderRef: string;
  readonly paymentMethod: string;
}

export interface NewRequest
  extends Asked,
    Pick<NewTicket, 'by' | 'inputId' | 'description' | 'fault' | 'networkContext' | 'uploadIds' | 'at'> {
  /** Accounts for which the person may ask. */
  readonly accountIds: readonly AccountId[];
  /** Asked for besides, each once. */
  readonly linkedOrders: readonly Asked[];
}

/** Answers with the ticket of the order that was named first; its refusals name the order that they are about. */
export async function openTickets(trx: Transaction, given: NewRequest): Promise<TicketId | Refusal> {
  const { orderRef, paymentMethod, linkedOrders } = given;
  const asked = [{ orderRef, paymentMethod }, ...linkedOrders];
  const orders = await readAsked(trx, asked, given.accountIds);
  if (isRefusal(orders)) return orders;
  const requestId = linkedOrders.length === 0 ? null : given.inputId;
  const [first, ...others] = orders;
  if (!first) return refuse('order-unknown');
  const ticketId = await createTicket(trx, { ...given, ...first, requestId, awaited: true });
  if (isRefusal(ticketId)) return ticketId;
  for (const other of others) {
    const inputId = await keepOpening(trx, given, other.order);
    // The files stand on the first ticket, and count for all of them.
    const linked = await createTicket(trx, { ...given, ...other, inputId, requestId, awaited: false, uploadIds: [] });
    if (isRefusal(linked)) return linked;
  }
  return ticketId;
}

/** Shared evidence is one account's: whoever may look at one of the tickets may look at all of it. */
async function readAsked(
  trx: Transaction,
  asked: readonly Asked[],
  accountIds: readonly AccountId[],
): Promise<{ readonly order: OrderRow; readonly paymentMethod: string }[] | Refusal> {
  const found = await lockOrders(
    trx,
    asked.map(({ orderRef }) => orderRef),
  );
  const orders: { order: OrderRow; paymentMethod: string }[] = [];
  for (const { orderRef, paymentMethod } of asked) {
    const order = found.find(({ ref }) => ref === orderRef);
    // Someone else's order looks like none.
    if (!order || !accountIds.includes(order.account_id)) return refuse('order-unknown', { orderRef });
    if (orders[0] && orders[0].order.account_id !== order.account_id) return refuse('orders-apart', { orderRef });
    orders.push({ order, paymentMethod });
  }
  return orders;
}

/** What takes the linked ticket up: the request itself takes up the first one only. */
async function keepOpening(
  trx: Transaction,
  { inputId, by, at }: Pick<NewRequest, 'inputId' | 'by' | 'at'>,
  order: OrderRow,
): Promise<InputId> {
  const key = `${inputId}/${order.id}`;
  const kept = await keepInput(trx, {
    source: 'desk',
    scope: 'linked',
    key,
    operation: 'createTicket',
    requestHash: createHash('sha256').update(key).digest(),
    subjectId: by.id,
    ticketId: null,
    payoutId: null,
    body: {},
    at,
    delivery: 'none',
  });
  return kept.input.id;
}
