/** Sends queued notices by mail: rendered from their template when they go, under a Message-ID that their row fixes (I5). */

import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { markNotice, type NoticeToSend, readNotice } from '../db/notices.ts';
import { readRow } from '../db/row.ts';
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
import { materials } from '../domain/materials.ts';
import { tenderMethods } from '../domain/rail.ts';
import { mailWords } from '../providers/mail-words.ts';
import type { Log } from './log.ts';

/** How long a card's bank usually takes to show a refund; told as usual, never as a promise. */
const cardPostingDays = 10;

interface Dependencies {
  readonly db: Database;
  readonly mailer: Mailer;
  readonly templates: MailTemplates;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: string;
  /** In a dry run customers are told nothing, since nothing happens to them. */
  readonly dryRun: boolean;
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
      if (given.dryRun && notice.audience === 'customer') {
        await markNotice(given.db, noticeId, 'withheld', given.clock.now());
        return true;
      }
      try {
        await given.mailer.send(mailOf(given, notice));
      } catch (fault) {
        return giveUpOrWait(given, notice, fault);
      }
      await markNotice(given.db, noticeId, 'sent', given.clock.now());
      return true;
    },
  };
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

function mailOf({ templates, publicUrl }: Dependencies, notice: NoticeToSend): OutgoingMail {
  const host = new URL(publicUrl).hostname;
  const locale: MailLocale = isMailLocale(notice.locale.slice(0, 2)) ? (notice.locale.slice(0, 2) as MailLocale) : 'en';
  // Every mail of a ticket answers the same root, so that they stand together in anyone's mailbox.
  const root = notice.ticket_id && messageIdOf(`ticket/${notice.ticket_id}`, host);
  return {
    to: notice.name ? { name: notice.name, address: notice.email } : { address: notice.email },
    ...render(templates, notice, locale, publicUrl),
    messageId: messageIdOf(`notice/${notice.id}`, host),
    ...(root ? { inReplyTo: root, references: [root] } : {}),
  };
}

const stored = z.object({
  amount: z.string().default(''),
  ground: z.string().default(''),
  clauses: z.array(z.string()).default([]),
  complete: z.boolean().default(false),
  missing: z.array(z.enum(materials)).default([]),
  method: z.enum(tenderMethods).default('card'),
  reference: z.string().default(''),
  bankReference: z.string().nullish(),
  reason: z.string().default(''),
});

/** Codes become words here, in the reader's language; the row keeps the codes. */
function render(templates: MailTemplates, notice: NoticeToSend, locale: MailLocale, publicUrl: string): RenderedMail {
  const words = mailWords[locale];
  const told = readRow('notice parameters', stored, notice.parameters);
  const ticket = { ticketRef: `RD-${notice.ticket_number}`, ticketUrl: `${publicUrl}/v1/tickets/${notice.ticket_id}` };
  const orderRef = notice.order_ref ?? '';
  const { amount, ground, clauses, reference } = told;
  const reason = words.reasons[told.reason] ?? words.otherReason(told.reason);
  const bank = told.bankReference ? { bankReference: told.bankReference } : {};
  switch (notice.template) {
    case 'ticket-received':
      return templates.render(notice.template, locale, {
        ...ticket,
        orderRef,
        complete: told.complete,
        missing: told.missing.map((name) => words.materials[name]),
      });
    case 'ticket-decided-refund':
      return templates.render(notice.template, locale, { ...ticket, amount, ground, nextStep: words.afterGrant });
    case 'ticket-decided-refusal':
      return templates.render(notice.template, locale, { ...ticket, ground, clauses });
    case 'ticket-withdrawn':
      return templates.render(notice.template, locale, { ...ticket, orderRef });
    case 'message-to-customer':
      return templates.render(notice.template, locale, { ...ticket, text: words.newMessage });
    case 'payout-approved':
      return templates.render(notice.template, locale, { ...ticket, amount, method: words.methods[told.method] });
    case 'payout-sent':
      return templates.render(notice.template, locale, { ...ticket, amount, reference, postingDays: cardPostingDays });
    case 'payout-settled':
      return templates.render(notice.template, locale, {
        ...ticket,
        amount,
        reference,
        ...bank,
        postingDays: cardPostingDays,
      });
    case 'payout-returned':
      return templates.render(notice.template, locale, { ...ticket, amount, reason });
    case 'payout-failed':
      return templates.render(notice.template, locale, { ...ticket, amount, reason });
    case 'payout-awaiting-approval':
      return templates.render(notice.template, locale, { ...ticket, amount });
    case 'sign-in-code':
      throw new Error('a sign-in code is mailed by the door and never queued');
  }
}
