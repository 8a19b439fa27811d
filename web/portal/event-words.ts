/** What happened, as a customer is told it. A kind that these pages do not know yet is told in general. */

import type { TimelineEntry } from './ticket-queries.ts';

/** Kinds that have words of their own in the catalogue. What is left out is told by an entry of its own beside it. */
const told = [
  'ticketCreated',
  'materialsCompleted',
  'evidenceShared',
  'evidenceRefused',
  'reviewRecorded',
  'settledByFacts',
  'reviewReopened',
  'reviewFoundMended',
  'otherCauseFound',
  'incidentConfirmed',
  'remediationBegun',
  'probesBegun',
  'fixReported',
  'fixAnswered',
  'remediationExpired',
  'informationRequested',
  'informationAnswered',
  'lapsed',
  'holdPlaced',
  'holdReleased',
  'kycRecorded',
  'disputeOpened',
  'disputeEnded',
  'incidentNoted',
  'orderNoted',
  'refundedElsewhere',
  'refundDecided',
  'refusalDecided',
  'replacementDecided',
  'offerMade',
  'offerTold',
  'offerAnswered',
  'remedyApplied',
  'appealed',
  'offerReopened',
  'factImproved',
  'reviewResumed',
  'reopened',
  'withdrawn',
  'chargedBack',
  'payoutApproved',
  'payoutSending',
  'payoutSent',
  'payoutSettled',
  'payoutFailed',
  'payoutReturned',
  'payoutCancelled',
] as const;

export type ToldEvent = (typeof told)[number];

const asOf: ReadonlyMap<string, ToldEvent> = new Map(told.map((kind) => [kind, kind]));

export const toldEvent = (kind: string): ToldEvent | null => asOf.get(kind) ?? null;

/** Their message, their file, stands in the timeline itself. */
const shownBeside: readonly string[] = ['messagePosted', 'evidenceAdded'];

export const isShown = (entry: TimelineEntry): boolean => entry.type !== 'event' || !shownBeside.includes(entry.kind);
