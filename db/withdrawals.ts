/** A customer takes their request back: possible until a payout moves to `sending`; whoever moves its row first wins. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { leftUs } from '../domain/payout.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { takeBackUnsent } from './grant-ends.ts';
import { judgeTicket } from './judgements.ts';
import { readTicketPayouts } from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { takeStep } from './ticket-step.ts';

const withdrawalSchema = z.object({ confirmed: z.boolean().optional() });

export function recordWithdrawal(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      const { confirmed } = readRow('withdrawal input', withdrawalSchema, input?.body);
      const payouts = await readTicketPayouts(trx, ticket.id);
      if (ticket.phase !== 'closed' && payouts.some((payout) => leftUs(payout.state))) return refuse('payout-sent');
      // RP-2.3: told beforehand what it loses; where nothing could be withdrawn then, nobody was.
      if (ticket.phase !== 'closed' && !confirmed)
        return refuse('withdrawal-unconfirmed', { losesAskedAt: ticket.asked_at.toISOString() });
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
