/** The auditor's check of mails (I5): each notice was mailed, seen once, to whom it is for, and for what really was. Pure. */

import type { NoticeTemplate } from '../domain/notice.ts';
import type { ReminderKind } from '../domain/reminders.ts';
import type { AuditedMail, AuditedNotice, AuditedReminder, Facts, Violation } from './audit-facts.ts';

/** What may lead a ticket to its decision on another course than it was promised. */
const turnEvents = [
  'remediationExpired',
  'incidentConfirmed',
  'otherCauseFound',
  'payoutDeclined',
  'payoutCancelled',
  'payoutSettled',
  'remedyFailed',
  'remedyCancelled',
  'kycRecorded',
] as const;

/** What may end last of what was on its way when the bank took the money back. */
const lastWords = [
  'payoutSettled',
  'payoutFailed',
  'payoutReturned',
  'payoutCancelled',
  'remedyFailed',
  'remedyCancelled',
] as const;

/** The events that a template may tell of: those with which its step ends. Some are sent by reminders alone. */
const tells: Readonly<Record<NoticeTemplate, readonly string[]>> = {
  'ticket-received': ['ticketCreated'],
  'ticket-decided-refund': ['refundDecided'],
  'ticket-decided-refusal': ['refusalDecided'],
  'ticket-withdrawn': ['withdrawn'],
  'message-to-customer': ['messagePosted'],
  'payout-awaiting-approval': ['refundDecided', 'offerAnswered', 'payoutRerouted'],
  'payout-rerouted': ['payoutRerouted'],
  'payout-by-hand': ['payoutAwaitsPerson'],
  'payout-contradicted': ['payoutContradicted'],
  'payout-needs-details': ['payoutNeedsDetails'],
  'payout-approved': ['payoutApproved'],
  'payout-sent': ['payoutSent'],
  'payout-settled': ['payoutSettled'],
  'payout-returned': ['payoutReturned'],
  'payout-failed': ['payoutFailed', 'payoutCancelled'],
  'information-requested': ['informationRequested'],
  'information-reminder': [],
  'ticket-lapsed': ['lapsed'],
  'file-not-taken': ['evidenceRefused'],
  // A dispute that was there before holds the ticket in the same step.
  'review-begun': ['materialsCompleted', 'disputeOpened'],
  'settled-by-facts': ['settledByFacts', 'disputeOpened'],
  'fault-being-mended': ['remediationBegun'],
  'fix-reported': ['fixReported'],
  'ticket-remediated': ['reviewFoundMended', 'fixAnswered'],
  progress: [],
  'decision-begun': [...turnEvents],
  'fix-withdrawn': ['probeFailed'],
  'offer-made': ['offerMade'],
  'offer-reminder': [],
  'offer-lapsed': ['lapsed'],
  'offer-taken-back': ['factImproved'],
  'offer-chosen': ['offerAnswered'],
  'extension-applied': ['remedyApplied'],
  'replacement-decided': ['replacementDecided'],
  'replacement-applied': ['remedyApplied'],
  'hold-placed': ['holdPlaced'],
  'hold-released': ['holdReleased'],
  'kyc-requested': ['holdPlaced'],
  'kyc-reminder': [],
  'kyc-result': ['kycRecorded', 'settledByFacts'],
  // A dispute may be older than the ticket, which its first step then holds.
  'dispute-opened': ['disputeOpened', 'ticketCreated', 'materialsCompleted', 'settledByFacts'],
  // Freed, the ticket may go on by what came to be known meanwhile.
  'dispute-ended': ['disputeEnded', 'materialsCompleted', 'settledByFacts', 'incidentConfirmed'],
  'charged-back': ['chargedBack', ...lastWords],
  'appeal-received': ['appealed'],
  'ticket-reopened': ['reopened', 'reviewResumed', 'offerReopened', 'factImproved'],
  'decided-by-desk': ['refundDecided'],
  // Of orders that have no ticket.
  'full-refund-due': [],
  'decision-due': [],
  'mending-due': [],
  'fix-not-mended': ['fixAnswered'],
  'probes-failing': ['probesFailing'],
  'ticket-to-decide': [...turnEvents, 'decisionConfirmed'],
  'decision-awaits-confirmation': ['decisionAwaits'],
  'remedy-failed': ['remedyFailed'],
  'plan-ended-unpaid': ['remedyApplied'],
  'appeal-assigned': ['appealed'],
  'fact-arrived': ['incidentNoted', 'orderNoted'],
  'fraud-warned': [],
  // Of disputes, which have events of their own.
  'dispute-told': ['told'],
  'dispute-due': ['due'],
  'dispute-lapsed': ['due'],
  'evidence-refused': ['evidence'],
};

