/**
 * What each step makes of a scripted life: the same moves and refusals as the stores', without their rows, sums and
 * letters. Pure; whoever judges a case (engine, reviewer) has judged it already, and the step's body says how.
 */

import type { Due, DueKind } from '../../domain/due-kind.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { isFinal, leftUs } from '../../domain/payout.ts';
import { isAppealable, isBetterable, moveAfterPayouts, permits, type TicketMove } from '../../domain/ticket.ts';
import { type NotedStep, notedSteps } from '../../workflows/messages.ts';
import type { Bodies, Decision, StepName } from './scripted-bodies.ts';
import {
  cancelAsked,
  chargedBack,
  granted,
  grantStopped,
  isInFull,
  isLessThanAll,
  mayBeReplaced,
  moved,
  payoutsOf,
  remediesOf,
  replaced,
  reported,
  takenBack,
  withoutGrantedRemedies,
  withoutRemedies,
} from './scripted-grants.ts';
import {
  askedForKyc,
  freedOfDispute,
  has,
  heldForDispute,
  placed,
  released,
  withoutQuestion,
} from './scripted-holds.ts';
import {
  type Change,
  changed,
  hasFailedCheck,
  isChargedBack,
  type Life,
  mendByMs,
  parameters,
} from './scripted-life.ts';

const dayMs = 86_400_000;

type Step<Body> = (life: Life, body: Body, by: SubjectId, at: Date) => Change | Refusal | null;

/** What is known settles the case, so that nothing more is asked for: the check was not passed, or the money is gone. */
const isSettled = (life: Life): boolean => hasFailedCheck(life) || isChargedBack(life);

/** After new materials or facts: where they lead by themselves. */
function takenStock(life: Life, at: Date): Change {
  if (life.phase === 'gathering' && isChargedBack(life)) return chargedBack(life);
  if (life.phase === 'gathering' || (life.phase === 'reviewing' && !life.reviewed)) {
    if (isSettled(life)) return { ...withoutQuestion(life, at), move: 'settledByFacts' };
  }
  return { move: life.phase === 'gathering' && life.complete ? 'materialsCompleted' : null };
}

/** Given to this ticket, or to one that was asked for together with it. */
const withEvidence: Step<Bodies['addEvidence']> = (life, body, _by, at) => {
  const complete = life.complete || body.complete;
  return { complete, ...(life.phase === 'gathering' ? takenStock({ ...life, complete }, at) : {}) };
};

/** A decision that takes effect; the desk's own is nobody's. */
function carriedOut(
  life: Life,
  { decision, full, mended }: Decision,
  by: SubjectId | null,
  at: Date,
): Change | Refusal {
  const decided = { decidedBy: by, awaiting: null, appealed: false, systemDecides: false };
  const isInquired = life.dispute === 'inquiry';
  switch (decision) {
    case 'refund':
      // D3: while the bank asks about the payment, all of it may go back and no part.
      if (isInquired && !full) return refuse('payouts-held');
      return {
        ...decided,
        ...granted(life, full ? ['plan_end'] : [], true),
        ...(isInquired ? freedOfDispute(life, at) : {}),
        move: 'refundDecided',
      };
    case 'replace':
      if (isInquired) return refuse('payouts-held');
      return { ...decided, ...granted(life, ['replacement'], false), move: 'replacementDecided' };
    case 'offer':
      return {
        ...decided,
        ...withoutRemedies(life),
        move: 'offerMade',
        offeredAt: at.toISOString(),
      };
    case 'refuse':
      return { ...decided, ...withoutRemedies(life), move: moveOfRefusal(life, mended) };
  }
}

/** Where part of the money is out for good, time was given or the fault was mended, the ticket ends as what it is. */
function moveOfRefusal(life: Life, mended = false): TicketMove {
  if (payoutsOf(life).some(({ state }) => state === 'settled')) return 'remainderRefused';
  const isExtended = remediesOf(life).some(({ kind, state }) => kind === 'extension' && state === 'applied');
  if (isExtended) return 'extensionStands';
  return mended ? 'mendingStands' : 'refusalDecided';
}

