/** All routes of the API; a test holds that each operation of the contract has exactly one. */

import type { LetterPrinter } from '../domain/letter.ts';
import type { PayeeScreening } from '../domain/payee.ts';
import { contactRoutes } from './contacts.ts';
import { decisionRoutes } from './decisions.ts';
import { evidenceRoutes } from './evidence.ts';
import { holdRoutes } from './holds.ts';
import { inputRoutes } from './inputs.ts';
import { messageRoutes } from './messages.ts';
import { orderRoutes } from './orders.ts';
import { payoutChangeRoutes } from './payout-changes.ts';
import { payoutRoutes } from './payouts.ts';
import { policyVersionRoutes } from './policy-versions.ts';
import type { Stores } from './ports.ts';
import type { Release } from './release.ts';
import { reviewRoutes } from './reviews.ts';
import type { Route } from './route.ts';
import { ticketRoutes } from './tickets.ts';

export interface RouteParts {
  readonly letters: LetterPrinter;
  readonly release: Release;
  readonly screening?: PayeeScreening;
}

export const allRoutes = (stores: Stores, { letters, ...payouts }: RouteParts): Route[] => [
  ...ticketRoutes(stores),
  ...reviewRoutes(stores),
  ...holdRoutes(stores),
  ...decisionRoutes(stores, letters),
  ...evidenceRoutes(stores),
  ...messageRoutes(stores),
  ...payoutRoutes(stores),
  ...payoutChangeRoutes({ ...stores, ...payouts }),
  ...orderRoutes(stores),
  ...policyVersionRoutes(stores),
  ...inputRoutes(stores),
  ...contactRoutes(stores),
];
