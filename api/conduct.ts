/** The handler of how people decide: counts as they are, and shares beside those of the others. */

import { operations } from '../contract/operations.ts';
import { isMutual, sharesOf } from '../domain/conduct.ts';
import { toWire } from '../domain/money.ts';
import type { ConductView } from './conduct-port.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';

export const conductRoutes = ({ conduct }: Pick<Stores, 'conduct'>): Route[] => [
  route(operations.getConductReport, {
    kind: 'read',
    handle: async ({ query: { from, until } }) => ({
      body: present(await conduct.read({ from: new Date(from), until: new Date(until) })),
    }),
  }),
];

const present = ({ people, values, pairs, releases }: ConductView) => ({
  people: people.map((one) => {
    const shares = sharesOf(one, people);
    return {
      person: { id: one.personId, name: one.name },
      decisions: one.decisions,
      against: one.up + one.down,
      up: one.up,
      down: one.down,
      rejected: one.rejected,
      above: values.filter(({ personId }) => personId === one.personId).map(({ above }) => toWire(above)),
      againstPerMille: shares.own,
      othersPerMille: shares.others,
      beforePerMille: shares.before,
      reroutedPayouts: one.reroutedPayouts,
      paymentsByHand: one.paymentsByHand,
      returnsByHand: one.returnsByHand,
      declinedPayouts: one.declinedPayouts,
    };
  }),
  pairs: pairs.map((pair) => ({
    decidedBy: { id: pair.decidedBy, name: pair.deciderName },
    confirmedBy: { id: pair.by, name: pair.confirmerName },
    confirmed: pair.confirmed,
    rejected: pair.rejected,
    mutual: isMutual(pair, pairs),
  })),
  releases: releases.map(({ decidedBy, deciderName, by, approverName, payouts, amount }) => ({
    decidedBy: { id: decidedBy, name: deciderName },
    approvedBy: { id: by, name: approverName },
    payouts,
    sum: toWire(amount),
  })),
});
