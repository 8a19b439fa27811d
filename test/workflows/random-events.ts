/**
 * What may befall a random life, as each side takes it: the workflow by messages, the pure tables beside it by the same
 * steps. What happens by itself meanwhile is followed here for the tables' side. Pure, but for the asking.
 */

import { isRefusal, type Refusal, refuse } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { isFinal } from '../../domain/payout.ts';
import { isFinalRemedy } from '../../domain/remedy.ts';
import { permits } from '../../domain/ticket.ts';
import type { AskedStep, NotedStep } from '../../workflows/messages.ts';
import type { Asks } from './asks.ts';
import type { Bodies } from './scripted-bodies.ts';
import { applying, reported, sending, shopReported } from './scripted-grants.ts';
import { type Change, changed, type Life } from './scripted-life.ts';
import { dueCame, taken } from './scripted-steps.ts';

export interface Told {
  readonly step: AskedStep | NotedStep;
  readonly isAsked: boolean;
  readonly beside: (life: Life, by: SubjectId, at: Date) => Life | Refusal;
  readonly ask: (asks: Pick<Asks, 'ask' | 'note'>, by: SubjectId) => Promise<void>;
}

export type Event = Told | { readonly days: number };

const asked = <Step extends AskedStep>(step: Step, ...bodies: Bodies[Step][]): Told[] =>
  bodies.map((body) => ({
    step,
    isAsked: true,
    beside: (life, by, at) => refusedByTable(life, step) ?? taken(life, step, body, by, at),
    ask: ({ ask }, by) => ask(step, body, by),
  }));

const noted = <Step extends NotedStep>(step: Step, ...bodies: Bodies[Step][]): Told[] =>
  bodies.map((body) => ({
    step,
    isAsked: false,
    beside: (life, by, at) => taken(life, step, body, by, at),
    ask: ({ note }) => note(step, body),
  }));

/** No sum of these days falls on the hour at which something is due, so that both sides always agree what has come. */
const passing: Event[] = [0.9, 2.7, 6.3, 16.1].map((days) => ({ days }));

const events: readonly Event[] = [
  ...passing,
  ...asked('addEvidence', { complete: true }, { complete: false }),
  ...asked('withdrawTicket', null),
  ...asked('recordReview', { finding: 'ours' }, { finding: 'other' }, { finding: 'mended' }),
  ...asked('requestInformation', null),
  ...asked('answerInformationRequest', null),
  ...asked('reportRemediation', { mended: true }, { mended: false }),
  ...asked('answerRemediation', { mended: true }, { mended: false }),
  ...asked('placeHold', { kind: 'kyc', stops: ['lapse'] }, { kind: 'provider', stops: ['offer', 'lapse'] }),
  ...asked('releaseHold', { kind: 'provider' }),
  ...asked('recordKyc', { result: 'passed' }, { result: 'failed' }),
  ...asked('recordFact', null),
  ...asked('decideTicket', { decision: 'refund', full: true }, { decision: 'refund' }),
  ...asked('decideTicket', { decision: 'offer' }, { decision: 'replace' }),
  ...asked('decideTicket', { decision: 'refuse' }, { decision: 'refuse', mended: true }),
  ...asked('decideTicket', { decision: 'refuse', exception: true }),
  ...asked('confirmDecision', null),
  ...asked('answerOffer', { choice: 'refund' }, { choice: 'extension' }),
  ...asked('approvePayout', null),
  ...asked('declinePayout', null),
  ...asked('reroutePayout', null),
  ...asked('cancelPayout', null),
  ...asked('recordManualPayment', { outcome: 'paid' }, { outcome: 'not_paid' }),
  ...asked('recordManualReturn', null),
  ...asked('appealTicket', null),
  ...asked('reopenTicket', { by: 'customer' }, { by: 'staff' }),
  ...noted('reportPayout', { status: 'settled', providerRef: 're_1' }),
  ...noted('reportPayout', { status: 'failed', providerRef: 're_1', reason: 'account_closed' }),
  ...noted('noteIncident', { confirmed: true }, { confirmed: false }),
  ...noted('noteOrder', null),
  ...noted('noteEvidence', { complete: true }, { complete: false }),
  ...noted('noteDispute', { state: 'open' }, { state: 'inquiry' }, { state: 'won' }, { state: 'lost' }),
];

