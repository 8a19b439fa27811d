/** A customer takes their request back: possible until a payout moves to `sending`; whoever moves its row first wins. */

import { type Refusal, refuse } from '../domain/errors.ts';
import { leftUs } from '../domain/payout.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { takeBack } from './grant-ends.ts';
import { readTicketPayouts } from './payouts.ts';
import { hasLeftUs } from './remedies.ts';
import type { PersonMessage } from './reviews.ts';
import { takeStep } from './ticket-step.ts';

export function recordWithdrawal(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket) => {
      const payouts = await readTicketPayouts(trx, ticket.id);
      if (ticket.phase !== 'closed' && payouts.some((payout) => leftUs(payout.state))) return refuse('payout-sent');
      if (ticket.phase === 'settling') {
        // What the shop was asked to do cannot be called back either.
        if (await hasLeftUs(trx, ticket.id)) return refuse('payout-sent');
        await takeBack(trx, ticket, 'withdrawn', at);
      }
      return {
        move: 'withdrawn',
        events: [{ kind: 'withdrawn', data: {} }],
        notices: [{ template: 'ticket-withdrawn', parameters: {}, to: { subjectId: ticket.subject_id } }],
      };
    },
  );
}