/** What each reminder is sent as. */
const reminds: Readonly<Record<ReminderKind, NoticeTemplate>> = {
  materials: 'information-reminder',
  information: 'information-reminder',
  decision: 'decision-due',
  escalation: 'decision-due',
  progress: 'progress',
  offer: 'offer-reminder',
  fix_answer: 'fix-reported',
  mending: 'mending-due',
  mending_escalation: 'mending-due',
  kyc: 'kyc-reminder',
};

export function checkMails({ notices, mails, events, reminders, disputeEvents }: Facts): Violation[] {
  const kinds = new Map(events.map((event) => [`${event.ticket_id}/${event.number}`, event.kind]));
  const sent = new Map(reminders.map((reminder) => [reminder.id, reminder]));
  const byNotice = new Map<string, AuditedMail[]>();
  for (const mail of mails) {
    const noticeId = /^<notice\/([0-9a-f-]{36})@/.exec(mail.messageId)?.[1];
    if (noticeId !== undefined) byNotice.set(noticeId, [...(byNotice.get(noticeId) ?? []), mail]);
  }
  const known = new Set(notices.map(({ id }) => id));
  return [
    ...[...byNotice.keys()]
      .filter((noticeId) => !known.has(noticeId))
      .map((noticeId) => wrong(noticeId, 'was mailed, but never queued')),
    ...notices.flatMap((notice) => [
      ...checkMailed(notice, byNotice.get(notice.id) ?? []),
      ...(checkToldOfDispute(notice, disputeEvents) ?? checkTold(notice, kinds, sent)),
    ]),
  ];
}

/** The same mail may come twice, since an unclear end is tried again; under one Message-ID it is seen once. */
function checkMailed(notice: AuditedNotice, mails: readonly AuditedMail[]): Violation[] {
  if (notice.state === 'queued') return [wrong(notice.id, `(${notice.template}) is still not sent`)];
  if (notice.state === 'failed') return [wrong(notice.id, `(${notice.template}) was refused for good and not sent`)];
  if (notice.state === 'withheld')
    return mails.length > 0 ? [wrong(notice.id, 'was withheld and mailed all the same')] : [];
  if (mails.length === 0) return [wrong(notice.id, `(${notice.template}) counts as sent, but nobody has the mail`)];
  if (mails.some(({ to }) => to.length !== 1 || to[0]?.toLowerCase() !== notice.email.toLowerCase()))
    return [wrong(notice.id, 'went to somebody else')];
  const seen = new Set(mails.map(({ messageId, subject }) => `${messageId} ${subject}`));
  return seen.size > 1 ? [wrong(notice.id, `is seen ${seen.size} times`)] : [];
}

function checkTold(
  notice: AuditedNotice,
  kinds: ReadonlyMap<string, string>,
  reminders: ReadonlyMap<string, AuditedReminder>,
): Violation[] {
  // Of an order without a ticket nothing has happened but the wave that told it.
  if (notice.key.startsWith('order/'))
    return notice.template === 'full-refund-due' ? [] : [wrong(notice.id, `(${notice.template}) is of no ticket`)];
  const [ticketId, number, reminderId = ''] = notice.key.split('/');
  if (number === 'reminder') {
    const reminder = reminders.get(reminderId);
    const isOf = reminder?.ticket_id === ticketId && reminder?.state === 'sent';
    return reminder && isOf && reminds[reminder.kind] === notice.template
      ? []
      : [wrong(notice.id, `(${notice.template}) is no reminder that was sent`)];
  }
  const kind = kinds.get(`${ticketId}/${number}`);
  const told: Readonly<Record<string, readonly string[]>> = tells;
  return kind !== undefined && told[notice.template]?.includes(kind)
    ? []
    : [wrong(notice.id, `(${notice.template}) tells of what is ${kind ?? 'nothing'}`)];
}

/** `dispute/{id}/{what happened}/…`, or `{ticket}/warning/{id}/…`; `null` for what is told of no dispute. */
function checkToldOfDispute(notice: AuditedNotice, events: Facts['disputeEvents']): Violation[] | null {
  const [, disputeId, happened = ''] = /^dispute\/([0-9a-f-]{36})\/(\w+)/.exec(notice.key) ?? [];
  const [, warningId] = /^[0-9a-f-]{36}\/warning\/([0-9a-f-]{36})/.exec(notice.key) ?? [];
  const about = disputeId ?? warningId;
  if (about === undefined) return null;
  const of = events.filter(({ dispute_id }) => dispute_id === about);
  const told: Readonly<Record<string, readonly string[]>> = tells;
  const isTold =
    warningId === undefined ? told[notice.template]?.includes(happened) : notice.template === 'fraud-warned';
  const isSo = of.some(({ key }) => key.startsWith(`${warningId === undefined ? happened : 'told'}/`));
  return isTold && isSo ? [] : [wrong(notice.id, `(${notice.template}) tells of what no dispute is`)];
}

const wrong = (noticeId: string, what: string): Violation => ({ invariant: 'I5', about: `notice ${noticeId}`, what });
