/** What the desk's own tests of a ticket say, as it is read for agents. */

import type { AttemptFailure, AttemptStep } from './attempt.ts';
import type { AttemptClass } from './attempt-class.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { FixVerdict, ProbeProtocol, ProbeStop, TargetRefusal } from './probe.ts';
import type { ReviewCause } from './review.ts';

export interface ProbeAttemptView {
  /** Counted from 1 over the ticket. */
  readonly number: number;
  readonly round: number;
  readonly at: Date;
  readonly target: string;
  readonly protocol: ProbeProtocol;
  readonly class: AttemptClass;
  readonly vendor: string | null;
  readonly cause: ReviewCause | null;
  readonly step: AttemptStep | null;
  readonly failure: AttemptFailure | null;
  readonly status: number | null;
  readonly egress: string | null;
  readonly latencyMs: number;
}

export interface ProbesView {
  readonly stop: ProbeStop | null;
  readonly rounds: number;
  readonly lastBegunAt: Date | null;
  readonly budget: { readonly used: number; readonly max: number };
  readonly refusedTargets: readonly { readonly target: string; readonly refused: TargetRefusal; readonly at: Date }[];
  readonly diagnosis: Diagnosis;
  /** Failed by the desk's own test account or setting, and so of nobody's fault. */
  readonly ownSetup: number;
  /** The newest first. */
  readonly attempts: readonly ProbeAttemptView[];
  /** Of the newest report of a fix. */
  readonly fix: {
    readonly reportedAt: Date;
    readonly verdict: FixVerdict;
    readonly attempts: number;
    readonly ours: number;
    readonly toldAt: Date | null;
  } | null;
}
