/** How a payout's move is told: its event on the timeline, and who is written to. */

import { formatMoney } from '../domain/money.ts';
import type { PayoutChange, PayoutState } from '../domain/payout.ts';
import { lowBalanceReasons } from '../domain/payout-waits.ts';
import { amountOf, type PayoutRow } from './payouts.ts';
import type { NewNotice } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export const isShort = (reason: string | null | undefined): boolean => lowBalanceReasons.includes(reason ?? '');

/** What a person is to pay by hand is not on its way before they have. */
const isForHand = (payout: PayoutRow, state: PayoutState): boolean => payout.rail === 'manual' && state === 'sent';

export const eventOf = (payout: PayoutRow, state: PayoutState): string =>
  isForHand(payout, state) ? 'payoutAwaitsPerson' : `payout${state.charAt(0).toUpperCase()}${state.slice(1)}`;

export const reasonOf = (change: PayoutChange): { reason?: string } => (change.reason ? { reason: change.reason } : {});

export function noticesOf(ticket: TicketRow, payout: PayoutRow, change: PayoutChange): NewNotice[] {
  const amount = formatMoney(amountOf(payout));
  const customer = { subjectId: ticket.subject_id };
  const paid = { amount, reference: change.providerRef ?? payout.provider_ref ?? '', destination: payout.rail };
  if (isForHand(payout, change.state)) {
    // RP-2.2: crypto is recorded by somebody who did not approve it either.
    const apart = [payout.decided_by, payout.method === 'crypto' ? payout.approved_by : null];
    const except = apart.filter((id) => id !== null);
    return [{ template: 'payout-by-hand', parameters: { amount }, to: { role: 'finance', except } }];
  }
  switch (change.state) {
    case 'sent':
      // S5: a provider whose balance is too low has begun with nothing; the customer is told once it has.
      return isShort(change.reason) ? [] : [{ template: 'payout-sent', parameters: paid, to: customer }];
    case 'settled':
      return [
        {
          template: 'payout-settled',
          parameters: { ...paid, bankReference: change.bankRef ?? null },
          to: customer,
        },
      ];
    case 'failed':
    case 'cancelled':
      return [
        {
          template: 'payout-failed',
          parameters: { amount, reason: change.reason ?? change.state },
          to: { role: 'finance' },
        },
      ];
    case 'returned':
      return [
        {
          template: 'payout-returned',
          parameters: { amount, reason: change.reason ?? change.state },
          to: { role: 'finance' },
        },
        { template: 'payout-returned', parameters: { amount, reason: change.reason ?? change.state }, to: customer },
      ];
    default:
      return [];
  }
}
