/** All routes of the API; a test holds that each operation of the contract has exactly one. */

import { evidenceRoutes } from './evidence.ts';
import { inputRoutes } from './inputs.ts';
import { messageRoutes } from './messages.ts';
import { orderRoutes } from './orders.ts';
import { payoutRoutes } from './payouts.ts';
import { policyVersionRoutes } from './policy-versions.ts';
import type { Stores } from './ports.ts';
import type { Route } from './route.ts';
import { ticketRoutes } from './tickets.ts';

export const allRoutes = (stores: Stores): Route[] => [
  ...ticketRoutes(stores),
  ...evidenceRoutes(stores),
  ...messageRoutes(stores),
  ...payoutRoutes(stores),
  ...orderRoutes(stores),
  ...policyVersionRoutes(stores),
  ...inputRoutes(stores),
];
