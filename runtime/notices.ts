/** Sends queued notices by mail: rendered from their template when they go, under a Message-ID that their row fixes (I5). */

import type { Database } from '../db/database.ts';
import { isStillDue } from '../db/full-refund-mails.ts';
import { markNotice, type NoticeToSend, readNotice } from '../db/notices.ts';
import { dateOffer, markOfferMail, type OfferMail } from '../db/offer-mails.ts';
import { findOwnClaims } from '../db/staff-ties.ts';
import type { Clock } from '../domain/clock.ts';
import type { NoticeId } from '../domain/ids.ts';
import {
  isMailLocale,
  type Mailer,
  type MailLocale,
  MailNotSent,
  type MailTemplates,
  messageIdOf,
  type OutgoingMail,
  type RenderedMail,
} from '../domain/mail.ts';
import { isOrderNotice } from '../domain/notice.ts';
import type { TieHash } from '../domain/staff-tie.ts';
import type { Log } from './log.ts';
import { wordsOf } from './notice-words.ts';

interface Dependencies {
  readonly db: Database;
  readonly mailer: Mailer;
  readonly templates: MailTemplates;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: string;
  /** In a dry run customers are told nothing, since nothing happens to them. */
  readonly dryRun: boolean;
  /** `null` where staff can declare nothing. */
  readonly tieHash: TieHash | null;
}

export interface NoticeSender {
  /** Whether nothing is left to do: `false` where the mail could not go and must be tried again. */
  send(noticeId: NoticeId): Promise<boolean>;
}

export function createNoticeSender(given: Dependencies): NoticeSender {
  return {
    async send(noticeId) {
      const notice = await readNotice(given.db, noticeId);
      if (notice?.state !== 'queued') return true;
      const isWithheld = (given.dryRun && notice.audience === 'customer') || (await isOwnClaim(given, notice));
      const current = isWithheld ? null : await asItIsNow(given, notice);
      if (current === null) {
        await markNotice(given.db, noticeId, 'withheld', given.clock.now());
        return true;
      }
      try {
        await given.mailer.send(mailOf(given, current));
      } catch (fault) {
        return giveUpOrWait(given, notice, fault);
      }
      await markSent(given, notice);
      return true;
    },
  };
}

/** What was queued behind many others, as it is by the time it goes; `null` where it is true no more. */
async function asItIsNow({ db, clock }: Dependencies, notice: NoticeToSend): Promise<NoticeToSend | null> {
  // RP-2.4b.
  if (isOrderNotice(notice.template)) return (await isStillDue(db, notice, clock.now())) ? notice : null;
  const offer = offerOf(notice);
  if (offer === null) return notice;
  // RP-4.5: the end of an offer is told as it is by then.
  const dated = await dateOffer(db, offer, clock.now());
  return dated && { ...notice, parameters: { ...notice.parameters, expiresAt: dated.endsAt } };
}

/** What is mailed of an offer; `null` for any other mail. */
const offerOf = ({ template, ticket_id, created_at }: NoticeToSend): OfferMail | null =>
  template === 'offer-made' && ticket_id !== null ? { ticketId: ticket_id, queuedAt: created_at } : null;

async function markSent({ db, clock }: Dependencies, notice: NoticeToSend): Promise<void> {
  const offer = offerOf(notice);
  if (offer === null) return markNotice(db, notice.id, 'sent', clock.now());
  await markOfferMail(db, { ...offer, noticeId: notice.id }, clock.now());
}

/** Nobody handles a claim that they are tied to, nor is told of it as of work of theirs: a mail to a role is for the others. */
async function isOwnClaim({ db, tieHash }: Dependencies, notice: NoticeToSend): Promise<boolean> {
  const claimId = notice.ticket_id ?? notice.order_id;
  if (notice.audience !== 'staff' || claimId === null) return false;
  return (await findOwnClaims(db, tieHash, notice.subject_id, [claimId])).size > 0;
}

/** A mail that its server refuses for good is not tried again; whether it can go is then for a person to find out. */
async function giveUpOrWait({ db, clock, log }: Dependencies, notice: NoticeToSend, fault: unknown): Promise<boolean> {
  const told = { noticeId: notice.id, template: notice.template, fault };
  if (!(fault instanceof MailNotSent) || !fault.permanent) {
    log.warn(told, 'a notice could not be mailed yet');
    return false;
  }
  await markNotice(db, notice.id, 'failed', clock.now());
  log.error(told, 'a notice cannot be mailed and is given up');
  return true;
}

function mailOf(given: Dependencies, notice: NoticeToSend): OutgoingMail {
  const host = new URL(given.publicUrl).hostname;
  // Every mail of a ticket answers the same root, so that they stand together in anyone's mailbox.
  const root = notice.ticket_id && messageIdOf(`ticket/${notice.ticket_id}`, host);
  return {
    to: notice.name ? { name: notice.name, address: notice.email } : { address: notice.email },
    ...render(given, notice),
    messageId: messageIdOf(`notice/${notice.id}`, host),
    ...(root ? { inReplyTo: root, references: [root] } : {}),
  };
}

function render({ templates, publicUrl }: Dependencies, notice: NoticeToSend): RenderedMail {
  const locale = localeOf(notice.locale);
  const parameters = wordsOf({
    ...subjectOf(notice, publicUrl),
    orderRef: notice.order_ref ?? '',
    locale,
    template: notice.template,
    parameters: notice.parameters,
  });
  return templates.render(notice.template, locale, parameters);
}

/** By what it is told, and where more of it stands: its ticket, its dispute, or an order that has neither. */
function subjectOf(notice: NoticeToSend, publicUrl: string): { ticketRef: string; ticketUrl: string } {
  if (notice.ticket_id !== null)
    return { ticketRef: `RD-${notice.ticket_number}`, ticketUrl: `${publicUrl}/v1/tickets/${notice.ticket_id}` };
  if (notice.dispute_id !== null)
    return { ticketRef: notice.dispute_ref ?? '', ticketUrl: `${publicUrl}/v1/disputes/${notice.dispute_id}` };
  const ref = notice.order_ref ?? '';
  return { ticketRef: ref, ticketUrl: `${publicUrl}/v1/orders?ref=${encodeURIComponent(ref)}` };
}

function localeOf(asked: string): MailLocale {
  const language = asked.slice(0, 2);
  return isMailLocale(language) ? language : 'en';
}
