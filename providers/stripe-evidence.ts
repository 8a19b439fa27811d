/**
 * Stripe's dispute desk over the official SDK: uploads the packet, names it as the dispute's evidence and submits it, all
 * under one key. What it has is looked up by the packet's id, which Stripe keeps beside the dispute.
 */

import type { Stripe } from 'stripe';
import { isEnded } from '../domain/dispute.ts';
import type { DisputeDesk, EvidenceOutcome, EvidenceReport, EvidenceSubmission } from '../domain/dispute-desk.ts';
import { RailUnavailable } from '../domain/rail.ts';
import { type StripeDispute, stateOfStripeDispute, stripeDisputeSchema } from './stripe-dispute.ts';
import { outcomeOfStripeError } from './stripe-refusal.ts';

const packetMetadataKey = 'refund_desk_packet';

export const createStripeDisputeDesk = ({ stripe }: { readonly stripe: Stripe }): DisputeDesk => ({
  provider: 'stripe',
  async submit(submission) {
    const outcome = await attempt(() => submit(stripe, submission));
    if (outcome.status !== 'refused') return outcome;
    // "Already submitted" may mean by us, in an attempt whose answer was lost.
    return attempt(async () => reportOf(await readDispute(stripe, submission), submission) ?? outcome);
  },
  async lookUp(submission) {
    let dispute: StripeDispute;
    try {
      dispute = await readDispute(stripe, submission);
    } catch (error) {
      if (error instanceof RailUnavailable) throw error;
      throw new RailUnavailable(`Stripe could not be asked (${outcomeOfStripeError(error).reason})`);
    }
    return reportOf(dispute, submission);
  },
});

async function submit(
  stripe: Stripe,
  { key, packetId, disputeRef, fileName, bytes }: EvidenceSubmission,
): Promise<EvidenceOutcome> {
  const file = await stripe.files.create(
    {
      purpose: 'dispute_evidence',
      file: { data: bytes, name: fileName, type: 'application/pdf' },
    },
    { idempotencyKey: `${key}/file` },
  );
  const answer: unknown = await stripe.disputes.update(
    disputeRef,
    { evidence: { uncategorized_file: file.id }, metadata: { [packetMetadataKey]: packetId }, submit: true },
    { idempotencyKey: key },
  );
  const dispute = stripeDisputeSchema.safeParse(answer);
  return dispute.success ? { status: 'submitted' } : { status: 'unknown', reason: 'unreadable_answer' };
}

/** Only a clear no of Stripe's own is a refusal; all else leaves open whether it was taken. */
async function attempt(call: () => Promise<EvidenceOutcome>): Promise<EvidenceOutcome> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RailUnavailable) return { status: 'unknown', reason: 'unreadable_answer' };
    const outcome = outcomeOfStripeError(error);
    return outcome.status === 'failed' ? { status: 'refused', reason: outcome.reason } : outcome;
  }
}

async function readDispute(
  stripe: Stripe,
  { disputeRef }: Pick<EvidenceSubmission, 'disputeRef'>,
): Promise<StripeDispute> {
  const answer: unknown = await stripe.disputes.retrieve(disputeRef);
  const dispute = stripeDisputeSchema.safeParse(answer);
  if (!dispute.success) throw new RailUnavailable('Stripe answered in a shape that the desk does not know');
  return dispute.data;
}

/** Ours, somebody else's, or none while there is still room for it. */
function reportOf(dispute: StripeDispute, { packetId }: Pick<EvidenceSubmission, 'packetId'>): EvidenceReport | null {
  const submissions = dispute.evidence_details?.submission_count ?? 0;
  if (submissions > 0)
    return dispute.metadata?.[packetMetadataKey] === packetId
      ? { status: 'submitted' }
      : { status: 'refused', reason: 'submitted_elsewhere' };
  return isEnded(stateOfStripeDispute(dispute.status)) ? { status: 'refused', reason: 'dispute_ended' } : null;
}