/** RP-5.3: the payout is held until it is passed, failed or timed out. */
function kycEnded(life: Life, kycState: 'passed' | 'failed' | 'timed_out', at: Date): Change | Refusal {
  if (!has(life, 'kyc')) return refuse('kyc-not-asked');
  const freed = { ...released(life, ({ kind }) => kind === 'kyc', at), kycState, kyc: null };
  if (kycState === 'passed') return freed;
  return { ...freed, ...(life.phase === 'gathering' ? takenStock({ ...life, ...freed }, at) : grantStopped(life)) };
}

/** A closed ticket that opens again: an open dispute holds it, and a check that ended with it is asked for again. */
function openedAgain(life: Life, move: TicketMove, at: Date): Change {
  const isHeld = life.dispute === 'open' || (life.dispute === 'inquiry' && move === 'offerReopened');
  const held: Life = { ...life, ...(isHeld ? heldForDispute(life, at) : {}) };
  const { holds, pauses, kycState, kyc } = {
    ...held,
    ...(life.kycState === 'closed' ? askedForKyc(held, [], at) : {}),
  };
  return { holds, pauses, kycState, kyc, offerLapsed: false, systemDecides: false, move };
}

const hasAskedShop = ({ remedies }: Life): boolean =>
  remedies.some(({ state }) => ['applying', 'unknown', 'applied'].includes(state));

/** RP-4.6: a refund without a person is brought before one as long as nothing has left. */
function ofDesk(life: Life): Change | Refusal {
  if (life.decidedBy !== null) return refuse('ticket-phase', { phase: life.phase });
  if (life.appealed) return refuse('appeal-used');
  if (hasAskedShop(life) || payoutsOf(life).some(({ state }) => leftUs(state))) return refuse('payout-sent');
  return { ...takenBack(life), appealed: true, reviewed: false, systemDecides: false, move: 'appealed' };
}

