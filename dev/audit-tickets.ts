/**
 * The auditor's checks of tickets: their events are a whole chain and a path of the state graph (I3), and what clients
 * saw acknowledged is there and took effect (I4). Pure.
 */

import { firstBrokenLink } from '../db/events.ts';
import { mayMove, type PayoutState, payoutStates } from '../domain/payout.ts';
import { advance, type TicketMove, type TicketPhase, type TicketState } from '../domain/ticket.ts';
import type { AuditedEvent, AuditedInput, AuditedPayout, AuditedTicket, Facts, Violation } from './audit-facts.ts';

interface Told {
  readonly phase: TicketPhase;
  readonly event: AuditedEvent;
  /** The next event of the same input: what a step tells last moves its ticket. */
  readonly next: AuditedEvent | undefined;
}

interface Rule {
  /** The moves that it may be, of which the state table allows those of the phase; none where it moves nothing. */
  readonly moves: (told: Told) => readonly TicketMove[];
  /** Otherwise it may also move nothing, as where another payout is open. */
  readonly certain: boolean;
}

const surely = (...moves: readonly TicketMove[]): Rule => ({ moves: () => moves, certain: true });
const perhaps = (...moves: readonly TicketMove[]): Rule => ({ moves: () => moves, certain: false });

/** Further events by which the step of a review says where it led. */
const afterReview = ['remediationBegun', 'reviewFoundMended', 'otherCauseFound'];

/** What each kind of event does to its ticket. */
const rules: Readonly<Record<string, Rule>> = {
  materialsCompleted: surely('materialsCompleted'),
  settledByFacts: surely('settledByFacts'),
  incidentConfirmed: surely('incidentConfirmed'),
  lapsed: surely('gatheringLapsed', 'informationLapsed', 'offerLapsed'),
  reviewRecorded: {
    moves: ({ phase, next }) =>
      phase === 'remediating' || (next && afterReview.includes(next.kind)) ? [] : ['reviewRecorded'],
    certain: true,
  },
  remediationBegun: surely('remediationBegun'),
  reviewFoundMended: surely('reviewFoundMended'),
  otherCauseFound: surely('otherCauseFound'),
  fixAnswered: {
    moves: ({ event }) =>
      event.data['answer'] === 'mended' ? ['fixConfirmed'] : event.data['answer'] === 'silent' ? ['fixPresumed'] : [],
    certain: true,
  },
  remediationExpired: surely('remediationExpired'),
  informationRequested: { moves: ({ phase }) => (phase === 'reviewing' ? [] : ['reviewReopened']), certain: true },
  refundDecided: surely('refundDecided'),
  replacementDecided: surely('replacementDecided'),
  refusalDecided: surely('refusalDecided', 'remainderRefused', 'extensionStands', 'mendingStands'),
  offerMade: surely('offerMade'),
  offerAnswered: {
    moves: ({ event }) => [event.data['choice'] === 'refund' ? 'refundChosen' : 'extensionChosen'],
    certain: true,
  },
  withdrawn: surely('withdrawn'),
  chargedBack: perhaps('disputeLost'),
  kycRecorded: {
    moves: ({ event }) => (event.data['result'] === 'passed' ? [] : ['kycFailed']),
    certain: false,
  },
  payoutDeclined: perhaps('payoutDeclined'),
  // What ends last of what was under way brings the ticket where a lost dispute or a failed check has left it.
  payoutCancelled: perhaps('payoutDeclined', 'disputeLost', 'kycFailed'),
  // The last to settle, of a grant of which another part was declined.
  payoutSettled: perhaps('payoutsSettled', 'payoutDeclined', 'disputeLost'),
  payoutFailed: perhaps('disputeLost'),
  payoutRehearsed: perhaps('payoutsRehearsed'),
  payoutReturned: perhaps('payoutReturned', 'disputeLost'),
  remedyApplied: perhaps('extensionApplied', 'replacementApplied'),
  remedyFailed: perhaps('remedyFailed', 'disputeLost'),
  remedyCancelled: perhaps('disputeLost', 'kycFailed'),
  remedyRehearsed: perhaps('payoutsRehearsed'),
  appealed: surely('appealed'),
  reopened: surely('reopened'),
  offerReopened: surely('offerReopened'),
  factImproved: surely('factImproved'),
  reviewResumed: surely('reviewResumed'),
};