/**
 * What may come next: by what the tables permit, with time passing between, or whatever it is, at once. Not both in one
 * life: a request that was turned away at the door now and then leaves the test server's time standing still for good.
 */
export type Choice = 'permitted' | 'anything';

export const choices = (life: Life, choice: Choice, at: Date): readonly Event[] =>
  events
    .filter((event) => {
      if ('days' in event) return choice === 'permitted';
      return choice === 'anything' || !event.isAsked || permits(life.phase, event.step as AskedStep);
    })
    .flatMap((event) => Array.from({ length: weightOf(life, event, at) }, () => event));

/** What leads a life on comes oftener than what leaves it where it is, or ends it for good, or few would get anywhere. */
function weightOf(life: Life, event: Event, at: Date): number {
  if ('days' in event) return life.due === null ? 1 : 6;
  const next = event.beside(life, nobody, at);
  if (isRefusal(next) || next.outcome === 'withdrawn' || next.outcome === 'charged_back') return 1;
  if (next.moves.length > life.moves.length || next.payouts !== life.payouts) return 6;
  return next.due?.kind === life.due?.kind ? 1 : 3;
}

const nobody = '00000000-0000-4000-8000-000000000000' as SubjectId;

/** What the table alone says of a request, before any step looks at the case. */
function refusedByTable(life: Life, step: AskedStep): Refusal | null {
  if (permits(life.phase, step) || life.phase === 'closed') return null;
  const decided = step === 'decideTicket' && (life.phase === 'settling' || life.phase === 'offering');
  if (decided && life.decidedBy !== null) return refuse('ticket-decided', { decidedBy: life.decidedBy });
  return refuse('ticket-phase', { phase: life.phase });
}

/** What happens by itself until nothing more does: captures read, dues taken, remedies applied, released money sent. */
export function settledDown(life: Life, at: Date): Life {
  const next = followed(life, at);
  return next === null || isRefusal(next) ? life : settledDown(next, at);
}

function followed(life: Life, at: Date): Life | Refusal | null {
  const { phase, due, remedies, payouts, holds } = life;
  if ((phase === 'deciding' || phase === 'offering') && !life.capturesKnown)
    return changed(life, { capturesKnown: true }, at);
  if (due !== null && Date.parse(due.at) <= at.getTime())
    return dueCame(life, due, due.kind === 'system_decision' ? at : new Date(due.at));
  if (phase !== 'settling' || holds.length > 0) return null;
  const isReleased = payouts.some(({ state }) => state !== 'granted' && !isFinal(state));
  const remedy = remedies.find(({ kind, state }) => !isFinalRemedy(state) && (kind !== 'plan_end' || isReleased));
  if (remedy) {
    const applied = { status: 'applied', shopRef: 'sh_1' } as const;
    return called(life, applying(life, remedy.id), (begun) => shopReported(begun, remedy.id, applied), at);
  }
  const payout = payouts.find(({ state }) => state === 'approved');
  if (!payout) return null;
  const sent = { status: 'sent', providerRef: 're_1' } as const;
  return called(life, sending(life, payout.id), (begun) => reported(begun, payout.id, sent), at);
}

/** A call that passes its gate, and what is answered to it. */
function called(
  life: Life,
  gate: Change | null,
  answer: (begun: Life) => Change | null,
  at: Date,
): Life | Refusal | null {
  const begun = gate && changed(life, gate, at);
  return begun === null || isRefusal(begun) ? begun : changed(begun, answer(begun) ?? {}, at);
}

/** All that both sides must agree on; instants differ by the moments between two steps. */
export const stateOf = (life: Life) => ({
  phase: life.phase,
  outcome: life.outcome,
  moves: life.moves,
  capturesKnown: life.capturesKnown,
  decidedBy: life.decidedBy,
  payouts: life.payouts,
  formerPayouts: life.formerPayouts,
  remedies: life.remedies,
  holds: life.holds.map(({ kind, stops }) => ({ kind, stops })),
  kyc: life.kycState,
  dispute: life.dispute,
  due: life.due?.kind ?? null,
  awaiting: life.awaiting,
});
