/**
 * What each step makes of a scripted life: the same moves and refusals as the stores', without their rows, sums and
 * letters. Pure; whoever judges a case (engine, reviewer) has judged it already, and the step's body says how.
 */

import type { Due, DueKind } from '../../domain/due-kind.ts';
import { type Refusal, refuse } from '../../domain/errors.ts';
import type { ClockKind, DisputeState } from '../../domain/facts.ts';
import type { HoldKind } from '../../domain/hold.ts';
import type { PayoutId, RemedyId, SubjectId } from '../../domain/ids.ts';
import { isFinal, leftUs, type PayoutState, reduceReport } from '../../domain/payout.ts';
import type { RailReport } from '../../domain/rail.ts';
import { type RemedyKind, reduceShopReport } from '../../domain/remedy.ts';
import type { ShopReport } from '../../domain/shop.ts';
import { isAppealable, moveAfterPayouts, moveAfterRemedies, permits } from '../../domain/ticket.ts';
import { type AskedStep, type NotedStep, notedSteps } from '../../workflows/messages.ts';
import { type Change, changed, type Life, parameters } from './scripted-life.ts';

const dayMs = 86_400_000;

type Mended = { readonly mended: boolean };

/** What the kept input of each step says, as far as it matters to a workflow. */
export interface Bodies {
  readonly addEvidence: { readonly complete: boolean };
  readonly withdrawTicket: null;
  readonly recordReview: { readonly finding: 'ours' | 'other' | 'mended' };
  readonly requestInformation: null;
  readonly answerInformationRequest: null;
  readonly reportRemediation: Mended;
  readonly answerRemediation: Mended;
  readonly placeHold: { readonly kind: 'customer' | 'kyc' | 'provider'; readonly stops: readonly ClockKind[] };
  readonly releaseHold: { readonly kind: 'customer' | 'provider' };
  readonly recordKyc: null;
  readonly recordFact: null;
  readonly decideTicket: Decision;
  readonly confirmDecision: null;
  readonly answerOffer: { readonly choice: 'refund' | 'extension' };
  readonly approvePayout: null;
  readonly declinePayout: null;
  readonly appealTicket: null;
  readonly reopenTicket: { readonly by: 'customer' | 'staff' };
  readonly reportPayout: RailReport;
  readonly noteIncident: { readonly confirmed: boolean };
  readonly noteDispute: { readonly state: DisputeState };
  readonly noteEvidence: { readonly complete: boolean };
  readonly noteOrder: null;
}

interface Decision {
  readonly decision: 'refund' | 'refuse' | 'offer' | 'replace';
  /** All that is left of the order, so that its plan ends. */
  readonly full?: true;
  /** Against the proposal, so that a second person must confirm it. */
  readonly exception?: true;
}

export type StepName = AskedStep | NotedStep;

type Taken = Change | Refusal | null;
type Step<Body> = (life: Life, body: Body, by: SubjectId, at: Date) => Taken;

/** Holds beside the phase; each stops the clocks that it names. */
const placed = (life: Life, kind: HoldKind, stops: readonly ClockKind[], at: Date): Change => ({
  holds: [...life.holds, { kind, stops }],
  pauses: [
    ...life.pauses,
    ...stops.map((clock) => ({
      clock,
      reason: kind,
      from: at.toISOString(),
      until: null,
    })),
  ],
});

const released = (life: Life, kind: HoldKind, at: Date): Change => ({
  holds: life.holds.filter((hold) => hold.kind !== kind),
  pauses: life.pauses.map((pause) =>
    pause.reason === kind && pause.until === null ? { ...pause, until: at.toISOString() } : pause,
  ),
});

const has = (life: Life, kind: HoldKind): boolean => life.holds.some((hold) => hold.kind === kind);

const moved = (life: Life, id: PayoutId, state: PayoutState): Life['payouts'] =>
  life.payouts.map((payout) => (payout.id === id ? { id, state } : payout));

const cancelled = ({ payouts }: Life): Life['payouts'] =>
  payouts.map(({ id, state }) => ({ id, state: state === 'granted' || state === 'approved' ? 'cancelled' : state }));

function carriedOut(life: Life, { decision, full }: Decision, by: SubjectId | null, at: Date): Change {
  const decided = { decidedBy: by, awaiting: null };
  switch (decision) {
    case 'refund':
      return { ...decided, ...granted(life, full ? ['plan_end'] : [], true), move: 'refundDecided' };
    case 'replace':
      return { ...decided, ...granted(life, ['replacement'], false), move: 'replacementDecided' };
    case 'offer':
      return { ...decided, move: 'offerMade', offeredAt: at.toISOString() };
    case 'refuse': {
      const partly = life.payouts.some(({ state }) => state === 'settled');
      return { ...decided, move: partly ? 'remainderRefused' : 'refusalDecided' };
    }
  }
}

/** A new grant takes the place of the one before. */
function granted(life: Life, kinds: readonly RemedyKind[], money: boolean): Change {
  const id = (more: number) => `00000000-0000-4000-8000-${String(life.granted + more).padStart(12, '0')}`;
  return {
    granted: life.granted + kinds.length + 1,
    payouts: money ? [{ id: id(0) as PayoutId, state: 'granted' }] : [],
    remedies: kinds.map((kind, index) => ({ id: id(index + 1) as RemedyId, kind, state: 'granted' })),
  };
}

