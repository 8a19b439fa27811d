/** Binds the book of payments by hand to the port that the manual rail knows. */

import type { Database } from '../db/database.ts';
import { listManualPayments } from '../db/manual-payment-list.ts';
import { cancelManualPayment, findManualPayment, openManualPayment } from '../db/manual-payments.ts';
import { readToldCapture } from '../db/told-captures.ts';
import type { Clock } from '../domain/clock.ts';
import type { ManualPayments } from '../domain/manual-payment.ts';

export const bindManualPayments = (db: Database, clock: Clock): ManualPayments => ({
  open: (request) => openManualPayment(db, request, clock.now()),
  find: (payoutId) => findManualPayment(db, payoutId),
  cancel: (payoutId) => cancelManualPayment(db, payoutId, clock.now()),
  list: (window, page) => listManualPayments(db, window, page),
  readCapture: (captureRef) => readToldCapture(db, captureRef),
});
