/** The check of payees that this desk has, if any: without one nobody is asked, which each rerouted payout says of itself. */

import type { PayeeScreening } from '../domain/payee.ts';
import { createScreeningClient } from '../providers/screening.ts';
import type { Config } from './config.ts';

/** A person of finance waits for it. */
const screeningTimeoutMs = 8_000;

export function createScreening({ SCREENING_API_URL, SCREENING_SIGNING_SECRET }: Config): PayeeScreening | null {
  if (SCREENING_API_URL === '' || SCREENING_SIGNING_SECRET === '') return null;
  return createScreeningClient({
    apiUrl: SCREENING_API_URL,
    signingSecret: SCREENING_SIGNING_SECRET.reveal(),
    timeoutMs: screeningTimeoutMs,
  });
}
