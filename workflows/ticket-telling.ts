/** How the workflow tells of its ticket: a refusal to whoever asked, and the case in words on Temporal's own page. */

import { ApplicationFailure } from '@temporalio/workflow';
import type { Refusal } from '../domain/errors.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import { refusedFailureType } from './messages.ts';

/** An expected no, as Temporal carries it to whoever asked; where in the code it was said is nobody's business. */
export function refusedFailure(refusal: Refusal): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: refusedFailureType,
    message: refusal.refused,
    nonRetryable: true,
    category: 'BENIGN',
    details: [refusal],
  });
  failure.stack = '';
  return failure;
}

export const describeTicket = (ticket: TicketSnapshot): string =>
  [
    `**${ticket.ticketNumber}** is ${ticket.outcome ? `${ticket.phase}: ${ticket.outcome}` : ticket.phase}${ticket.held ? ', held' : ''}.`,
    ...(ticket.due ? [`- due by itself: ${ticket.due.kind} at ${ticket.due.at}`] : []),
    ...(ticket.remedies ?? []).map(({ id, kind, state }) => `- ${kind} \`${id}\`: ${state}`),
    ...ticket.payouts.map(({ id, state }) => `- payout \`${id}\`: ${state}`),
  ].join('\n');
