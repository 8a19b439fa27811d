/**
 * Stripe's dispute desk over the official SDK: uploads the packet, names it as the dispute's evidence and submits it, all
 * under one key. What it has is looked up by the packet's id, which Stripe keeps beside the dispute.
 */

import type { Stripe } from 'stripe';
import { isEnded } from '../domain/dispute.ts';
import type { DisputeDesk, EvidenceOutcome, EvidenceReport, EvidenceSubmission } from '../domain/dispute-desk.ts';
import { attemptEvidence } from './evidence-attempt.ts';
import { type StripeDispute, stateOfStripeDispute, stripeDisputeSchema } from './stripe-dispute.ts';
import { asked, outcomeOfStripeError, parsed } from './stripe-refusal.ts';

const packetMetadataKey = 'refund_desk_packet';

export const createStripeDisputeDesk = ({ stripe }: { readonly stripe: Stripe }): DisputeDesk => ({
  provider: 'stripe',
  submit: (submission) =>
    attemptEvidence({
      submit: () => submit(stripe, submission),
      look: async () => reportOf(await readDispute(stripe, submission), submission),
      outcomeOf: outcomeOfStripeError,
    }),
  lookUp: (submission) => asked(async () => reportOf(await readDispute(stripe, submission), submission)),
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

const readDispute = async (
  stripe: Stripe,
  { disputeRef }: Pick<EvidenceSubmission, 'disputeRef'>,
): Promise<StripeDispute> => parsed(stripeDisputeSchema, await stripe.disputes.retrieve(disputeRef));

/** Ours, somebody else's, or none while there is still room for it. */
function reportOf(dispute: StripeDispute, { packetId }: Pick<EvidenceSubmission, 'packetId'>): EvidenceReport | null {
  const submissions = dispute.evidence_details?.submission_count ?? 0;
  if (submissions > 0)
    return dispute.metadata?.[packetMetadataKey] === packetId
      ? { status: 'submitted' }
      : { status: 'refused', reason: 'submitted_elsewhere' };
  return isEnded(stateOfStripeDispute(dispute.status)) ? { status: 'refused', reason: 'dispute_ended' } : null;
}
