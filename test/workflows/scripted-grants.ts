/** What a scripted life was granted, and what becomes of it: on its way, reported, taken back, as the stores have it. Pure. */

import type { PayoutId, RemedyId } from '../../domain/ids.ts';
import { isFinal, type PayoutState, reduceReport } from '../../domain/payout.ts';
import type { RailReport } from '../../domain/rail.ts';
import { isFinalRemedy, type RemedyKind, reduceShopReport } from '../../domain/remedy.ts';
import type { ShopReport } from '../../domain/shop.ts';
import { moveAfterPayouts, moveAfterRemedies } from '../../domain/ticket.ts';
import { type Change, isChargedBack, type Life } from './scripted-life.ts';

export const payoutsOf = ({ payouts, formerPayouts }: Life): Life['payouts'] => [...formerPayouts, ...payouts];
export const remediesOf = ({ remedies, formerRemedies }: Life): Life['remedies'] => [...formerRemedies, ...remedies];

/** The remedies of an earlier decision are history. */
export const withoutRemedies = (life: Life): Pick<Life, 'remedies' | 'formerRemedies'> => ({
  remedies: [],
  formerRemedies: remediesOf(life),
});

/** A new grant takes the place of the one before; where no money is granted, the payouts before it stay the newest. */
export function granted(life: Life, kinds: readonly RemedyKind[], money: boolean): Change {
  const id = (more: number) => `00000000-0000-4000-8000-${String(life.granted + more).padStart(12, '0')}`;
  return {
    ...withoutRemedies(life),
    granted: life.granted + kinds.length + 1,
    ...(money ? { payouts: [{ id: id(0) as PayoutId, state: 'granted' }], formerPayouts: payoutsOf(life) } : {}),
    remedies: kinds.map((kind, index) => ({ id: id(index + 1) as RemedyId, kind, state: 'granted' })),
  };
}

export const moved = (life: Life, id: PayoutId, state: PayoutState): Life['payouts'] =>
  life.payouts.map((payout) => (payout.id === id ? { id, state } : payout));

export const mayBeReplaced = (state: PayoutState): boolean =>
  ['granted', 'approved', 'failed', 'returned'].includes(state);

/** RP-4.4: the money goes another way, by a payout in the former's place. */
export function replaced(life: Life, former: Life['payouts'][number]): Change {
  const state = former.state === 'granted' || former.state === 'approved' ? 'cancelled' : former.state;
  const id = `00000000-0000-4000-8000-${String(life.granted).padStart(12, '0')}` as PayoutId;
  return {
    granted: life.granted + 1,
    payouts: [...life.payouts.filter((payout) => payout !== former), { id, state: 'granted' }],
    formerPayouts: [...life.formerPayouts, { id: former.id, state }],
  };
}

/** Its provider is to be asked to call it off. */
export const cancelAsked = (life: Life, id: PayoutId): Life['payouts'] =>
  life.payouts.map((payout) => (payout.id === id ? { ...payout, cancelAsked: true } : payout));

/** Taken back before the call: nothing is asked of the shop. */
export const withoutGrantedRemedies = ({ remedies }: Life): Life['remedies'] =>
  remedies.map((one) => (one.state === 'granted' ? { ...one, state: 'cancelled' } : one));

/** What has not left us; what has ends as its rail says. */
export const takenBack = (life: Life): Pick<Life, 'payouts' | 'remedies'> => ({
  payouts: life.payouts.map(({ id, state }) => ({
    id,
    state: state === 'granted' || state === 'approved' ? 'cancelled' : state,
  })),
  remedies: withoutGrantedRemedies(life),
});

/** Something is on its way, and not known to have arrived. */
export const isOnItsWay = (life: Life): boolean =>
  payoutsOf(life).some(({ state }) => ['sending', 'unknown', 'sent'].includes(state)) ||
  remediesOf(life).some(({ kind, state }) => kind !== 'plan_end' && ['applying', 'unknown'].includes(state));

/** D3: an offer, a part of the money, or what the shop is to do in its place; all of the money has the plan end. */
export function isLessThanAll({ phase, payouts, remedies }: Life): boolean {
  if (phase !== 'settling') return phase === 'offering';
  if (remedies.some(({ kind, state }) => kind !== 'plan_end' && !isFinalRemedy(state))) return true;
  return !isInFull({ remedies }) && payouts.some(({ state }) => !isFinal(state));
}

export const isInFull = ({ remedies }: Pick<Life, 'remedies'>): boolean =>
  remedies.some(({ kind }) => kind === 'plan_end');

/** RP-3.8: ends the ticket, unless something is still on its way: whatever ends that comes back to this. */
export const chargedBack = (life: Life): Change => ({
  ...(life.phase === 'settling' ? takenBack(life) : {}),
  move: isOnItsWay(life) ? null : 'disputeLost',
});

/** RP-5.3: a check that was not passed takes back what was granted, offered or put forward. */
export function grantStopped(life: Life): Change {
  switch (life.phase) {
    case 'offering':
      return { move: 'kycFailed' };
    case 'deciding':
      return { awaiting: null };
    case 'settling':
      return { ...takenBack(life), move: isOnItsWay(life) ? null : 'kycFailed' };
    default:
      return {};
  }
}

/** The gate before a payout's call: barred for good where the money was charged back; `null` while a hold keeps it back. */
export function sending(life: Life, id: PayoutId): Change | null {
  if (!life.payouts.some((payout) => payout.id === id && payout.state === 'approved')) return {};
  if (isChargedBack(life)) return chargedBack(life);
  return life.holds.length > 0 ? null : { payouts: moved(life, id, 'sending') };
}

/** The same gate before the shop is asked. */
export function applying(life: Life, id: RemedyId): Change | null {
  if (!life.remedies.some((remedy) => remedy.id === id && remedy.state === 'granted')) return {};
  if (isChargedBack(life)) return chargedBack(life);
  if (life.holds.length > 0) return null;
  return { remedies: life.remedies.map((one) => (one.id === id ? { ...one, state: 'applying' } : one)) };
}

/** What a provider says of a payout, by webhook or by the call's own answer. */
export function reported(life: Life, id: PayoutId, report: RailReport): Change | null {
  const payout = life.payouts.find((one) => one.id === id);
  const change = payout && reduceReport(payout.state, report);
  if (!change) return null;
  const payouts = moved(life, id, change.state);
  if (life.phase === 'closed') return { payouts, move: change.state === 'returned' ? 'payoutReturned' : null };
  if (life.phase !== 'settling') return { payouts };
  const move = moveAfterPayouts(payouts.map(({ state }) => state));
  // The bank was faster; what was still on its way has come to an end, and so has the ticket.
  const isMoot = isFinal(change.state) && move !== 'payoutsSettled' && isChargedBack(life);
  return { payouts, ...(isMoot ? chargedBack({ ...life, payouts }) : { move }) };
}

/** What the shop says of a remedy. */
export function shopReported(life: Life, id: RemedyId, report: ShopReport): Change | null {
  const remedy = life.remedies.find((one) => one.id === id);
  const change = remedy && reduceShopReport(remedy.state, report);
  if (!change) return null;
  const remedies = life.remedies.map((one) => (one.id === id ? { ...one, state: change.state } : one));
  if (life.phase !== 'settling') return { remedies };
  const isMoot = isFinalRemedy(change.state) && change.state !== 'applied' && isChargedBack(life);
  return { remedies, ...(isMoot ? chargedBack({ ...life, remedies }) : { move: moveAfterRemedies(remedies) }) };
}
