/**
 * Stands in for Temporal at the door: takes the same database steps that the workflow's activities take, at once, or
 * says that nothing was taken, as while Temporal is down.
 */

import type { TicketSteps } from '../../activities/ticket.ts';
import type { Delivery, DeliveryOutcome } from '../../api/ports.ts';
import type { Database } from '../../db/database.ts';
import { type InputRow, readInput, settleInput } from '../../db/inputs.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { LimitPerCurrency } from '../../domain/policy.ts';
import type { Rail } from '../../domain/rail.ts';
import type { Role } from '../../domain/role.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { createTieHash } from '../../runtime/staff-ties.ts';
import { bindTicketSteps } from '../../runtime/steps.ts';
import { type AskedStep, askedSteps, type NotedStep, notedSteps } from '../../workflows/messages.ts';

/** The suites' key of what staff declare. */
export const tieHash = createTieHash(Buffer.alloc(32, 7).toString('base64'));

export interface NearDelivery extends Delivery {
  /** Whether inputs are taken; while not, every one stays kept. */
  up: boolean;
  /** How often something was handed over. */
  handed: number;
}

export function createNearDelivery(db: Database, now: () => Date, approvalMax: LimitPerCurrency = {}): NearDelivery {
  const payments = bindManualPayments(db, { now });
  const rails = new Map([
    ['card', { facts: {} } as Rail],
    ['manual', createManualRail({ payments })],
  ] as const);
  const steps = bindTicketSteps(db, rails, { hasShop: false, tieHash, approvalMax });
  const delivery: NearDelivery = {
    up: true,
    handed: 0,
    async deliver(inputId): Promise<DeliveryOutcome> {
      if (!delivery.up) return { state: 'kept' };
      delivery.handed += 1;
      const input = await readInput(db, inputId);
      if (!input) throw new Error('no such input');
      if (input.delivery === 'due') {
        const outcome = await take(db, steps, input, now());
        await settleInput(db, input.id, now(), isRefusal(outcome) ? outcome : null);
      }
      const newest = await readInput(db, inputId);
      return newest?.refusal ? { state: 'refused', refusal: newest.refusal } : { state: 'applied' };
    },
  };
  return delivery;
}

async function take(db: Database, steps: TicketSteps, input: InputRow, at: Date): Promise<Refusal | object> {
  // What is for a dispute is recorded already: its workflow only looks again.
  if (input.dispute_id !== null) return {};
  const message = { ticketId: input.ticket_id as TicketId, inputId: input.id };
  if (input.operation === 'createTicket')
    return steps.openRun({ ticketId: message.ticketId, run: 1, reason: 'created' }, at);
  const noted = notedSteps.find((step): step is NotedStep => step === input.operation);
  if (noted) return steps.takeNote({ ...message, step: noted }, at);
  const asked = askedSteps.find((step): step is AskedStep => step === input.operation);
  if (!asked) throw new Error(`nothing takes ${input.operation}`);
  const person: { role: Role } | undefined = await db('people').where({ id: input.subject_id }).first('role');
  const by = { id: input.subject_id as SubjectId, role: person?.role ?? ('customer' as const) };
  return steps.takeStep({ ...message, by, step: asked }, at);
}
