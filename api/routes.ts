/** All routes of the API; a test holds that each operation of the contract has exactly one. */

import type { PacketPrinter } from '../domain/evidence-packet.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import type { PayeeScreening } from '../domain/payee.ts';
import { bankFileRoutes } from './bank-files.ts';
import { conductRoutes } from './conduct.ts';
import { contactRoutes } from './contacts.ts';
import { creditNoteRoutes } from './credit-notes.ts';
import { decisionRoutes } from './decisions.ts';
import { disputeRoutes } from './disputes.ts';
import { evidenceRoutes } from './evidence.ts';
import { holdRoutes } from './holds.ts';
import { importRoutes } from './imports.ts';
import { incidentRoutes } from './incidents.ts';
import { inputRoutes } from './inputs.ts';
import { ledgerRoutes } from './ledger.ts';
import { messageRoutes } from './messages.ts';
import { orderRoutes } from './orders.ts';
import { type BoardParts, payoutBoardRoutes } from './payout-board.ts';
import { payoutChangeRoutes } from './payout-changes.ts';
import { payoutRoutes } from './payouts.ts';
import { policyVersionRoutes } from './policy-versions.ts';
import type { Stores } from './ports.ts';
import { probeRoutes } from './probes.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import type { Release } from './release.ts';
import { reviewRoutes } from './reviews.ts';
import type { Route } from './route.ts';
import { staffTieRoutes } from './staff-ties.ts';
import { ticketRoutes } from './tickets.ts';
import type { Transactor } from './transactor.ts';

/** What prints what leaves as a file, and what stands between a person and the release of money. */
export interface RouteParts {
  readonly letters: LetterPrinter;
  readonly packets: PacketPrinter;
  readonly database: Transactor;
  readonly release: Release;
  readonly screening?: PayeeScreening;
}

export const allRoutes = (
  stores: Stores,
  { letters, packets, database, ...payouts }: RouteParts,
  board: BoardParts,
): Route[] => [
  ...ticketRoutes(stores, board.feed),
  ...reviewRoutes(stores),
  ...holdRoutes(stores),
  ...decisionRoutes(stores, letters),
  ...evidenceRoutes(stores),
  ...probeRoutes(stores),
  ...messageRoutes(stores),
  ...payoutBoardRoutes(stores, board),
  ...payoutChangeRoutes({ ...stores, ...payouts }),
  ...payoutRoutes(stores),
  ...reconciliationRoutes(stores),
  ...disputeRoutes(stores, packets),
  ...ledgerRoutes(stores, letters),
  ...creditNoteRoutes(stores, letters),
  ...bankFileRoutes(stores),
  ...orderRoutes(stores),
  ...incidentRoutes(stores),
  ...importRoutes(stores, database),
  ...policyVersionRoutes(stores),
  ...inputRoutes(stores),
  ...contactRoutes(stores),
  ...staffTieRoutes(stores),
  ...conductRoutes(stores),
];
