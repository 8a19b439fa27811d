/** A customer takes their request back: possible until a payout moves to `sending`; whoever moves its row first wins. */

import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { leftUs } from '../domain/payout.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { takeBackUnsent } from './grant-ends.ts';
import { judgeTicket } from './judgements.ts';
import { readTicketPayouts } from './payouts.ts';
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
        const judged = await judgeTicket(trx, ticket.id, at);
        const sent = isRefusal(judged) ? judged : await takeBackUnsent(trx, ticket, judged, 'withdrawn', at);
        if (sent) return sent;
      }
      return {
        move: 'withdrawn',
        events: [{ kind: 'withdrawn', data: {} }],
        notices: [{ template: 'ticket-withdrawn', parameters: {}, to: { subjectId: ticket.subject_id } }],
      };
    },
  );
}
