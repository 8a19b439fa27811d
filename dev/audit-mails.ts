/** The auditor's check of mails (I5): each notice was mailed, seen once, to whom it is for, and for what really was. Pure. */

import type { AuditedMail, AuditedNotice, Facts, Violation } from './audit-facts.ts';

/** The events that a template may tell of. */
const tells: Readonly<Record<string, readonly string[]>> = {
  'ticket-received': ['ticketCreated'],
  'ticket-decided-refund': ['refundDecided'],
  'ticket-decided-refusal': ['refusalDecided'],
  'ticket-withdrawn': ['withdrawn'],
  'message-to-customer': ['messagePosted'],
  'payout-awaiting-approval': ['refundDecided'],
  'payout-approved': ['payoutApproved'],
  'payout-sent': ['payoutSent'],
  'payout-settled': ['payoutSettled'],
  'payout-returned': ['payoutReturned'],
  'payout-failed': ['payoutFailed', 'payoutCancelled'],
};

export function checkMails({ notices, mails, events }: Facts): Violation[] {
  const kinds = new Map(events.map((event) => [`${event.ticket_id}/${event.number}`, event.kind]));
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
      ...checkTold(notice, kinds),
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

function checkTold(notice: AuditedNotice, kinds: ReadonlyMap<string, string>): Violation[] {
  const [ticketId, number] = notice.key.split('/');
  const kind = kinds.get(`${ticketId}/${number}`);
  return kind !== undefined && tells[notice.template]?.includes(kind)
    ? []
    : [wrong(notice.id, `(${notice.template}) tells of what is ${kind ?? 'nothing'}`)];
}

const wrong = (noticeId: string, what: string): Violation => ({ invariant: 'I5', about: `notice ${noticeId}`, what });
