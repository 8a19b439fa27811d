/**
 * The timeline on its way out. Customers get the events that are about them, with the facts named here and no others,
 * and every member of staff is the desk to them; notes never leave for a customer.
 */

import type { z } from 'zod';
import type { timelineEntrySchema } from '../contract/tickets.ts';
import { presentEvidence } from './present-evidence.ts';
import { isStaff, type Principal } from './principal.ts';
import type { ActorView, TimelineView } from './views.ts';

type EntryWire = z.output<typeof timelineEntrySchema>;
type AuthorWire = Extract<EntryWire, { type: 'message' }>['author'];

const amount = ['minor', 'currency', 'method'] as const;

/** Kinds of events that a customer sees, each with the facts that go with it; a kind not named here stays inside. */
export const customerEvents: Readonly<Record<string, readonly string[]>> = {
  ticketCreated: ['method', 'missing', 'byWave'],
  materialsCompleted: [],
  evidenceAdded: ['uploadIds'],
  evidenceShared: ['ticketId', 'uploadIds', 'networkContext'],
  evidenceRefused: ['uploadId', 'reason', 'inArchive'],
  messagePosted: ['messageId'],
  reviewRecorded: [],
  settledByFacts: [],
  reviewReopened: [],
  reviewFoundMended: [],
  otherCauseFound: [],
  incidentConfirmed: [],
  remediationBegun: ['deadline'],
  // That we test is all that a customer is told of it.
  probesBegun: [],
  fixReported: [],
  fixAnswered: ['answer'],
  remediationExpired: [],
  informationRequested: ['materials'],
  informationAnswered: [],
  lapsed: [],
  holdPlaced: ['kind', 'stops'],
  holdReleased: ['kind', 'result'],
  kycRecorded: ['result'],
  disputeOpened: [],
  disputeEnded: ['state'],
  incidentNoted: ['ref', 'confirmed'],
  orderNoted: ['fact'],
  refundedElsewhere: amount,
  refundDecided: ['minor', 'currency', 'byDesk'],
  refusalDecided: ['clauses'],
  replacementDecided: [],
  offerMade: ['minor', 'currency', 'minutes', 'bytes', 'expiresAt'],
  offerTold: ['expiresAt'],
  offerAnswered: ['choice'],
  remedyApplied: ['kind', 'planEndsAt'],
  appealed: [],
  offerReopened: [],
  factImproved: [],
  reviewResumed: [],
  reopened: [],
  withdrawn: [],
  chargedBack: [],
  payoutApproved: amount,
  payoutSending: amount,
  payoutSent: amount,
  payoutSettled: amount,
  payoutFailed: amount,
  payoutReturned: amount,
  payoutCancelled: amount,
};

function presentAuthor(view: ActorView, principal: Principal): AuthorWire {
  const role = view.role === 'system' ? 'desk' : view.role;
  if (isStaff(principal.role)) {
    return { role, ...(view.id === null ? {} : { id: view.id }), ...(view.name === null ? {} : { name: view.name }) };
  }
  return { role: role === 'customer' || role === 'provider' ? role : 'desk' };
}

/** The entry as this principal may see it, or nothing. */
export function presentTimelineEntry(view: TimelineView, principal: Principal): EntryWire[] {
  const staff = isStaff(principal.role);
  switch (view.type) {
    case 'event': {
      const shown = staff ? Object.keys(view.data) : customerEvents[view.kind];
      if (shown === undefined) return [];
      return [
        {
          type: 'event',
          number: view.number,
          at: view.at.toISOString(),
          actor: presentAuthor(view.actor, principal),
          kind: view.kind,
          data: Object.fromEntries(shown.filter((key) => key in view.data).map((key) => [key, view.data[key]])),
          hash: view.hash,
        },
      ];
    }
    case 'note':
    case 'message':
      if (view.type === 'note' && !staff) return [];
      return [
        {
          type: view.type,
          id: view.id,
          at: view.at.toISOString(),
          author: presentAuthor(view.author, principal),
          text: view.text,
        },
      ];
    case 'evidence':
      return [{ type: 'evidence', at: view.at.toISOString(), evidence: presentEvidence(view.evidence) }];
  }
}
