/** Tickets of a former desk on their way out, to staff alone. */

import type { z } from 'zod';
import type { pastTicketShownSchema } from '../contract/ticket-shown.ts';
import { toWire } from '../domain/money.ts';
import type { PastTicketView } from './customer-views.ts';

export const presentPastTicket = (view: PastTicketView): z.output<typeof pastTicketShownSchema> => ({
  ref: view.ref,
  orderRef: view.orderRef,
  outcome: view.outcome,
  askedAt: view.askedAt.toISOString(),
  closedAt: view.closedAt.toISOString(),
  refunds: view.refunds.map(({ method, amount }) => ({ method, amount: toWire(amount) })),
});
