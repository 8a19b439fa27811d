/** What answers why, of a decision and of a closing without one, as the store reads it in one go for the door. */

import type { Assessment, Proposal } from '../domain/assessment.ts';
import type { ClosingCause } from '../domain/closing.ts';
import type { AssessmentId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { PolicyDocument } from '../domain/policy.ts';
import type { TicketOutcome } from '../domain/ticket.ts';
import type { DecisionView } from './views.ts';

export interface VersionNamed {
  readonly number: number;
  readonly effectiveAt: Date;
}

/** What a decision stands on: the assessment as it was kept, and the version's words as posted. */
export interface AssessedView {
  readonly number: number;
  readonly sha256: string;
  readonly result: Assessment;
  readonly atAsking: VersionNamed;
  readonly atPurchase: VersionNamed | null;
  /** Of the version that judged. */
  readonly texts: PolicyDocument['texts'];
  readonly seller: PolicyDocument['seller'];
}

export interface OfferedTermsView {
  readonly amount: Money | null;
  readonly extension: { readonly minutes: number; readonly bytes: string } | null;
  readonly proposal: Proposal;
}

/** What answers why, of a decision or of a closing. */
interface ExplainedHead {
  /** 1, 2, 3 … of its kind on its ticket. */
  readonly number: number;
  readonly ticketReference: string;
  readonly orderRef: string;
  readonly askedAt: Date;
  readonly assessed: AssessedView | null;
  /** As it was told at the time; a ticket that closes later can be appealed for longer. */
  readonly appealBy: Date | null;
  /** What this decision offered, or what lapsed: the terms, and the proposal beside which they were made. */
  readonly offered: OfferedTermsView | null;
  /** As it stands now; `null` where it cannot be appealed any more, or not yet. */
  readonly appealUntil: Date | null;
}

export interface DecisionExplainedView extends DecisionView, ExplainedHead {
  readonly kind: 'decision';
  readonly provision: string | null;
  readonly confirmGround: string | null;
}

/** How the ticket closed without a decision. */
export interface ClosingExplainedView extends ExplainedHead {
  readonly kind: 'closing';
  /** The assessment's; `null` where none was kept. */
  readonly id: AssessmentId | null;
  readonly at: Date;
  readonly cause: ClosingCause;
  readonly outcome: TicketOutcome;
  /** As it stands now: whether its customer may take the request up again. */
  readonly reopenable: boolean;
}

export type ExplainedView = DecisionExplainedView | ClosingExplainedView;
