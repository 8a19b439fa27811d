/** A provider's refusal, proved against its books before it counts: "already refunded" may mean by us. */

import type { OutcomeUnknown, RailReport } from '../domain/rail.ts';

/**
 * A refusal may be of a repeat whose key the provider has forgotten. It counts as failed only where a look finds
 * nothing of ours.
 */
export async function provenRefusal(
  outcome: RailReport | OutcomeUnknown,
  lookUp: () => Promise<RailReport | null>,
): Promise<RailReport | OutcomeUnknown> {
  if (outcome.status !== 'failed' || outcome.providerRef !== undefined) return outcome;
  try {
    return (await lookUp()) ?? outcome;
  } catch {
    return { status: 'unknown', reason: 'refusal_unproven' };
  }
}
