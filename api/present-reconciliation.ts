/** Reconciliation on its way out, to finance. */

import type { z } from 'zod';
import type { breakSchema, reconciliationSchema } from '../contract/reconciliation.ts';
import { toWire } from '../domain/money.ts';
import { provenOf } from '../domain/payout-sums.ts';
import { presentProvenShare } from './present-proven-share.ts';
import type { BreakView, ReconciliationView } from './reconciliation-views.ts';

export const presentReconciliation = (view: ReconciliationView): z.output<typeof reconciliationSchema> => ({
  looks: view.looks.map((look) => ({
    rail: look.rail,
    from: look.from.toISOString(),
    until: look.until.toISOString(),
    startedAt: look.startedAt.toISOString(),
    finishedAt: look.finishedAt?.toISOString() ?? null,
    listed: look.listed,
    matched: look.matched,
    takenOver: look.takenOver,
    problem: look.problem,
  })),
  proven: provenOf(view.cells).map(presentProvenShare),
  openBreaks: view.openBreaks,
});

/** `own`: orders of accounts that the one who looks shares something with, whose differences they do not handle. */
export const presentBreak = (view: BreakView, own: ReadonlySet<string>): z.output<typeof breakSchema> => ({
  id: view.id,
  rail: view.rail,
  kind: view.kind,
  orderRef: view.orderRef,
  payoutId: view.payoutId,
  providerRef: view.providerRef,
  amount: toWire(view.amount),
  recordAt: view.recordAt.toISOString(),
  firstSeenAt: view.firstSeenAt.toISOString(),
  lastSeenAt: view.lastSeenAt.toISOString(),
  owner: view.owner,
  closedAt: view.closedAt?.toISOString() ?? null,
  closedBy: view.closedBy,
  closedAs: view.closedAs,
  ground: view.ground,
  actions: view.closedAt === null && !(view.orderId && own.has(view.orderId)) ? ['takeBreak', 'resolveBreak'] : [],
});
