/** RP-2.4a: what the desk's own tests say of a reported fix, and that agents are told once where it does not hold. */

import { z } from 'zod';
import type { TicketId } from '../domain/ids.ts';
import { failsPersistently, type ProbedRound, sellerClasses } from '../domain/probe.ts';
import { theDesk } from '../domain/ticket.ts';
import type { Database, Queryable } from './database.ts';
import { readRow, readRows } from './row.ts';
import { takeStep } from './ticket-step.ts';

const roundSchema = z.object({ attempts: z.number().int(), ours: z.number().int() });

/** Rounds that were begun and ended since an instant, newest first; of those that ended the newest alone. */
export async function readRoundsSince(db: Queryable, ticketId: TicketId, since: Date): Promise<ProbedRound[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select count(attempt.class)::int as attempts, (count(*) filter (where class = any(:classes)))::int as ours
     from probe_rounds as round left join probe_attempts as attempt
       on attempt.ticket_id = round.ticket_id and attempt.round = round.number
     where round.ticket_id = :ticketId and round.begun_at > :since and round.ended_at is not null
     group by round.number order by round.number desc limit 100`,
    { ticketId, since, classes: [...sellerClasses] },
  );
  return readRows('probed round', roundSchema, rows);
}

const fixSchema = z.object({
  id: z.union([z.string(), z.number()]),
  reported_at: z.date(),
  due_at: z.date().nullable(),
});

const openFix = (db: Queryable, ticketId: TicketId) =>
  db('fix_reports')
    .join('tickets', 'tickets.id', 'ticket_id')
    .where({ ticket_id: ticketId })
    .whereNull('answer')
    .whereNull('probes_failing_at');

/**
 * Ends a round. Where a fix was reported, nobody has answered yet, and the rounds since then fail persistently by our cause,
 * whoever works on the ticket is told, once for the report: what follows from it a person says (`reportRemediation`).
 */
export async function finishRound(
  db: Database,
  { ticketId, round }: { readonly ticketId: TicketId; readonly round: number },
  at: Date,
): Promise<void> {
  await db('probe_rounds').where({ ticket_id: ticketId, number: round, ended_at: null }).update({ ended_at: at });
  const row: unknown = await openFix(db, ticketId).first('fix_reports.id', 'reported_at', 'due_at');
  if (row === undefined) return;
  const fix = readRow('fix report', fixSchema, row);
  const rounds = await readRoundsSince(db, ticketId, fix.reported_at);
  if (!failsPersistently(rounds)) return;
  await takeStep(db, { ticketId, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const marked = await trx('fix_reports')
      .where({ id: fix.id })
      .whereNull('answer')
      .whereNull('probes_failing_at')
      .update({ probes_failing_at: at });
    if (marked === 0 || ticket.phase !== 'remediating') return null;
    const to = ticket.assignee_id ? { subjectId: ticket.assignee_id } : { role: 'agent' as const };
    const attempts = rounds.reduce((sum, one) => sum + one.attempts, 0);
    const failed = rounds.reduce((sum, one) => sum + one.ours, 0);
    return {
      events: [{ kind: 'probesFailing', data: { attempts, failed } }],
      notices: [{ template: 'probes-failing', parameters: { reportedAt: fix.reported_at.toISOString() }, to }],
    };
  });
}
