/** What the kept input of each step of a scripted life says. */

import type { ClockKind, DisputeState } from '../../domain/facts.ts';
import type { RailReport } from '../../domain/rail.ts';
import type { AskedStep, NotedStep } from '../../workflows/messages.ts';

type Mended = { readonly mended: boolean };

/** What the kept input of each step says, as far as it matters to a workflow. */
export interface Bodies {
  readonly addEvidence: { readonly complete: boolean };
  readonly withdrawTicket: null;
  readonly recordReview: { readonly finding: 'ours' | 'other' | 'mended' };
  readonly requestInformation: null;
  readonly answerInformationRequest: null;
  readonly reportRemediation: Mended;
  readonly answerRemediation: Mended;
  readonly placeHold: { readonly kind: 'customer' | 'kyc' | 'provider'; readonly stops: readonly ClockKind[] };
  readonly releaseHold: { readonly kind: 'customer' | 'provider' };
  readonly recordKyc: { readonly result: 'passed' | 'failed' };
  readonly recordFact: null;
  readonly decideTicket: Decision;
  readonly confirmDecision: null;
  readonly answerOffer: { readonly choice: 'refund' | 'extension' };
  readonly approvePayout: null;
  readonly declinePayout: null;
  readonly reroutePayout: null;
  readonly cancelPayout: null;
  readonly recordManualPayment: { readonly outcome: 'paid' | 'not_paid' };
  readonly recordManualReturn: null;
  readonly appealTicket: null;
  readonly reopenTicket: { readonly by: 'customer' | 'staff' };
  readonly reportPayout: RailReport;
  readonly noteIncident: { readonly confirmed: boolean };
  readonly noteDispute: { readonly state: DisputeState };
  readonly noteEvidence: { readonly complete: boolean };
  readonly noteOrder: null;
}

export interface Decision {
  readonly decision: 'refund' | 'refuse' | 'offer' | 'replace';
  /** All that is left of the order, so that its plan ends. */
  readonly full?: true;
  /** RP-2.4a: a mending that was accepted is all that speaks against the claim. */
  readonly mended?: true;
  /** Against the proposal, so that a second person must confirm it. */
  readonly exception?: true;
}

export type StepName = AskedStep | NotedStep;