const steps: { readonly [Name in StepName]: Step<Bodies[Name]> } = {
  addEvidence: withEvidence,
  withdrawTicket: (life) => {
    if (payoutsOf(life).some(({ state }) => leftUs(state))) return refuse('payout-sent');
    if (life.phase !== 'settling') return { move: 'withdrawn' };
    return hasAskedShop(life) ? refuse('payout-sent') : { ...takenBack(life), move: 'withdrawn' };
  },
  recordReview: (life, { finding }, _by, at) => {
    if (life.phase === 'remediating' && finding === 'mended') return refuse('fix-to-report');
    const change = { ...withoutQuestion(life, at), reviewed: true };
    const isOver = at.getTime() >= mendByMs({ ...life, ...change }, at);
    const isMended = finding === 'mended' && !isSettled(life);
    const waits = finding === 'ours' && !isSettled(life) && !isOver;
    if (life.phase === 'remediating') return { ...change, move: waits ? null : 'otherCauseFound' };
    return { ...change, move: isMended ? 'reviewFoundMended' : waits ? 'remediationBegun' : 'reviewRecorded' };
  },
  requestInformation: (life, _body, _by, at) => {
    if (life.awaiting !== null) return refuse('decision-awaits');
    const hold = { kind: 'customer', stops: ['decision', 'remediation'], isQuestion: true } as const;
    return {
      ...placed({ ...life, ...withoutQuestion(life, at) }, hold, at),
      informationAskedAt: at.toISOString(),
      move: life.phase === 'reviewing' ? null : 'reviewReopened',
    };
  },
  answerInformationRequest: (life, _body, _by, at) =>
    life.informationAskedAt === null ? refuse('no-open-request') : withoutQuestion(life, at),
  reportRemediation: (life, { mended }, _by, at) =>
    mended && at.getTime() > mendByMs(life, at)
      ? refuse('remediation-over')
      : { fixReportedAt: mended ? at.toISOString() : null },
  answerRemediation: (life, { mended }) =>
    life.fixReportedAt === null ? refuse('no-open-fix') : { fixReportedAt: null, move: mended ? 'fixConfirmed' : null },
  placeHold: (life, { kind, stops }, _by, at) => {
    if (kind !== 'kyc') return placed(life, { kind, stops }, at);
    return has(life, 'kyc') ? refuse('hold-unknown') : askedForKyc(life, stops, at);
  },
  releaseHold: (life, asked, _by, at) => {
    const hold = life.holds.find(({ kind, isQuestion }) => kind === asked.kind && !isQuestion);
    return hold ? released(life, ({ id }) => id === hold.id, at) : refuse('hold-unknown');
  },
  recordKyc: (life, { result }, _by, at) => kycEnded(life, result, at),
  recordFact: (life, _body, _by, at) => takenStock(life, at),
  decideTicket: (life, body, by, at) => {
    if (life.awaiting !== null) return refuse('decision-awaits');
    if (body.decision === 'refund' && !life.capturesKnown) return refuse('capture-unknown');
    return body.exception ? { awaiting: by, appealed: false, systemDecides: false } : carriedOut(life, body, by, at);
  },
  confirmDecision: (life, _body, by, at) => {
    if (life.awaiting === null) return refuse('no-decision-awaits');
    if (life.awaiting === by) return refuse('not-second-person');
    return carriedOut(life, { decision: 'refuse' }, life.awaiting, at);
  },
  answerOffer: (life, { choice }) => {
    // RP-3.8, D3: under a dispute, or after one that took the money, nothing is extended; under an inquiry no part is paid.
    if (life.dispute !== null && life.dispute !== 'won' && life.dispute !== 'closed') return refuse('payouts-held');
    return choice === 'refund'
      ? { ...granted(life, [], true), move: 'refundChosen' }
      : { ...granted(life, ['extension'], false), move: 'extensionChosen' };
  },
  approvePayout: (life) => {
    const payout = life.payouts.find(({ state }) => state === 'granted');
    return payout ? { payouts: moved(life, payout.id, 'approved') } : refuse('payout-phase');
  },
  declinePayout: (life) => {
    const payout = life.payouts.at(-1);
    if (!payout) return refuse('payout-phase');
    if (payout.state === 'failed' || payout.state === 'returned')
      return payoutsOf(life).every(({ state }) => isFinal(state)) ? { move: 'payoutDeclined' } : refuse('payout-phase');
    if (payout.state !== 'granted' && payout.state !== 'approved')
      return refuse(leftUs(payout.state) ? 'payout-sent' : 'payout-phase');
    const payouts = moved(life, payout.id, 'cancelled');
    // A refund that is no longer of all that is left lets the plan go on.
    return {
      payouts,
      remedies: withoutGrantedRemedies(life),
      move: moveAfterPayouts(payouts.map(({ state }) => state)),
    };
  },
  reroutePayout: (life) => {
    const payout = life.payouts.at(-1);
    if (!payout) return refuse('payout-phase');
    return mayBeReplaced(payout.state) ? replaced(life, payout) : refuse('payout-phase');
  },
  cancelPayout: (life) => {
    const payout = life.payouts.at(-1);
    if (payout?.state === 'sent') return { payouts: cancelAsked(life, payout.id) };
    if (payout?.state !== 'approved') return refuse('payout-phase');
    const payouts = moved(life, payout.id, 'cancelled');
    return {
      payouts,
      remedies: withoutGrantedRemedies(life),
      move: moveAfterPayouts(payouts.map(({ state }) => state)),
    };
  },
  recordManualPayment: (life, { outcome }) => {
    const payout = life.payouts.find(({ state }) => state === 'sent');
    if (!payout) return refuse('payout-phase');
    const payouts = moved(life, payout.id, outcome === 'paid' ? 'settled' : 'failed');
    return { payouts, move: moveAfterPayouts(payouts.map(({ state }) => state)) };
  },
  recordManualReturn: (life) => {
    const payout = life.payouts.find(({ state }) => state === 'settled');
    if (!payout) return refuse('payout-phase');
    return reported(life, payout.id, { status: 'failed', providerRef: 're_1', reason: 'account_closed' }) ?? {};
  },
  appealTicket: (life, _body, _by, at) => {
    if (life.phase === 'settling') return ofDesk(life);
    if (!isAppealable(life.outcome)) return refuse('not-reopenable');
    if (life.appealed) return refuse('appeal-used');
    const closedAt = Date.parse(life.closedAt ?? at.toISOString());
    if (at.getTime() > closedAt + parameters.appealDays * dayMs) return refuse('appeal-late');
    return { ...openedAgain(life, 'appealed', at), appealed: true, reviewed: false };
  },
  reopenTicket: (life, { by }, _by, at) => {
    if (by === 'staff')
      return isBetterable(life, !isInFull(life)) ? openedAgain(life, 'factImproved', at) : refuse('not-reopenable');
    if (life.outcome !== 'lapsed') return refuse('not-reopenable');
    const now = at.toISOString();
    if (!life.offerLapsed)
      return {
        ...openedAgain(life, life.complete ? 'reviewResumed' : 'reopened', at),
        reviewed: false,
        gatheringSince: now,
      };
    // RP-3.8: the bank has taken the money back since, so that nothing is offered any more.
    if (isChargedBack(life)) return refuse('not-reopenable');
    return { ...openedAgain(life, 'offerReopened', at), offeredAt: now };
  },
  reportPayout: (life, report) => {
    const payout = life.payouts.at(-1);
    return payout ? reported(life, payout.id, report) : null;
  },
  noteIncident: (life, { confirmed }, _by, at) => {
    if (life.phase === 'remediating') return { move: confirmed ? 'incidentConfirmed' : null };
    return life.phase === 'closed' ? {} : takenStock(life, at);
  },
  noteEvidence: withEvidence,
  noteOrder: (life, _body, _by, at) => (life.phase === 'closed' ? {} : takenStock(life, at)),
  noteDispute: (life, { state }, _by, at) => {
    const told: Life = { ...life, dispute: state };
    const heard = { dispute: state };
    if (life.phase === 'closed') return heard;
    if (isChargedBack(told)) return { ...heard, ...chargedBack(told) };
    // D3: an inquiry holds what is less than all.
    if (state === 'open' || (state === 'inquiry' && isLessThanAll(life)))
      return { ...heard, ...heldForDispute(told, at) };
    const freed = freedOfDispute(told, at);
    return { ...heard, ...freed, ...(state === 'inquiry' ? {} : takenStock({ ...told, ...freed }, at)) };
  },
};

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
  if (name === 'decideTicket' && (phase === 'settling' || phase === 'offering'))
    return refuse('ticket-decided', decidedBy ? { decidedBy } : {});
  if (!isNoted(name) && !permits(phase, name))
    return refuse(phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase });
  const step: Step<Bodies[Name]> = steps[name];
  const answer = step(life, body, by, at);
  if (isRefusal(answer)) return answer;
  return changed(life, answer ?? {}, at);
}

