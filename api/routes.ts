/** All routes of the API; a test holds that each operation of the contract has exactly one. */

import type { LetterPrinter } from '../domain/letter.ts';
import { bankFileRoutes } from './bank-files.ts';
import { contactRoutes } from './contacts.ts';
import { decisionRoutes } from './decisions.ts';
import { evidenceRoutes } from './evidence.ts';
import { holdRoutes } from './holds.ts';
import { inputRoutes } from './inputs.ts';
import { messageRoutes } from './messages.ts';
import { orderRoutes } from './orders.ts';
import { payoutRoutes } from './payouts.ts';
import { policyVersionRoutes } from './policy-versions.ts';
import type { Stores } from './ports.ts';
import { reviewRoutes } from './reviews.ts';
import type { Route } from './route.ts';
import { ticketRoutes } from './tickets.ts';

export const allRoutes = (stores: Stores, letters: LetterPrinter): Route[] => [
  ...ticketRoutes(stores),
  ...reviewRoutes(stores),
  ...holdRoutes(stores),
  ...decisionRoutes(stores, letters),
  ...evidenceRoutes(stores),
  ...messageRoutes(stores),
  ...payoutRoutes(stores),
  ...bankFileRoutes(stores),
  ...orderRoutes(stores),
  ...policyVersionRoutes(stores),
  ...inputRoutes(stores),
  ...contactRoutes(stores),
];
