/** Where a request stands on its way, and who is at turn: what the tracker shows, from the ticket alone. Pure. */

import type { Ticket } from './ticket-queries.ts';

export const stepIds = ['received', 'complete', 'review', 'decided', 'sent', 'settled', 'ended'] as const;

export type StepId = (typeof stepIds)[number];

export interface Step {
  readonly id: StepId;
  readonly state: 'done' | 'current' | 'waiting' | 'skipped';
}

type Seen = Pick<Ticket, 'phase' | 'outcome' | 'missing' | 'decision' | 'payouts' | 'remedies' | 'appeal'>;

const way = ['received', 'complete', 'review', 'decided', 'sent', 'settled'] as const;

/** How many of the steps are behind it while it is open. */
function doneOf({ phase, payouts, remedies }: Seen): number {
  switch (phase) {
    case 'gathering':
      return 1;
    case 'reviewing':
    case 'remediating':
      return 2;
    case 'deciding':
    case 'offering':
      return 3;
    case 'settling': {
      const going = payouts.filter(({ progress }) => progress !== 'cancelled');
      const sent = going.length > 0 && going.every(({ progress }) => progress === 'sent' || progress === 'settled');
      return sent || (going.length === 0 && remedies.some(({ state }) => state === 'applied')) ? 5 : 4;
    }
    case 'closed':
      return way.length;
  }
}

/** Ends in which something was given: money, time, or another plan. */
const given: readonly (string | null)[] = ['refunded', 'extended'];

export function stepsOf(ticket: Seen): Step[] {
  const { phase, outcome, missing, decision } = ticket;
  if (phase !== 'closed' || given.includes(outcome)) {
    const done = doneOf(ticket);
    return way.map((id, index) => ({ id, state: index < done ? 'done' : index === done ? 'current' : 'waiting' }));
  }
  const reached = (isReached: boolean) => (isReached ? 'done' : 'skipped');
  return [
    { id: 'received', state: 'done' },
    { id: 'complete', state: reached(missing.length === 0) },
    { id: 'review', state: reached(decision !== null || outcome === 'remediated') },
    { id: 'decided', state: reached(decision !== null) },
    { id: 'ended', state: 'done' },
  ];
}

export const turnIds = ['you', 'desk', 'bank', 'nobody'] as const;

export type Turn = (typeof turnIds)[number];

export const nextIds = [
  'sendMaterials',
  'lookAtMaterials',
  'answerQuestion',
  'review',
  'mend',
  'sayMended',
  'decide',
  'choose',
  'paying',
  'bank',
  'delayed',
  'replacing',
  'closed',
  'closedLapsed',
] as const;

export interface Next {
  readonly turn: Turn;
  readonly what: (typeof nextIds)[number];
  /** By when, where that is known. */
  readonly by: string | null;
}

export function nextOf(ticket: Ticket): Next {
  const by = ticket.due?.at ?? null;
  const mayAnswer = (operation: Ticket['actions'][number]) => ticket.actions.includes(operation);
  switch (ticket.phase) {
    case 'gathering':
      return ticket.missing.length > 0
        ? { turn: 'you', what: 'sendMaterials', by }
        : { turn: 'desk', what: 'lookAtMaterials', by: null };
    case 'reviewing':
      return ticket.informationRequest
        ? { turn: 'you', what: 'answerQuestion', by: ticket.informationRequest.lapsesAt }
        : { turn: 'desk', what: 'review', by: ticket.promisedAt };
    case 'remediating':
      return mayAnswer('answerRemediation')
        ? { turn: 'you', what: 'sayMended', by }
        : { turn: 'desk', what: 'mend', by: ticket.remediation?.deadline ?? by };
    case 'deciding':
      return { turn: 'desk', what: 'decide', by: ticket.promisedAt };
    case 'offering':
      return { turn: 'you', what: 'choose', by: ticket.offer?.expiresAt ?? by };
    case 'settling':
      return payingOf(ticket);
    case 'closed':
      return { turn: 'nobody', what: mayAnswer('reopenTicket') ? 'closedLapsed' : 'closed', by: null };
  }
}

function payingOf({ payouts }: Ticket): Next {
  const open = payouts.filter(({ progress }) => !['cancelled', 'settled', 'rehearsed'].includes(progress));
  if (open.some(({ progress }) => progress === 'delayed')) return { turn: 'desk', what: 'delayed', by: null };
  if (open.length > 0 && open.every(({ progress }) => progress === 'sent'))
    return { turn: 'bank', what: 'bank', by: null };
  return { turn: 'desk', what: payouts.length === 0 ? 'replacing' : 'paying', by: null };
}
