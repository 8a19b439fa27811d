/** As whom payouts are shown: to nobody of the staff as theirs to handle where they are tied to the account. */

import type { TicketId } from '../domain/ids.ts';
import type { Stores } from './ports.ts';
import type { PayoutReader } from './present-payout.ts';
import type { Principal } from './principal.ts';

/** One question for all that is shown. */
export const payoutReader = async (
  staffTies: Pick<Stores['staffTies'], 'findOwn'>,
  { subjectId }: Principal,
  shown: readonly { readonly ticketId: TicketId }[],
): Promise<PayoutReader> => ({
  subjectId,
  own: await staffTies.findOwn(subjectId, [...new Set(shown.map(({ ticketId }) => ticketId))]),
});
