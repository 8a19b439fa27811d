/**
 * What a bank booked of one instruction against what came back of it, in whatever order they are told (B7). Pure. A bank
 * that booked a wrong amount takes that back and books the right one: what came back is weighed against what it undoes.
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

const isSame = (one: Money, other: Money): boolean => one.minor === other.minor && one.currency === other.currency;

/** Each return takes back one booking: of its amount, or else, of what no other took, the one that it fits best. */
export function tallyOf({ instructed, bookings, returns }: BankBookings): BankTally {
  const left = [...bookings];
  const told: BankReturn[] = [];
  const take = (back: BankReturn, at: number): void => {
    const [booking] = at < 0 ? [] : left.splice(at, 1);
    // Of a wrong booking that the bank undid nothing is heard: what was instructed may be booked yet.
    if (!booking || isSame(booking.amount, instructed) || isSame(back.amount, instructed)) told.push(back);
  };
  const others: BankReturn[] = [];
  for (const back of returns) {
    const at = left.findLastIndex(({ amount }) => isSame(amount, back.amount));
    if (at < 0) others.push(back);
    else take(back, at);
  }
  for (const back of others) take(back, isSame(back.amount, instructed) ? -1 : bestFit(left, back.amount));
  const isPaid = ({ amount }: BankBooking): boolean => isSame(amount, instructed);
  const [first] = told;
  return {
    paid: left.filter(isPaid),
    astray: left.filter((one) => !isPaid(one)),
    returned: first && left.length === 0 ? { reason: first.reason } : null,
  };
}

/** The least that is no less, for what was kept of it on the way; else the most. */
function bestFit(left: readonly BankBooking[], { minor, currency }: Money): number {
  const minors = left.filter(({ amount }) => amount.currency === currency).map(({ amount }) => amount.minor);
  if (minors.length === 0) return left.length - 1;
  const enough = minors.filter((one) => one >= minor);
  const fits =
    enough.length > 0
      ? enough.reduce((least, one) => (one < least ? one : least))
      : minors.reduce((most, one) => (one > most ? one : most));
  return left.findLastIndex(({ amount }) => isSame(amount, money(fits, currency)));
}