/** A ticket that is taken up by a run, the first or a later one. */
export const begun = (life: Life, at: Date): Life | Refusal =>
  changed(life, life.phase === 'gathering' ? takenStock(life, at) : {}, at);

const dues: { readonly [Kind in DueKind]: (life: Life, at: Date) => Change | Refusal } = {
  gathering: () => ({ move: 'gatheringLapsed' }),
  information: () => ({ move: 'informationLapsed' }),
  remediation: () => ({ move: 'remediationExpired' }),
  fix_answer: () => ({ move: 'fixPresumed', fixReportedAt: null }),
  offer: () => ({ move: 'offerLapsed', offerLapsed: true }),
  kyc: (life, at) => kycEnded(life, 'timed_out', at),
  system_decision: (life, at) =>
    life.capturesKnown ? carriedOut(life, { decision: 'refund', full: true }, null, at) : { undecided: true },
};

/** What is due has come; an instant that no longer stands changes nothing. */
export function dueCame(life: Life, due: Due, at: Date): Life | Refusal {
  const stands = life.due?.kind === due.kind && life.due.at === due.at;
  const change = stands ? dues[due.kind](life, at) : null;
  // Nobody asked for it, so there is nobody to refuse.
  return change === null || isRefusal(change) ? life : changed(life, change, at);
}
