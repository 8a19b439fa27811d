/**
 * What a provider's word makes of a dispute. Every word is kept once (W1), and the row follows from all of them, whatever
 * the order in which they came (W2, W10). This is the one place where a dispute's state changes: whoever books or tells
 * what follows from that does it by the change that is answered here.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../domain/canonical.ts';
import {
  asksAgain,
  type DisputeFolded,
  type DisputeStanding,
  type DisputeTaking,
  type DisputeWord,
  disputeKinds,
  disputeStandings,
  foldWords,
  isEnded,
  takingOf,
} from '../domain/dispute.ts';
import type { DisputeId, OrderId, SubjectId, TenderId, TicketId } from '../domain/ids.ts';
import { formatMoney, fromWire, type Money, money } from '../domain/money.ts';
import { leftUs, payoutStates } from '../domain/payout.ts';
import type { Transaction } from './database.ts';
import { keepInput } from './inputs.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';
import { type NewNotice, tell } from './ticket-step.ts';

const amount = z.object({ minor: z.string(), currency });

export const wordSchema = z.object({
  cause: z.string(),
  toldAt: z.string(),
  kind: z.enum(disputeKinds),
  state: z.enum(disputeStandings),
  amount: amount.nullable(),
  returned: amount.nullable().default(null),
  includesRefunds: z.boolean().default(false),
  reason: z.string().nullable(),
  networkReason: z.string().nullable(),
  fee: amount.nullable(),
  evidenceDueAt: z.string().nullable(),
  submissions: z.number().int(),
  actionable: z.boolean().nullable(),
});

export interface DisputedTender {
  readonly id: TenderId;
  readonly order_id: OrderId;
  readonly currency: string;
}

export interface DisputeChange {
  readonly disputeId: DisputeId;
  /** Of the dispute's row after it, so that no two changes have the same. */
  readonly version: number;
  /** `null`: it was not known. */
  readonly before: DisputeStood | null;
  readonly after: DisputeStood;
}

/** How a dispute stands, what it takes of the seller's money, and what it costs. */
interface DisputeStood {
  readonly state: DisputeStanding;
  readonly taken: Money;
  readonly fee: Money | null;
}

const rowSchema = z.object({
  id: id<DisputeId>(),
  state: z.enum(disputeStandings),
  evidence_due_at: instant.nullable(),
  evidence_submitted_at: instant.nullable(),
  ended_at: instant.nullable(),
  version: z.number().int(),
  taken_minor: minor,
  currency,
  fee_minor: minor.nullable(),
  fee_currency: currency.nullable(),
});

type Row = z.output<typeof rowSchema>;

const stood = (row: Row): DisputeStood => ({
  state: row.state,
  taken: money(row.taken_minor, row.currency),
  fee: row.fee_minor === null || row.fee_currency === null ? null : money(row.fee_minor, row.fee_currency),
});

/** What the word changed, or `null` where it was heard before. */
export async function tellDispute(
  trx: Transaction,
  { provider, providerRef }: { readonly provider: string; readonly providerRef: string },
  tender: DisputedTender,
  word: DisputeWord,
  at: Date,
): Promise<DisputeChange | null> {
  const columns = await columnsOf(trx, foldWords([word]), tender, null, at);
  const inserted: unknown[] = await trx('disputes')
    .insert({
      provider,
      provider_ref: providerRef,
      order_id: tender.order_id,
      tender_id: tender.id,
      opened_at: at,
      ...columns,
    })
    .onConflict(['provider', 'provider_ref'])
    .ignore()
    .returning('*');
  const found: unknown =
    inserted[0] ?? (await trx('disputes').where({ provider, provider_ref: providerRef }).forUpdate().first());
  const row = readRow('dispute', rowSchema, found);
  const isNew = inserted.length > 0;
  if (!(await keepWord(trx, row.id, word, at))) return null;
  const after = isNew ? row : await fold(trx, row, tender, at);
  if (isNew) await tellOfNew(trx, row, tender, word, at);
  if (word.kind !== 'early_fraud_warning') {
    await endWarnings(trx, tender.id, at);
    if (isNew || waitsOtherwise(row, after)) await wake(trx, after, at);
  }
  return { disputeId: row.id, version: after.version, before: isNew ? null : stood(row), after: stood(after) };
}