/** I3: each ticket's and each payout's events are a path of its state table that ends where its row stands. */
export function checkPaths(facts: Facts): Violation[] {
  return [
    ...facts.tickets.flatMap((ticket) => {
      const events = facts.events.filter((event) => event.ticket_id === ticket.id);
      return [...checkChain(ticket, events), ...checkPath(ticket, events), ...checkDays(ticket, events)];
    }),
    ...facts.payouts.flatMap((payout) => checkPayoutPath(payout, facts.events)),
  ];
}

function checkChain(ticket: AuditedTicket, events: readonly AuditedEvent[]): Violation[] {
  const broken = firstBrokenLink(
    events.map((event) => ({
      ticketId: event.ticket_id,
      number: event.number,
      kind: event.kind,
      at: event.at,
      actor: { id: event.actor_id as never, role: event.actor_role },
      data: event.data,
      inputId: event.input_id,
      hash: event.hash,
    })),
  );
  if (broken !== null) return [wrong('I3', ticket, `has a chain of events that is broken at ${broken}`)];
  const last = events.at(-1);
  if (!last) return [wrong('I3', ticket, 'has no events')];
  const isEnd = last.number === ticket.last_event_number && ticket.last_event_hash?.equals(last.hash) === true;
  return isEnd ? [] : [wrong('I3', ticket, `does not name its last event, ${last.number}`)];
}

function checkPath(ticket: AuditedTicket, events: readonly AuditedEvent[]): Violation[] {
  let possible: TicketState[] = [{ phase: 'gathering', outcome: null }];
  for (const [index, event] of events.entries()) {
    const following = events[index + 1];
    const next = following && following.input_id === event.input_id ? following : undefined;
    const reached = possible.flatMap((state) => statesAfter(state, event, next));
    if (reached.length === 0)
      return [wrong('I3', ticket, `was ${possible.map(({ phase }) => phase).join(' or ')} at ${event.kind}`)];
    possible = reached;
  }
  return possible.some(({ phase, outcome }) => phase === ticket.phase && outcome === ticket.outcome)
    ? []
    : [wrong('I3', ticket, `is ${ticket.phase}, which its events do not lead to`)];
}

/** Where a ticket may stand after the event; nowhere, where the state table has no such way. */
function statesAfter(state: TicketState, event: AuditedEvent, next: AuditedEvent | undefined): TicketState[] {
  const rule = rules[event.kind];
  const moves = rule?.moves({ phase: state.phase, event, next }) ?? [];
  if (!rule || moves.length === 0) return [state];
  const moved = moves.flatMap((move) => advance(state, move) ?? []);
  return rule.certain ? moved : [state, ...moved];
}

/** I7: the days of RP-2.4a are over no sooner than was promised; pauses may only have put them off. */
function checkDays(ticket: AuditedTicket, events: readonly AuditedEvent[]): Violation[] {
  let deadline: string | null = null;
  const found: Violation[] = [];
  for (const event of events) {
    if (event.kind === 'remediationBegun') deadline = String(event.data['deadline']);
    if (event.kind !== 'remediationExpired') continue;
    if (deadline === null || event.at.getTime() < Date.parse(deadline))
      found.push(wrong('I7', ticket, `ran out at ${event.at.toISOString()}, before ${deadline ?? 'it began'}`));
    deadline = null;
  }
  return found;
}

const payoutEvents: Readonly<Record<string, PayoutState>> = {
  ...Object.fromEntries(
    payoutStates.map((state) => [`payout${state.charAt(0).toUpperCase()}${state.slice(1)}`, state]),
  ),
  // By hand: finance was asked, as another rail's provider is.
  payoutAwaitsPerson: 'sent',
};

