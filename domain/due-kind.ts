/** The kinds of what falls due on a ticket by itself, and an instant at which one does. */

export const dueKinds = [
  'gathering',
  'information',
  'remediation',
  'fix_answer',
  'offer',
  'kyc',
  'system_decision',
] as const;

/**
 * gathering, information: lapse. fix_answer: silence counts as mended. kyc: the check is timed out. system_decision: at
 * once, where the version lets the desk decide by itself (RP-4.6).
 */
export type DueKind = (typeof dueKinds)[number];

export interface Due {
  readonly kind: DueKind;
  /** RFC 3339, UTC. */
  readonly at: string;
}