async function keepWord(trx: Transaction, disputeId: DisputeId, word: DisputeWord, at: Date): Promise<boolean> {
  const said = createHash('sha256').update(canonicalJson(word)).digest('hex');
  const kept: unknown[] = await trx('dispute_events')
    .insert({
      dispute_id: disputeId,
      key: `told/${word.toldAt}/${said.slice(0, 16)}`,
      kind: 'told',
      data: JSON.stringify(word),
      at,
    })
    .onConflict(['dispute_id', 'key'])
    .ignore()
    .returning('id');
  return kept.length > 0;
}

async function fold(trx: Transaction, row: Row, tender: DisputedTender, at: Date): Promise<Row> {
  const columns = await columnsOf(trx, await foldedOf(trx, row.id), tender, row, at);
  return rewrite(trx, row, columns);
}

async function foldedOf(trx: Transaction, disputeId: DisputeId): Promise<DisputeFolded> {
  const rows: unknown[] = await trx('dispute_events').where({ dispute_id: disputeId, kind: 'told' }).pluck('data');
  const [first, ...others] = readRows('dispute word', wordSchema, rows);
  if (first === undefined) throw new Error('a dispute without a word');
  return foldWords([first, ...others]);
}

async function rewrite(trx: Transaction, row: Row, columns: object): Promise<Row> {
  const updated: unknown[] = await trx('disputes')
    .where({ id: row.id })
    .update({ ...columns, version: row.version + 1 })
    .returning('*');
  return readRow('dispute', rowSchema, updated[0]);
}

export interface RetoldDispute {
  readonly providerRef: string;
  readonly change: DisputeChange;
}

const sharedSchema = rowSchema.extend({ provider_ref: z.string() });

/** What follows for a tender's disputes from what has gone back of it, or came back, since their words were told. */
export async function retellDisputes(trx: Transaction, tender: DisputedTender, at: Date): Promise<RetoldDispute[]> {
  const rows: unknown[] = await trx('disputes')
    .where({ tender_id: tender.id, includes_refunds: true })
    .orderBy('id')
    .forUpdate();
  const retold: RetoldDispute[] = [];
  for (const row of readRows('dispute', sharedSchema, rows)) {
    const { state, takenMinor } = await takingNow(trx, await foldedOf(trx, row.id), tender);
    if (state === row.state && takenMinor === row.taken_minor) continue;
    const columns = { state, taken_minor: takenMinor.toString(), ended_at: endOf(row, state, at) };
    const after = await rewrite(trx, row, columns);
    if (state !== row.state) await wake(trx, after, at);
    const change = { disputeId: row.id, version: after.version, before: stood(row), after: stood(after) };
    retold.push({ providerRef: row.provider_ref, change });
  }
  return retold;
}

const left = payoutStates
  .filter(leftUs)
  .map((state) => `'${state}'`)
  .join();

/** What has left us of a payment by its own rail, or may have: whatever becomes of it, disputes are told anew then. */
export const goneBack = (
  tender: string,
): string => `(${tender}.elsewhere_minor + (select coalesce(sum(amount_minor), 0) from payouts
  where tender_id = ${tender}.id and rail = ${tender}.method and state in (${left})))`;

