/** What each file says of the fault: read once, when the file is taken, and kept beside it. */

import { z } from 'zod';
import type { LogDiagnosis } from '../domain/diagnosis.ts';
import type { TicketId, UploadId } from '../domain/ids.ts';
import { findingOf, mergeDiagnoses, type TicketDiagnosis } from '../domain/ticket-diagnosis.ts';
import { windowOf } from './case-facts.ts';
import { readCase } from './cases.ts';
import type { Queryable, Transaction } from './database.ts';
import { readProbes } from './probe-views.ts';
import { id, readRows } from './row.ts';

export async function keepDiagnosis(
  trx: Transaction,
  evidenceId: UploadId,
  diagnosis: LogDiagnosis,
  at: Date,
): Promise<void> {
  await trx('log_diagnoses')
    .insert({ evidence_id: evidenceId, result: JSON.stringify(diagnosis), at })
    .onConflict('evidence_id')
    .merge();
}

const keptSchema = z
  .object({ id: id<UploadId>(), result: z.custom<LogDiagnosis>().nullable() })
  .transform((row) => ({ evidenceId: row.id, diagnosis: row.result }));

const keptOf = (db: Queryable, ticketId: TicketId) =>
  db('ticket_evidence')
    .join('evidence_files', 'evidence_files.id', 'ticket_evidence.evidence_id')
    .leftJoin('log_diagnoses', 'log_diagnoses.evidence_id', 'evidence_files.id')
    .where({ 'ticket_evidence.ticket_id': ticketId, shown: true })
    .orderBy('evidence_files.created_at')
    .orderBy('evidence_files.id')
    .select('evidence_files.id', 'log_diagnoses.result');

/** `null` where the ticket has no such file, or nothing was read of it. */
export async function readDiagnosis(
  db: Queryable,
  ticketId: TicketId,
  evidenceId: UploadId,
): Promise<LogDiagnosis | null> {
  const rows: unknown[] = await keptOf(db, ticketId).where({ 'evidence_files.id': evidenceId });
  return readRows('diagnosis', keptSchema, rows)[0]?.diagnosis ?? null;
}

export async function readTicketDiagnosis(db: Queryable, ticketId: TicketId): Promise<TicketDiagnosis> {
  const rows: unknown[] = await keptOf(db, ticketId);
  const kept = readRows('diagnosis', keptSchema, rows);
  const files = kept.flatMap(({ evidenceId, diagnosis }) => (diagnosis ? [{ evidenceId, diagnosis }] : []));
  const kase = await readCase(db, ticketId);
  const window = kase && windowOf(kase.order, kase.version);
  const merged = mergeDiagnoses(files);
  const unread = kept.filter(({ diagnosis }) => diagnosis === null).map(({ evidenceId }) => evidenceId);
  const { diagnosis } = await readProbes(db, ticketId);
  const ours = findingOf(mergeDiagnoses([{ evidenceId: '', diagnosis }]), window);
  const probes = diagnosis.attempts === 0 ? null : { diagnosis, finding: ours };
  return { files, unread, merged, finding: findingOf(merged, window), probes, window };
}