function checkPayoutPath(payout: AuditedPayout, events: readonly AuditedEvent[]): Violation[] {
  // What the version lets go without finance is approved from the first.
  let state: PayoutState = payout.approval === 'limit' ? 'approved' : 'granted';
  for (const event of events) {
    const next = event.data['payoutId'] === payout.id ? payoutEvents[event.kind] : undefined;
    if (next === undefined) continue;
    if (!mayMove(state, next)) return [wrong('I3', payout, `went from ${state} to ${next}`)];
    state = next;
  }
  // A decline or a withdrawal cancels a payout by an event of the ticket's own.
  return state === payout.state || (payout.state === 'cancelled' && mayMove(state, 'cancelled'))
    ? []
    : [wrong('I3', payout, `is ${payout.state}, but its events lead to ${state}`)];
}

/** Inputs that a workflow takes without recording anything of their own. */
const takenUnrecorded = ['createTicket', 'reportPayout'];

/** I4: nothing acknowledged is lost, and nothing kept waits for ever. To be asked when the desk has come to rest. */
export function checkKept(facts: Facts): Violation[] {
  const byKey = new Map(facts.inputs.map((input) => [`${input.scope} ${input.key}`, input]));
  const recorded = new Set(facts.events.map((event) => event.input_id));
  return [
    ...facts.acknowledged.flatMap(({ scope, key, status, body }) => {
      const input = byKey.get(`${scope} ${key}`);
      if (!input) return [wrong('I4', { id: key }, 'was acknowledged, but is not kept')];
      if (status === 202 || input.answer_body === null) return [];
      return input.answer_status === status && input.answer_body === body
        ? []
        : [wrong('I4', { id: key }, `was answered with ${status}, but its key now says ${input.answer_status}`)];
    }),
    ...facts.inputs.flatMap((input) => checkInput(facts, input, recorded)),
    ...checkEvidence(facts),
    ...facts.tickets
      .filter(({ stalled }) => stalled)
      .map((ticket) => wrong('I4', ticket, 'has all that a review needs, and its review has not begun')),
  ];
}

/** What was shared with a ticket that was closed by then is told in vain, and rightly so. */
const wasToldInVain = ({ tickets }: Facts, { operation, ticket_id }: AuditedInput): boolean =>
  operation === 'noteEvidence' &&
  tickets.some(({ id, phase, run }) => id === ticket_id && (phase === 'closed' || run > 1));

function checkInput(facts: Facts, input: AuditedInput, recorded: ReadonlySet<string | null>): Violation[] {
  const what = `${input.operation} ${input.id}`;
  if (input.delivery === 'due') return [wrong('I4', { id: what }, 'is still not delivered')];
  if (takenUnrecorded.includes(input.operation) || wasToldInVain(facts, input)) return [];
  if (input.delivery === 'applied' && (input.recorded_at === null || !recorded.has(input.id)))
    return [wrong('I4', { id: what }, 'counts as applied, but nothing was recorded')];
  if (input.delivery === 'refused' && (input.recorded_at !== null || recorded.has(input.id)))
    return [wrong('I4', { id: what }, 'was refused and recorded all the same')];
  return [];
}

function checkEvidence(facts: Facts): Violation[] {
  return facts.events
    .filter((event) => event.kind === 'ticketCreated')
    .flatMap((event) => {
      const attached = facts.evidence.find(({ ticket_id }) => ticket_id === event.ticket_id)?.attached ?? 0;
      const came = Number(event.data['uploads']);
      return attached >= came
        ? []
        : [wrong('I4', { id: event.ticket_id }, `came with ${came} files, but has ${attached}`)];
    });
}

const wrong = (invariant: 'I3' | 'I4' | 'I7', about: { readonly id: string }, what: string): Violation => ({
  invariant,
  about: about.id,
  what,
});