async function takingNow(trx: Transaction, folded: DisputeFolded, tender: DisputedTender): Promise<DisputeTaking> {
  if (!folded.includesRefunds || folded.amount?.currency !== tender.currency) return takingOf(folded, null);
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select greatest(coalesce(captured_minor, amount_minor) - ${goneBack('order_tenders')}, 0)::text as left_minor
     from order_tenders where id = ?`,
    [tender.id],
  );
  return takingOf(folded, readRow('tender', z.object({ left_minor: minor }), rows[0]).left_minor);
}

async function columnsOf(trx: Transaction, folded: DisputeFolded, tender: DisputedTender, row: Row | null, at: Date) {
  const { state: told, takenMinor } = await takingNow(trx, folded, tender);
  const state = await standingOf(trx, told, tender.id);
  const own = row && (await ownAnswer(trx, row.id, folded));
  return {
    kind: folded.kind,
    state,
    amount_minor: folded.amount?.minor ?? '0',
    returned_minor: folded.returned?.minor ?? null,
    includes_refunds: folded.includesRefunds,
    taken_minor: takenMinor.toString(),
    currency: folded.amount?.currency ?? tender.currency,
    reason: folded.reason,
    network_reason: folded.networkReason,
    fee_minor: folded.fee?.minor ?? null,
    fee_currency: folded.fee?.currency ?? null,
    evidence_due_at: folded.evidenceDueAt,
    submissions: folded.submissions,
    evidence_submitted_at: own?.ended_at ?? folded.submittedAt,
    evidence_submitted_by: own?.submitted_by ?? null,
    actionable: folded.actionable,
    told_at: folded.toldAt,
    ended_at: isEnded(state) ? endOf(row, state, at) : null,
  };
}

const answerSchema = z.object({ ended_at: instant, submitted_by: id<SubjectId>() });

/** What this desk has submitted for what is asked now. */
async function ownAnswer(trx: Transaction, disputeId: DisputeId, { kind, evidenceDueAt }: DisputeFolded) {
  const found: unknown = await trx('dispute_packets')
    .where({
      dispute_id: disputeId,
      state: 'submitted',
      ...(asksAgain(kind) ? { evidence_due_at: evidenceDueAt } : {}),
    })
    .first('ended_at', 'submitted_by');
  return found === undefined ? null : readRow('evidence', answerSchema, found);
}

const endOf = (row: Row | null, state: DisputeStanding, at: Date): Date =>
  row?.state === state && row.ended_at ? row.ended_at : at;

/** D8: a warning is over once the dispute that it warned of is there, whichever was told first. */
async function standingOf(trx: Transaction, state: DisputeStanding, tenderId: TenderId): Promise<DisputeStanding> {
  if (state !== 'warned') return state;
  const dispute: unknown = await disputesOf(trx, tenderId).first('id');
  return dispute === undefined ? 'warned' : 'closed';
}

const disputesOf = (trx: Transaction, tenderId: TenderId) =>
  trx('disputes').where({ tender_id: tenderId }).whereNot({ kind: 'early_fraud_warning' });

const endWarnings = async (trx: Transaction, tenderId: TenderId, at: Date): Promise<void> => {
  await trx('disputes')
    .where({ tender_id: tenderId, state: 'warned' })
    .update({ state: 'closed', ended_at: at, version: trx.raw('version + 1') });
};

const waitsOtherwise = (before: Row, after: Row): boolean =>
  before.state !== after.state ||
  before.evidence_due_at?.getTime() !== after.evidence_due_at?.getTime() ||
  (before.evidence_submitted_at === null) !== (after.evidence_submitted_at === null);

/** Its workflow is to hear of it: kept like any input, so that Temporal being away loses nothing. */
async function wake(trx: Transaction, { id: disputeId, version }: Row, at: Date): Promise<void> {
  const key = `${disputeId}/${version}`;
  await keepInput(trx, {
    source: 'desk',
    scope: 'dispute word',
    key,
    operation: 'hearDispute',
    requestHash: createHash('sha256').update(key).digest(),
    subjectId: null,
    ticketId: null,
    payoutId: null,
    disputeId,
    body: {},
    at,
    delivery: 'due',
  });
}

/** Finance hears of each once; whoever works on the order's ticket hears of a warning, while a refund still helps (D8). */
async function tellOfNew(
  trx: Transaction,
  row: Row,
  { order_id: orderId }: DisputedTender,
  { kind, amount: told, evidenceDueAt: answerBy }: DisputeWord,
  at: Date,
): Promise<void> {
  if (isEnded(row.state)) return;
  const parameters = { kind, amount: told && formatMoney(fromWire(told)), answerBy };
  const finance: NewNotice = { template: 'dispute-told', parameters, to: { role: 'finance' } };
  await tell(trx, { disputeId: row.id }, `dispute/${row.id}/told`, at, [finance]);
  const ticket = row.state === 'warned' ? await openTicketOf(trx, orderId) : null;
  if (ticket === null) return;
  const to: NewNotice['to'] = ticket.assignee_id ? { subjectId: ticket.assignee_id } : { role: 'agent' };
  await tell(trx, { id: ticket.id }, `warning/${row.id}`, at, [{ template: 'fraud-warned', parameters: {}, to }]);
}

const ticketSchema = z.object({ id: id<TicketId>(), assignee_id: id<SubjectId>().nullable() });

async function openTicketOf(trx: Transaction, orderId: OrderId): Promise<z.output<typeof ticketSchema> | null> {
  const found: unknown = await trx('tickets')
    .where({ order_id: orderId })
    .whereNot({ phase: 'closed' })
    .first('id', 'assignee_id');
  return found === undefined ? null : readRow('ticket', ticketSchema, found);
}