const takenBack = (life: Life): Change => ({
  payouts: cancelled(life),
  remedies: life.remedies.map((one) => (one.state === 'granted' ? { ...one, state: 'cancelled' } : one)),
});

/** RP-4.6: a refund without a person is brought before one as long as nothing has left. */
function ofDesk(life: Life): Change | Refusal {
  if (life.decidedBy !== null) return refuse('ticket-phase', { phase: life.phase });
  if (life.appealed) return refuse('appeal-used');
  if (hasAskedShop(life) || life.payouts.some(({ state }) => leftUs(state))) return refuse('payout-sent');
  return { ...takenBack(life), appealed: true, systemDecides: false, move: 'appealed' };
}

const hasAskedShop = ({ remedies }: Life): boolean =>
  remedies.some(({ state }) => ['applying', 'unknown', 'applied'].includes(state));

/** Given to this ticket, or to one that was asked for together with it. */
const withEvidence: Step<Bodies['addEvidence']> = (life, { complete }) => ({
  move: complete && life.phase === 'gathering' ? 'materialsCompleted' : null,
});

const steps: { readonly [Name in StepName]: Step<Bodies[Name]> } = {
  addEvidence: withEvidence,
  withdrawTicket: (life) => {
    const asked = life.phase === 'settling' && hasAskedShop(life);
    if (asked || life.payouts.some(({ state }) => leftUs(state))) return refuse('payout-sent');
    return { ...takenBack(life), move: 'withdrawn' };
  },
  recordReview: (life, { finding }, _by, at) => {
    // What was asked of the customer is not needed any more.
    const change = { ...released(life, 'customer', at), informationAskedAt: null, fixReportedAt: null };
    if (life.phase === 'remediating') return finding === 'ours' ? null : { ...change, move: 'otherCauseFound' };
    if (finding === 'mended') return { ...change, move: 'reviewFoundMended' };
    const over = at.getTime() >= Date.parse(life.reportedAt) + parameters.remediation.days * dayMs;
    return { ...change, move: finding === 'other' || over ? 'reviewRecorded' : 'remediationBegun' };
  },
  requestInformation: (life, _body, _by, at) => ({
    ...placed({ ...life, ...released(life, 'customer', at) }, 'customer', ['decision', 'remediation'], at),
    informationAskedAt: at.toISOString(),
    move: life.phase === 'reviewing' ? null : 'reviewReopened',
  }),
  answerInformationRequest: (life, _body, _by, at) =>
    life.informationAskedAt === null
      ? refuse('no-open-request')
      : { ...released(life, 'customer', at), informationAskedAt: null },
  reportRemediation: (_life, { mended }, _by, at) => ({ fixReportedAt: mended ? at.toISOString() : null }),
  answerRemediation: (life, { mended }) =>
    life.fixReportedAt === null ? refuse('no-open-fix') : { fixReportedAt: null, move: mended ? 'fixConfirmed' : null },
  placeHold: (life, { kind, stops }, _by, at) => {
    if (kind !== 'kyc') return placed(life, kind, stops, at);
    if (has(life, 'kyc')) return refuse('hold-unknown');
    const dueAt = new Date(at.getTime() + parameters.waiting.kycDays * dayMs).toISOString();
    return { ...placed(life, kind, stops, at), kyc: { askedAt: at.toISOString(), dueAt } };
  },
  releaseHold: (life, { kind }, _by, at) => (has(life, kind) ? released(life, kind, at) : refuse('hold-unknown')),
  recordKyc: (life, _body, _by, at) =>
    has(life, 'kyc') ? { ...released(life, 'kyc', at), kyc: null } : refuse('kyc-not-asked'),
  recordFact: () => ({}),
  decideTicket: (life, body, by, at) => {
    if (life.awaiting !== null) return refuse('decision-awaits');
    if (body.decision === 'refund' && !life.capturesKnown) return refuse('capture-unknown');
    return body.exception ? { awaiting: by } : carriedOut(life, body, by, at);
  },
  confirmDecision: (life, _body, by, at) => {
    if (life.awaiting === null) return refuse('no-decision-awaits');
    return life.awaiting === by
      ? refuse('not-second-person')
      : carriedOut(life, { decision: 'refuse' }, life.awaiting, at);
  },
  answerOffer: (life, { choice }) =>
    choice === 'refund'
      ? { ...granted(life, [], true), move: 'refundChosen' }
      : { ...granted(life, ['extension'], false), move: 'extensionChosen' },
  approvePayout: (life) => {
    const payout = life.payouts.find(({ state }) => state === 'granted');
    return payout ? { payouts: moved(life, payout.id, 'approved') } : refuse('payout-phase');
  },
  declinePayout: (life) => {
    const payout = life.payouts.at(-1);
    if (!payout) return refuse('payout-phase');
    if (payout.state === 'failed' || payout.state === 'returned') return { move: 'payoutDeclined' };
    if (leftUs(payout.state)) return refuse('payout-sent');
    const payouts = moved(life, payout.id, 'cancelled');
    return { payouts, move: moveAfterPayouts(payouts.map(({ state }) => state)) };
  },
  appealTicket: (life) => {
    if (life.phase === 'settling') return ofDesk(life);
    if (!isAppealable(life.outcome)) return refuse('not-reopenable');
    return life.appealed ? refuse('appeal-used') : { appealed: true, move: 'appealed' };
  },
  reopenTicket: (life, { by }, _by, at) => {
    if (by === 'staff')
      return ['refused', 'lapsed', 'extended', 'remediated'].includes(life.outcome ?? '')
        ? { move: 'factImproved' }
        : refuse('not-reopenable');
    if (life.outcome !== 'lapsed') return refuse('not-reopenable');
    const now = at.toISOString();
    return life.offeredAt === null
      ? { move: 'reopened', gatheringSince: now }
      : { move: 'offerReopened', offeredAt: now };
  },
  reportPayout: (life, report) => {
    const payout = life.payouts.at(-1);
    return payout ? reported(life, payout.id, report) : null;
  },
  noteIncident: (life, { confirmed }) => ({
    move: confirmed && life.phase === 'remediating' ? 'incidentConfirmed' : null,
  }),
  noteEvidence: withEvidence,
  noteOrder: () => ({}),
  noteDispute: (life, { state }, _by, at) => {
    if (life.phase === 'closed') return null;
    // D3: an inquiry holds what is less than all.
    if (state === 'open' || (state === 'inquiry' && life.phase === 'offering'))
      return has(life, 'dispute') ? null : placed(life, 'dispute', ['decision', 'lapse', 'offer'], at);
    const freed = released(life, 'dispute', at);
    if (state !== 'lost' && state !== 'prevented') return freed;
    // Money that is on its way ends as its rail says.
    return life.payouts.some((payout) => !isFinal(payout.state)) ? freed : { ...freed, move: 'disputeLost' };
  },
};

