/**
 * PayPal's dispute desk: shows the packet, and the refunds that were made already, where PayPal asks for evidence. It
 * keeps no id of such a call, so the case is read before each, and the packet's id in the notes tells ours from others'.
 */

import { isEnded } from '../domain/dispute.ts';
import type { DisputeDesk, EvidenceOutcome, EvidenceReport, EvidenceSubmission } from '../domain/dispute-desk.ts';
import { RailUnavailable } from '../domain/rail.ts';
import { attemptEvidence } from './evidence-attempt.ts';
import type { PaypalClient, PaypalEvidence } from './paypal-client.ts';
import {
  answerDueAt,
  disputeSchema,
  type PaypalDispute,
  shownBySeller,
  stateOfDispute,
  takesEvidence,
} from './paypal-dispute.ts';
import { asked, outcomeOfPaypalError, parsed } from './paypal-refusal.ts';

export const createPaypalDisputeDesk = ({ paypal }: { readonly paypal: PaypalClient }): DisputeDesk => ({
  provider: 'paypal',
  submit: (submission) =>
    attemptEvidence({
      submit: () => submit(paypal, submission),
      look: async () => reportOf(await readDispute(paypal, submission), submission),
      outcomeOf: outcomeOfPaypalError,
    }),
  async lookUp(submission) {
    const dispute = await asked(() => readDispute(paypal, submission));
    const report = reportOf(dispute, submission);
    if (!report && asksAnew(dispute, submission)) return { status: 'refused', reason: 'asked_anew' };
    // An answer may be on its way into the case while PayPal asks for it no more.
    if (!report && !takesEvidence(dispute))
      throw new RailUnavailable('PayPal neither shows the evidence nor asks for it');
    return report;
  },
});

const noteBegins = 'Packet ';

const noteOf = ({ packetId }: Pick<EvidenceSubmission, 'packetId'>): string => `${noteBegins}${packetId}`;

/** D4: what went back already is told by PayPal's own ids, beside the packet that tells the whole story. */
const evidencesOf = (submission: EvidenceSubmission): PaypalEvidence[] => [
  { evidence_type: 'OTHER', notes: noteOf(submission) },
  ...(submission.refundRefs.length === 0
    ? []
    : [
        {
          evidence_type: 'PROOF_OF_REFUND' as const,
          evidence_info: { refund_ids: submission.refundRefs.map((refund_id) => ({ refund_id })) },
          notes: noteOf(submission),
        },
      ]),
];

/** Ours, somebody else's, too late, or none yet. */
function reportOf(dispute: PaypalDispute, packet: Pick<EvidenceSubmission, 'packetId'>): EvidenceReport | null {
  const shown = shownBySeller(dispute);
  if (shown.some(({ notes }) => notes === noteOf(packet))) return { status: 'submitted' };
  if (isEnded(stateOfDispute(dispute))) return { status: 'refused', reason: 'dispute_ended' };
  // What we showed when PayPal asked before is nobody else's answer.
  const isOthers = shown.some(({ notes }) => !notes?.startsWith(noteBegins));
  if (isOthers && !takesEvidence(dispute)) return { status: 'refused', reason: 'submitted_elsewhere' };
  return null;
}

/**
 * D11: PayPal asks for something else by now, which nobody chose a packet to answer that never came in. Not asked of a fresh
 * click: PayPal's word of the new day may be late, and evidence may not wait for it.
 */
function asksAnew(dispute: PaypalDispute, { dueAt }: Pick<EvidenceSubmission, 'dueAt'>): boolean {
  const asksBy = answerDueAt(dispute);
  return takesEvidence(dispute) && asksBy !== null && dueAt !== null && asksBy.getTime() !== dueAt.getTime();
}

const readDispute = async (
  paypal: PaypalClient,
  { disputeRef }: Pick<EvidenceSubmission, 'disputeRef'>,
): Promise<PaypalDispute> => parsed(disputeSchema, await paypal.readDispute(disputeRef));

async function submit(paypal: PaypalClient, submission: EvidenceSubmission): Promise<EvidenceOutcome> {
  const dispute = await readDispute(paypal, submission);
  const report = reportOf(dispute, submission);
  if (report) return report;
  if (!takesEvidence(dispute)) return { status: 'refused', reason: 'evidence_not_asked_for' };
  await paypal.provideEvidence({ ...submission, disputeId: submission.disputeRef, evidences: evidencesOf(submission) });
  return { status: 'submitted' };
}
