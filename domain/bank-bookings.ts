/**
 * What a bank booked of one instruction against what came back of it, in whatever order they are told (B7). Pure. A bank
 * that booked a wrong amount takes that back and books the right one: what came back is weighed against what it undoes, and
 * a return of another amount says nothing before that is told.
 */

import { type Money, money } from './money.ts';

export interface BankBooking {
  readonly key: string;
  readonly amount: Money;
  readonly bankRef: string | null;
}

export interface BankReturn {
  readonly amount: Money;
  readonly reason: string | null;
}

export interface BankBookings {
  readonly instructed: Money;
  readonly bookings: readonly BankBooking[];
  readonly returns: readonly BankReturn[];
}

export interface BankTally {
  /** Bookings of the amount that the bank was told, which did not come back. */
  readonly paid: readonly BankBooking[];
  /** Those of another amount: they settle nothing, and are gone nonetheless. */
  readonly astray: readonly BankBooking[];
  /** What was instructed came back, and nothing of it is gone. */
  readonly returned: { readonly reason: string | null } | null;
}

/** ISO 20022, ExternalReturnReason1Code: the amount is not the one that was meant. */
const wrongAmount = 'AM09';

const isSame = (one: Money, other: Money): boolean => one.minor === other.minor && one.currency === other.currency;

/** Each return takes back one booking: of its amount, or else, of what no other took, the one that it fits best. */
export function tallyOf({ instructed, bookings, returns }: BankBookings): BankTally {
  const left = [...bookings];
  const told: BankReturn[] = [];
  const take = (back: BankReturn, at: number): void => {
    const [booking] = at < 0 ? [] : left.splice(at, 1);
    // Of a wrong booking that the bank undid nothing is heard: what was instructed may be booked yet.
    if (isSame(back.amount, instructed) || (booking && isSame(booking.amount, instructed))) told.push(back);
  };
  const others: BankReturn[] = [];
  for (const back of returns.toSorted(undoesFirst)) {
    const at = left.findLastIndex(({ amount }) => isSame(amount, back.amount));
    if (at < 0) others.push(back);
    else take(back, at);
  }
  const isPaid = ({ amount }: BankBooking): boolean => isSame(amount, instructed);
  for (const back of others) {
    if (isSame(back.amount, instructed)) take(back, -1);
    else take(back, bestFit(left, back.amount, back.reason === wrongAmount ? (one) => !isPaid(one) : () => true));
  }
  const [first] = told;
  return {
    paid: left.filter(isPaid),
    astray: left.filter((one) => !isPaid(one)),
    returned: first && left.length === 0 ? { reason: first.reason } : null,
  };
}

/** Whatever was told first, what may undo the fewest bookings is weighed first, and the larger before the smaller. */
function undoesFirst(one: BankReturn, other: BankReturn): number {
  const byReason = Number(other.reason === wrongAmount) - Number(one.reason === wrongAmount);
  return byReason || Number(other.amount.minor - one.amount.minor);
}

/** Of those that it may undo the least that is no less, for what was kept of it on the way; else the most. -1 for none. */
function bestFit(
  left: readonly BankBooking[],
  { minor, currency }: Money,
  mayUndo: (booking: BankBooking) => boolean,
): number {
  const minors = left
    .filter((booking) => mayUndo(booking) && booking.amount.currency === currency)
    .map(({ amount }) => amount.minor);
  if (minors.length === 0) return left.findLastIndex(mayUndo);
  const enough = minors.filter((one) => one >= minor);
  const fits =
    enough.length > 0
      ? enough.reduce((least, one) => (one < least ? one : least))
      : minors.reduce((most, one) => (one > most ? one : most));
  return left.findLastIndex(({ amount }) => isSame(amount, money(fits, currency)));
}