/** The call is being made, for what may still go. */
export const sending = (life: Life, id: PayoutId): Change => ({ payouts: moved(life, id, 'sending') });

export const applying = ({ remedies }: Life, id: RemedyId): Change => ({
  remedies: remedies.map((one) => (one.id === id && one.state === 'granted' ? { ...one, state: 'applying' } : one)),
});

/** What a provider says of a payout, by webhook or by the call's own answer. */
export function reported(life: Life, id: PayoutId, report: RailReport): Change | null {
  const payout = life.payouts.find((one) => one.id === id);
  const change = payout && reduceReport(payout.state, report);
  if (!change) return null;
  const payouts = moved(life, id, change.state);
  if (life.phase === 'closed') return { payouts, move: change.state === 'returned' ? 'payoutReturned' : null };
  return { payouts, move: moveAfterPayouts(payouts.map(({ state }) => state)) };
}

/** What the shop says of a remedy. */
export function shopReported(life: Life, id: RemedyId, report: ShopReport): Change | null {
  const remedy = life.remedies.find((one) => one.id === id);
  const change = remedy && reduceShopReport(remedy.state, report);
  if (!change) return null;
  const remedies = life.remedies.map((one) => (one.id === id ? { ...one, state: change.state } : one));
  return { remedies, move: life.phase === 'settling' ? moveAfterRemedies(remedies) : null };
}

const isNoted = (name: StepName): name is NotedStep => (notedSteps as readonly string[]).includes(name);

/** A step that was asked or noted, as the stores take it: refused by the table first. */
export function taken<Name extends StepName>(
  life: Life,
  name: Name,
  body: Bodies[Name],
  by: SubjectId,
  at: Date,
): Life | Refusal {
  const { phase, decidedBy } = life;
  if (name === 'decideTicket' && phase === 'settling') return refuse('ticket-decided', { decidedBy: decidedBy ?? '' });
  if (!isNoted(name) && !permits(phase, name))
    return refuse(phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase });
  const step: Step<Bodies[Name]> = steps[name];
  const answer = step(life, body, by, at);
  if (answer !== null && 'refused' in answer) return answer;
  return changed(life, answer ?? {}, at);
}

const dues: { readonly [Kind in DueKind]: (life: Life, at: Date) => Change } = {
  gathering: () => ({ move: 'gatheringLapsed' }),
  information: () => ({ move: 'informationLapsed', informationAskedAt: null }),
  remediation: () => ({ move: 'remediationExpired' }),
  fix_answer: () => ({ move: 'fixPresumed', fixReportedAt: null }),
  offer: () => ({ move: 'offerLapsed' }),
  kyc: (life, at) => ({ ...released(life, 'kyc', at), kyc: null }),
  system_decision: (life, at) =>
    life.capturesKnown ? carriedOut(life, { decision: 'refund' }, null, at) : { undecided: true },
};

/** What is due has come; an instant that no longer stands changes nothing. */
export function dueCame(life: Life, due: Due, at: Date): Life | Refusal {
  const stands = life.due?.kind === due.kind && life.due.at === due.at;
  return stands ? changed(life, dues[due.kind](life, at), at) : life;
}
