/**
 * A bank's files as they are taken: once by content and once by message, with what they book and answer, and what that
 * tells of a payout kept as an input, what it tells against our books a break, all in one transaction (B2, B7).
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type BankEntry,
  type BankFile,
  type BankFileTaken,
  type BankStatus,
  bankFileKinds,
  reportOfBank,
} from '../domain/bank.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId, SubjectId } from '../domain/ids.ts';
import { readWord } from './bank-bookings.ts';
import { readFileRecords } from './bank-statement-list.ts';
import type { Transaction } from './database.ts';
import { keepInput } from './inputs.ts';
import { lockBankBooks, takeReturns } from './manual-returns.ts';
import { readPayout } from './payouts.ts';
import { openBreaks } from './reconciliations.ts';
import { currency, id, minor, readRows } from './row.ts';

export interface ComingFile {
  readonly bytes: Uint8Array;
  /** As it was read. */
  readonly file: BankFile;
  /** The account that we pay from; a statement of another is none of ours. */
  readonly account: string;
  readonly source: 'drop' | 'upload';
  readonly by: SubjectId | null;
  readonly at: Date;
}

const fileSchema = z.object({ id: z.uuid(), kind: z.enum(bankFileKinds), content_hash: z.instanceof(Buffer) });

export async function keepBankFile(trx: Transaction, given: ComingFile): Promise<BankFileTaken | Refusal> {
  const { file, account } = given;
  // B10: nothing of a file is taken where part of it is somebody else's.
  if (file.kind === 'camt.053' && file.accounts.some((one) => one !== account))
    return refuse('bank-file-foreign', { messageId: file.messageId });
  const told = await ourPayouts(trx, file);
  if (file.kind === 'pain.002' && file.statuses.some(({ payoutId }) => payoutId === null || !told.has(payoutId)))
    return refuse('bank-file-foreign', { messageId: file.messageId });
  const fileId = await insertFile(trx, given);
  if (typeof fileId !== 'string') return fileId;
  // What all files together say of a payout is kept with each, so that of two at once the second sees the first.
  await lockBankBooks(trx);
  const news =
    file.kind === 'camt.053'
      ? await keepEntries(trx, fileId, file.entries, told, given.at)
      : await keepStatuses(trx, { fileId, messageId: file.messageId }, file.statuses, given.at);
  if (file.kind === 'camt.053') {
    await takeReturns(trx, { file: fileId }, given.at);
    await openBreaks(trx, 'bank', await readFileRecords(trx, fileId, [...told.keys()], file.entries.length), given.at);
  }
  return {
    fileId,
    kind: file.kind,
    messageId: file.messageId,
    entries: file.kind === 'camt.053' ? file.entries.length : file.statuses.length,
    news,
    payoutIds: [...told.keys()],
  };
}

async function insertFile(trx: Transaction, { file, bytes, source, by, at }: ComingFile): Promise<string | Refusal> {
  const hash = createHash('sha256').update(bytes).digest();
  const inserted: { id: string }[] = await trx('bank_files')
    .insert({
      kind: file.kind,
      message_id: file.messageId,
      content_hash: hash,
      source,
      uploaded_by: by,
      received_at: at,
    })
    .onConflict()
    .ignore()
    .returning('id');
  if (inserted[0]) return inserted[0].id;
  const rows = readRows(
    'bank file',
    fileSchema,
    await trx('bank_files')
      .where({ content_hash: hash })
      .orWhere({ kind: file.kind, message_id: file.messageId })
      .select('id', 'kind', 'content_hash'),
  );
  const same = rows.find(({ content_hash }) => content_hash.equals(hash));
  if (same) return refuse('bank-file-known', { fileId: same.id });
  return refuse('bank-file-reused', { fileId: rows[0]?.id ?? '', messageId: file.messageId });
}

const instructedSchema = z.object({ payout_id: id<PayoutId>(), amount_minor: minor, currency });

type Instructed = z.output<typeof instructedSchema>;

/** Payouts that the file names and that the bank was told to make. */
async function ourPayouts(trx: Transaction, file: BankFile): Promise<Map<PayoutId, Instructed>> {
  const named = file.kind === 'camt.053' ? file.entries : file.statuses;
  const ids = [...new Set(named.flatMap(({ payoutId }) => payoutId ?? []))];
  const rows = readRows(
    'bank instruction',
    instructedSchema,
    await trx('bank_instructions')
      .where('payout_id', '=', trx.raw('any(?::uuid[])', [ids]))
      .select('payout_id', 'amount_minor', 'currency'),
  );
  return new Map(rows.map((row) => [row.payout_id, row]));
}

