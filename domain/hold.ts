/** Holds beside a ticket's phase: what stops payouts and remedies, and which clocks stand still meanwhile. Codes only. */

import { type ClockKind, clockKinds } from './facts.ts';

/** customer: we asked something. kyc: RP-5.3. dispute: RP-3.8. provider: a payment provider must answer first. */
export const holdKinds = ['customer', 'kyc', 'dispute', 'provider'] as const;

export type HoldKind = (typeof holdKinds)[number];

/** What people place and release; a dispute's hold comes and goes with the provider's word. */
export const placedHoldKinds = ['customer', 'kyc', 'provider'] as const satisfies readonly HoldKind[];

export const holdResults = ['answered', 'passed', 'failed', 'timed_out', 'ended', 'released', 'closed'] as const;

export type HoldResult = (typeof holdResults)[number];

/** RP-2.4a: the 15 days never stand still for a hold. */
export const heldClocks = clockKinds.filter((clock) => clock !== 'remediation') as [
  Exclude<ClockKind, 'remediation'>,
  ...Exclude<ClockKind, 'remediation'>[],
];
