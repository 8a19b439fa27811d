/**
 * Stands in for Temporal at the door: takes the same database steps that the workflow's activities take, at once, or
 * says that nothing was taken, as while Temporal is down.
 */

import type { Delivery, DeliveryOutcome } from '../../api/ports.ts';
import type { Database } from '../../db/database.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordEvidence } from '../../db/evidence.ts';
import { type InputRow, readInput, settleInput } from '../../db/inputs.ts';
import { recordApproval, recordDecline } from '../../db/payouts.ts';
import { recordReview } from '../../db/reviews.ts';
import { openRun } from '../../db/runs.ts';
import { recordWithdrawal } from '../../db/withdrawals.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';

export interface NearDelivery extends Delivery {
  /** Whether inputs are taken; while not, every one stays kept. */
  up: boolean;
  /** How often something was handed over. */
  handed: number;
}

export function createNearDelivery(db: Database, now: () => Date): NearDelivery {
  const delivery: NearDelivery = {
    up: true,
    handed: 0,
    async deliver(inputId): Promise<DeliveryOutcome> {
      if (!delivery.up) return { state: 'kept' };
      delivery.handed += 1;
      const input = await readInput(db, inputId);
      if (!input) throw new Error('no such input');
      if (input.delivery === 'due') {
        const outcome = await take(db, input, now());
        await settleInput(db, input.id, now(), isRefusal(outcome) ? outcome : null);
      }
      const newest = await readInput(db, inputId);
      return newest?.refusal ? { state: 'refused', refusal: newest.refusal } : { state: 'applied' };
    },
  };
  return delivery;
}

async function take(db: Database, input: InputRow, at: Date): Promise<Refusal | object> {
  const person: { role: Role } | undefined = await db('people').where({ id: input.subject_id }).first('role');
  const by = { id: input.subject_id as SubjectId, role: person?.role ?? ('customer' as const) };
  const message = { ticketId: input.ticket_id as TicketId, inputId: input.id, by };
  switch (input.operation) {
    case 'createTicket':
      return openRun(db, { ticketId: message.ticketId, run: 1 }, at);
    case 'addEvidence':
      return recordEvidence(db, message, at);
    case 'withdrawTicket':
      return recordWithdrawal(db, message, at);
    case 'recordReview':
      return recordReview(db, message, at);
    case 'decideTicket':
      return recordDecision(db, message, { hasRail: (method) => method === 'card', hasShop: false }, at);
    case 'approvePayout':
      return recordApproval(db, message, at);
    case 'declinePayout':
      return recordDecline(db, message, at);
    default:
      throw new Error(`nothing takes ${input.operation}`);
  }
}
