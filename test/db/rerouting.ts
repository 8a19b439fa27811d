/** Reroutes as the stores take them: the details kept with their input, then the step. */

import type { Database } from '../../db/database.ts';
import { keepInput } from '../../db/inputs.ts';
import { keepPayee, recordReroute } from '../../db/payout-reroutes.ts';
import type { PayoutId, SubjectId, TicketId } from '../../domain/ids.ts';
import type { PayeeAddress } from '../../domain/payee.ts';
import type { RailName } from '../../domain/rail.ts';
import { anInput, noon } from './builders.ts';

export const aPayee = { holder: 'Carol Customer', account: 'DE89370400440532013000', country: 'DE' };

export interface Asked {
  readonly ticketId: TicketId;
  readonly payoutId: PayoutId;
  readonly by: SubjectId;
  readonly rail?: RailName;
  readonly payee?: Partial<typeof aPayee> & { readonly address?: PayeeAddress };
  /** Beside payment by hand. */
  readonly byBank?: boolean;
}

const railsOf = (byBank: boolean) => ({
  takesPayee: (rail: RailName) => (rail === 'manual' ? 'anyone' : byBank && rail === 'bank' ? 'iban' : null),
});

export async function reroute(db: Database, { ticketId, payoutId, by, rail = 'manual', payee, byBank = false }: Asked) {
  const inputId = await db.transaction(async (trx) => {
    const { input } = await keepInput(
      trx,
      anInput({ operation: 'reroutePayout', ticketId, payoutId, subjectId: by, body: { rail }, delivery: 'none' }),
    );
    const verified = { verifiedHow: 'callback', verifiedBy: by, nameCheck: 'match', screenedAs: 'none' } as const;
    await keepPayee(trx, { ...aPayee, address: null, ...payee, ...verified, ticketId, inputId: input.id, at: noon });
    return input.id;
  });
  return recordReroute(db, { ticketId, inputId, by: { id: by, role: 'finance' } }, railsOf(byBank), noon);
}
