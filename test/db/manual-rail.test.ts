/**
 * The manual rail passes what every rail must, over the desk's own book in a real database. The book stands alone here:
 * its payouts are the conformance suite's.
 */

import { randomUUID } from 'node:crypto';
import { beforeAll } from '@jest/globals';
import type { Database } from '../../db/database.ts';
import type { ManualPayments } from '../../domain/manual-payment.ts';
import type { Money } from '../../domain/money.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import type { RailBench, RailFault, RailLimits } from '../providers/rail-bench.ts';
import { describeRail } from '../providers/rail-conformance.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

beforeAll(async () => {
  await suite.db.raw(
    `alter table manual_payments drop constraint manual_payments_payout_id_fkey, drop constraint manual_payments_key_fkey`,
  );
});

/** A table of ours has no answers that could be cut, late or in another form, and nobody behind it but a person. */
const limits: RailLimits = {
  faultsAfterWork: ['never-answers', 'error-after-work', 'error-kept-under-key', 'truncated', 'cut-off', 'html'],
  faultsBeforeWork: ['bad-gateway', 'unavailable', 'rate-limited'],
  faultsOfAsking: ['truncated', 'html'],
  rates: true,
  disputes: true,
  balance: true,
  elsewhere: true,
  costs: true,
};

const pageRows = 3;

function openBench(db: Database): RailBench {
  const book = bindManualPayments(db, { now: () => new Date() });
  const captured = new Map<string, Money>();
  const askedFor = new Map<string, Set<string>>();
  let broken: { readonly call: 'send' | 'ask'; readonly fault: RailFault } | null = null;
  const breakAt = (call: 'send' | 'ask', ...faults: readonly RailFault[]): void => {
    if (broken?.call !== call || !faults.includes(broken.fault)) return;
    broken = null;
    throw new Error('broken on purpose');
  };
  const payments: ManualPayments = {
    async open(request) {
      breakAt('send', 'connection-reset', 'server-error');
      const payment = await book.open(request);
      const ids = askedFor.get(request.captureRef) ?? new Set();
      askedFor.set(request.captureRef, ids.add(request.payoutId));
      breakAt('send', 'answer-lost');
      return payment;
    },
    async find(payoutId) {
      breakAt('ask', 'connection-reset', 'server-error');
      return book.find(payoutId);
    },
    cancel: (payoutId) => book.cancel(payoutId),
    async list(...given) {
      breakAt('ask', 'connection-reset', 'server-error');
      return book.list(...given);
    },
    // What two people say of it.
    async readCapture(captureRef) {
      breakAt('ask', 'connection-reset', 'server-error');
      return captured.get(captureRef) ?? null;
    },
  };
  return {
    rail: createManualRail({ payments, pageRows }),
    impatientRail: createManualRail({ payments: book, pageRows }),
    pageRows,
    async pay({ currency, minor }, capturedMinor = minor) {
      const captureRef = `wallet-${randomUUID()}`;
      captured.set(captureRef, { currency, minor: capturedMinor });
      return captureRef;
    },
    refundElsewhere: () => Promise.reject(new Error('nobody pays by hand but who was asked')),
    dispute: () => Promise.reject(new Error('a payment by hand has no disputes')),
    async held(captureRef) {
      const ids = [...(askedFor.get(captureRef) ?? [])];
      const held = await Promise.all(ids.map((payoutId) => book.find(payoutId)));
      return held.flatMap((payment, index) =>
        payment === null
          ? []
          : [{ providerRef: `manual/${payment.id}`, payoutId: ids[index] ?? null, minor: payment.amount.minor }],
      );
    },
    async breakNext(call, fault) {
      broken = { call, fault };
    },
    async mend() {
      broken = null;
    },
    forgetKeys: async () => undefined,
    close: async () => undefined,
  };
}

describeRail('payment by hand', async () => openBench(suite.db), limits);