/** Resolves to how many were news. One that names no instruction of ours is nobody's payout, whatever its reference. */
async function keepEntries(
  trx: Transaction,
  fileId: string,
  entries: readonly BankEntry[],
  told: ReadonlyMap<PayoutId, Instructed>,
  at: Date,
): Promise<number> {
  let news = 0;
  for (const entry of entries) {
    const instructed = entry.payoutId === null ? undefined : told.get(entry.payoutId);
    if (!(await insertEntry(trx, fileId, entry, instructed))) continue;
    news += 1;
    if (!instructed) continue;
    // What it tells of costs was not asked for yet, whatever was told before.
    await trx('payout_costs').where({ payout_id: instructed.payout_id }).update({ told_at: null });
    await keepReport(trx, { payoutId: instructed.payout_id, key: entry.key, type: 'camt.053', at });
  }
  return news;
}

async function insertEntry(
  trx: Transaction,
  fileId: string,
  entry: BankEntry,
  instructed: Instructed | undefined,
): Promise<boolean> {
  const inserted: unknown[] = await trx('bank_entries')
    .insert({
      file_id: fileId,
      key: entry.key,
      direction: entry.direction,
      amount_minor: entry.amount.minor.toString(),
      fee_minor: entry.fee && entry.fee.minor.toString(),
      fee_currency: entry.fee && entry.fee.currency !== entry.amount.currency ? entry.fee.currency : null,
      currency: entry.amount.currency,
      booked_on: entry.bookedOn,
      value_on: entry.valueOn,
      bank_ref: entry.bankRef,
      end_to_end_id: entry.endToEndId,
      remittance: entry.direction === 'debit' || entry.isReturn ? entry.remittance : null,
      account_id: entry.direction === 'credit' && !instructed ? await accountOf(trx, entry.party) : null,
      payout_id: instructed?.payout_id ?? null,
      is_return: entry.isReturn,
      reason: entry.reason,
    })
    .onConflict('key')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** The account as the bank told it last; a name that it does not repeat stays. */
async function accountOf(trx: Transaction, party: BankEntry['party']): Promise<string | null> {
  if (party === null) return null;
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into bank_accounts (iban, bic, name) values (?, ?, ?)
     on conflict (iban) do update set
       bic = coalesce(excluded.bic, bank_accounts.bic), name = coalesce(excluded.name, bank_accounts.name)
     returning id`,
    [party.iban, party.bic, party.name],
  );
  return rows[0]?.id ?? null;
}

async function keepStatuses(
  trx: Transaction,
  of: { readonly fileId: string; readonly messageId: string },
  statuses: readonly BankStatus[],
  at: Date,
): Promise<number> {
  for (const [index, { payoutId, outcome, reason }] of statuses.entries()) {
    if (payoutId === null) continue;
    await trx('bank_statuses').insert({ file_id: of.fileId, payout_id: payoutId, outcome, reason });
    await keepReport(trx, { payoutId, key: `${of.messageId}/${index}`, type: 'pain.002', at });
  }
  return statuses.length;
}

interface Told {
  readonly payoutId: PayoutId;
  readonly key: string;
  readonly type: BankFile['kind'];
  readonly at: Date;
}

/**
 * What all files together say of the payout, since one that comes late may be outweighed by what came before. Kept under a
 * natural key, so that what another file tells again is no second report.
 */
async function keepReport(trx: Transaction, { payoutId, key, type, at }: Told): Promise<void> {
  const payout = await readPayout(trx, payoutId);
  if (payout?.rail !== 'bank') return;
  const report = reportOfBank(payoutId, await readWord(trx, payoutId));
  await keepInput(trx, {
    source: 'bank',
    scope: 'bank',
    key: `${type}/${key}`,
    operation: 'reportPayout',
    requestHash: createHash('sha256').update(`${type}/${key}`).digest(),
    subjectId: null,
    ticketId: payout.ticket_id,
    payoutId,
    body: { type, report },
    at,
    delivery: 'due',
  });
}
