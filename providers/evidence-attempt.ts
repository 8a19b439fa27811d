/**
 * Evidence goes to a provider once: a clear no of its own is a refusal, unless an attempt whose answer was lost had come in
 * before; all else leaves open whether it was taken.
 */

import type { EvidenceOutcome, EvidenceReport } from '../domain/dispute-desk.ts';
import { type OutcomeUnknown, type RailReport, RailUnavailable } from '../domain/rail.ts';

type Refused = Extract<RailReport, { status: 'failed' }>;

interface Attempt {
  submit(): Promise<EvidenceOutcome>;
  /** What the provider shows of it; `null` where that is nothing. */
  look(): Promise<EvidenceReport | null>;
  /** What an error of the provider's client means. */
  readonly outcomeOf: (error: unknown) => OutcomeUnknown | Refused;
}

export async function attemptEvidence({ submit, look, outcomeOf }: Attempt): Promise<EvidenceOutcome> {
  const attempt = async (call: () => Promise<EvidenceOutcome>): Promise<EvidenceOutcome> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof RailUnavailable) return { status: 'unknown', reason: 'unreadable_answer' };
      const outcome = outcomeOf(error);
      return outcome.status === 'failed' ? { status: 'refused', reason: outcome.reason } : outcome;
    }
  };
  const outcome = await attempt(submit);
  return outcome.status === 'refused' ? attempt(async () => (await look()) ?? outcome) : outcome;
}
