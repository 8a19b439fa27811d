/**
 * Reminders whose time has come: each is sent once, and only where what it reminds of still stands. Rows are the dated
 * jobs; whoever sweeps first takes a row, and a crash before its commit leaves it for the next.
 */

import { z } from 'zod';
import type { SubjectId, TicketId } from '../domain/ids.ts';
import { formatMoney, money } from '../domain/money.ts';
import { type ReminderKind, reminderKinds } from '../domain/reminders.ts';
import { type TicketPhase, ticketPhases } from '../domain/ticket.ts';
import { readCase, type TicketCase } from './cases.ts';
import type { Database, Transaction } from './database.ts';
import { isUntold } from './offer-mails.ts';
import { id, instant, readRows } from './row.ts';
import { type NewNotice, tell } from './ticket-step.ts';

const dueSchema = z.object({
  id: z.uuid(),
  ticket_id: id<TicketId>(),
  kind: z.enum(reminderKinds),
  due_at: instant,
  phase: z.enum(ticketPhases),
  subject_id: id<SubjectId>(),
  assignee_id: id<SubjectId>().nullable(),
});

type DueReminder = z.output<typeof dueSchema>;

/** How many one sweep takes: the next comes at once where there are more. */
const perSweepMax = 50;

/** Queues the notices of reminders that are due at the instant; tells how many it took. */
export function sendDueReminders(db: Database, at: Date): Promise<number> {
  return db.transaction(async (trx) => {
    // The ticket's row as well: its notices refer to it, and a step that holds it may be about to void its reminders.
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      `select reminders.id, ticket_id, reminders.kind, reminders.due_at, phase, subject_id, assignee_id
       from reminders join tickets on tickets.id = ticket_id
       where reminders.state = 'set' and reminders.at <= ? order by reminders.at
       for no key update of tickets, reminders skip locked limit ${perSweepMax}`,
      [at],
    );
    const due = readRows('reminder', dueSchema, rows);
    for (const reminder of due) await remind(trx, reminder, at);
    await trx('reminders')
      .whereIn(
        'id',
        due.map((reminder) => reminder.id),
      )
      .update({ state: 'sent' });
    return due.length;
  });
}

async function remind(trx: Transaction, reminder: DueReminder, at: Date): Promise<void> {
  const stands = phasesOf[reminder.kind].includes(reminder.phase) && !comesTooLate(reminder, at);
  const kase = stands ? await readCase(trx, reminder.ticket_id) : null;
  if (kase === null) return;
  // RP-4.5: its days run from when its mail goes, so that this is not its end.
  const { offer } = kase;
  if (reminder.kind === 'offer' && offer && (await isUntold(trx, reminder.ticket_id, offer))) return;
  await tell(trx, { id: reminder.ticket_id }, `reminder/${reminder.id}`, at, noticesOf(reminder, kase));
}

/** A step that leaves the phase makes its reminders void; this is the second look. */
const phasesOf: Readonly<Record<ReminderKind, readonly TicketPhase[]>> = {
  materials: ['gathering'],
  information: ['reviewing'],
  decision: ['reviewing', 'deciding'],
  escalation: ['reviewing', 'deciding'],
  progress: ['reviewing', 'deciding'],
  offer: ['offering'],
  fix_answer: ['remediating'],
  mending: ['remediating'],
  mending_escalation: ['remediating'],
  kyc: ticketPhases.filter((phase) => phase !== 'closed'),
};

/** Of what was due meanwhile the ticket tells by itself; only an answer that is still owed is reminded of all the same (RP-4.3). */
const comesTooLate = ({ kind, due_at }: DueReminder, at: Date): boolean =>
  at >= due_at && kind !== 'decision' && kind !== 'escalation';

function noticesOf(reminder: DueReminder, kase: TicketCase): NewNotice[] {
  const customer = { subjectId: reminder.subject_id };
  const worker = reminder.assignee_id ? { subjectId: reminder.assignee_id } : { role: 'agent' as const };
  const dueAt = reminder.due_at.toISOString();
  switch (reminder.kind) {
    case 'materials':
      // Linked tickets share what they were given, and this one may be about to hear of it.
      return kase.facts.missing.length === 0 ? [] : [informationReminder(kase.facts.missing, false, dueAt, customer)];
    case 'information':
      return [informationReminder([], true, dueAt, customer)];
    case 'decision':
      return [{ template: 'decision-due', parameters: { escalated: false, dueAt }, to: worker }];
    case 'escalation':
      return [{ template: 'decision-due', parameters: { escalated: true, dueAt }, to: { role: 'lead' } }];
    case 'progress':
      return [{ template: 'progress', parameters: { decisionBy: dueAt }, to: customer }];
    case 'offer':
      return [offerReminder(kase, dueAt, customer)];
    case 'fix_answer':
      return [{ template: 'fix-reported', parameters: { answerBy: dueAt }, to: customer }];
    case 'mending':
      return [{ template: 'mending-due', parameters: { escalated: false, mendBy: dueAt }, to: worker }];
    case 'mending_escalation':
      return [{ template: 'mending-due', parameters: { escalated: true, mendBy: dueAt }, to: { role: 'lead' } }];
    case 'kyc':
      return [{ template: 'kyc-reminder', parameters: { answerBy: dueAt }, to: customer }];
  }
}

const informationReminder = (
  missing: TicketCase['facts']['missing'],
  asked: boolean,
  lapsesAt: string,
  to: NewNotice['to'],
): NewNotice => ({ template: 'information-reminder', parameters: { missing, asked, lapsesAt }, to });

function offerReminder({ offer, order }: TicketCase, expiresAt: string, to: NewNotice['to']): NewNotice {
  const amount = offer?.refundMinor ? formatMoney(money(BigInt(offer.refundMinor), order.currency)) : null;
  const hasTime = offer !== null && (offer.minutes > 0 || offer.bytes !== '0');
  const extension = hasTime ? { minutes: offer.minutes, bytes: offer.bytes } : null;
  return { template: 'offer-reminder', parameters: { amount, extension, expiresAt }, to };
}
