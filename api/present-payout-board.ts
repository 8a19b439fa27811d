/** The finance board on its way out: a payout in whole, and the sums of all. */

import type { z } from 'zod';
import type { getPayoutSums, payoutWholeSchema } from '../contract/payout-board.ts';
import { toWire } from '../domain/money.ts';
import { bankReferenceState, type Posting, postingFromValue, postingOf } from '../domain/payout-posting.ts';
import { provenOf, topUpsOf } from '../domain/payout-sums.ts';
import type { RailFacts, RailName } from '../domain/rail.ts';
import type { PayeeView } from './payee-port.ts';
import type { PayoutAttemptView, PayoutCellView, PayoutWholeView } from './payout-views.ts';
import { type PayoutReader, presentPayout } from './present-payout.ts';
import { presentProvenShare } from './present-proven-share.ts';

/** What is known of each rail that the desk has. */
export type FactsOfRails = ReadonlyMap<RailName, Pick<RailFacts, 'postingDays'>>;

type WholeWire = z.output<typeof payoutWholeSchema>;

export function presentWholePayout(
  view: PayoutWholeView,
  payee: PayeeView | null,
  rails: FactsOfRails,
  reader: PayoutReader,
  at: Date,
): WholeWire {
  const facts = rails.get(view.rail);
  const posting = facts ? postingWhen(view, facts, at) : null;
  const own = view.attempts.findIndex(({ id }) => id === view.id);
  return {
    ...presentPayout(view, reader, at),
    history: view.history.map(({ actor, at, ...told }) => ({
      ...told,
      at: at.toISOString(),
      actor: {
        role: actor.role === 'system' ? 'desk' : actor.role,
        ...(actor.id === null ? {} : { id: actor.id }),
        ...(actor.name === null ? {} : { name: actor.name }),
      },
    })),
    attempts: view.attempts.map(presentAttempt),
    previousId: view.attempts[own - 1]?.id ?? null,
    nextId: view.attempts[own + 1]?.id ?? null,
    postingDays: facts ? { ...facts.postingDays } : null,
    bankDays: view.bankDays && { ...view.bankDays },
    expected: posting && { ...posting },
    bankReference: bankReferenceState(view, posting),
    // Personal details leave for whoever opens the one payout, which is recorded, and stand in no list and no kept answer.
    payee: payee && presentPayee(payee),
  };
}

const presentPayee = (payee: PayeeView): NonNullable<WholeWire['payee']> => ({
  holder: payee.holder,
  account: payee.account,
  country: payee.country,
  address: payee.address,
  verifiedHow: payee.verifiedHow,
  verifiedBy: { id: payee.verifiedBy.id, name: payee.verifiedBy.name },
  nameCheck: payee.nameCheck,
  screening: payee.screenedAs,
  at: payee.at.toISOString(),
});

/** Only the rail's last word starts the count; where a bank dates the money itself, from that day on (B9). */
function postingWhen(
  { state, settledAt, bankDays, calendar }: PayoutWholeView,
  { postingDays }: Pick<RailFacts, 'postingDays'>,
  at: Date,
): Posting | null {
  if (state !== 'settled' || !settledAt) return null;
  const left = bankDays?.valueOn ?? bankDays?.bookedOn;
  if (left) return postingFromValue(left, postingDays, at);
  return calendar && postingOf(settledAt, postingDays, calendar, at);
}

const presentAttempt = (view: PayoutAttemptView): WholeWire['attempts'][number] => ({
  id: view.id,
  payoutNo: view.payoutNo,
  rail: view.rail,
  state: view.state,
  reason: view.reason,
  amount: toWire(view.amount),
  createdAt: view.createdAt.toISOString(),
  sendingAt: view.sendingAt?.toISOString() ?? null,
  endedAt: view.endedAt?.toISOString() ?? null,
});

export const presentPayoutSums = (
  cells: readonly PayoutCellView[],
  at: Date,
): z.output<(typeof getPayoutSums)['answers'][200]> => ({
  at: at.toISOString(),
  cells: cells.map((cell) => ({
    state: cell.state,
    rail: cell.rail,
    count: cell.count,
    sum: toWire(cell.amount),
    exceptions: cell.exceptions,
    ages: cell.ages.map(({ age, count, amount }) => ({ age, count, sum: toWire(amount) })),
    oldestSince: cell.oldest.toISOString(),
  })),
  proven: provenOf(cells).map(presentProvenShare),
  topUps: topUpsOf(cells).map((topUp) => ({
    rail: topUp.rail,
    needed: toWire(topUp.needed),
    payouts: topUp.payouts,
    since: topUp.since.toISOString(),
  })),
});
