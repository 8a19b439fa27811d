/**
 * The inbox: every write from outside is a row here, under a unique key, before it is acted on. The row's id is also
 * the Temporal `updateId` under which it is delivered, and its outcome is kept with it, refusals included.
 */

import type { Knex } from 'knex';
import { z } from 'zod';
import { isErrorId, type Refusal } from '../domain/errors.ts';
import type { DisputeId, InputId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { enqueueJob } from './jobs.ts';
import { id, instant, readRow } from './row.ts';

const refusalSchema = z.object({
  refused: z.string().refine(isErrorId),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const inputSchema = z.object({
  id: id<InputId>(),
  source: z.enum(['api', 'stripe', 'paypal', 'bank', 'desk']),
  scope: z.string(),
  key: z.string(),
  operation: z.string(),
  request_hash: z.instanceof(Buffer),
  subject_id: id<SubjectId>().nullable(),
  ticket_id: id<TicketId>().nullable(),
  payout_id: id<PayoutId>().nullable(),
  dispute_id: id<DisputeId>().nullable(),
  body: z.unknown(),
  kept_at: instant,
  recorded_at: instant.nullable(),
  delivery: z.enum(['none', 'due', 'applied', 'refused']),
  refusal: refusalSchema.nullable().transform((refusal) => refusal as Refusal | null),
  answer_status: z.number().nullable(),
  answer_body: z.string().nullable(),
});

export type InputRow = z.output<typeof inputSchema>;

export interface NewInput {
  readonly source: InputRow['source'];
  /** Whose keys these are: the principal's id, the provider's name, or the desk's own noun. */
  readonly scope: string;
  readonly key: string;
  readonly operation: string;
  /** SHA-256 over operation, path and parsed body. */
  readonly requestHash: Buffer;
  readonly subjectId: SubjectId | null;
  readonly ticketId: TicketId | null;
  readonly payoutId: PayoutId | null;
  /** Where it is for a dispute's workflow and not for a ticket's. */
  readonly disputeId?: DisputeId | null;
  /** Masked already. */
  readonly body: unknown;
  readonly at: Date;
  /** `due` where a workflow must take it; its redelivery is enqueued in the same transaction. */
  readonly delivery: 'none' | 'due';
}

export type KeptInput = { readonly kind: 'new' | 'same' | 'reused'; readonly input: InputRow };

/** Delay before the first redelivery where the one who kept the row waits for its outcome, and so tries at once. */
const firstRedeliveryMs = 4_000;

/**
 * Keeps an input once per key. A second writer with the same key waits for the first one's transaction, then gets its
 * row: `same` where the request is the same, `reused` where it is another.
 */
export async function keepInput(trx: Transaction, given: NewInput): Promise<KeptInput> {
  const inserted = await trx.raw<{ rows: unknown[] }>(
    `insert into inputs (source, scope, key, operation, request_hash, subject_id, ticket_id, payout_id, dispute_id, body, kept_at, delivery)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?) on conflict (source, scope, key) do nothing returning *`,
    [
      given.source,
      given.scope,
      given.key,
      given.operation,
      given.requestHash,
      given.subjectId,
      given.ticketId,
      given.payoutId,
      given.disputeId ?? null,
      JSON.stringify(given.body),
      given.at,
      given.delivery,
    ],
  );
  if (inserted.rows[0]) {
    const input = readRow('input', inputSchema, inserted.rows[0]);
    // What the desk keeps for a ticket by itself, or takes from a bank's file, nobody waits for.
    const isAwaited = given.source !== 'desk' && given.source !== 'bank';
    if (given.delivery === 'due') await enqueueDelivery(trx, input.id, isAwaited ? firstRedeliveryMs : 0);
    return { kind: 'new', input };
  }
  const found: unknown = await trx('inputs')
    .where({ source: given.source, scope: given.scope, key: given.key })
    .forUpdate()
    .first();
  const input = readRow('input', inputSchema, found);
  return { kind: input.request_hash.equals(given.requestHash) ? 'same' : 'reused', input };
}

export interface NewNotes {
  readonly scope: string;
  /** With the ticket's id, the key of each note. */
  readonly key: string;
  readonly operation: string;
  /** Selects the ids of the tickets that are to hear of it. */
  readonly to: Knex.QueryBuilder;
  /** Ids and codes. */
  readonly body: object;
  readonly at: Date;
  /** Jobs with a higher one wait behind those with a lower. */
  readonly priority?: number;
}

/** Keeps what the desk tells several tickets, once for each, and enqueues their delivery: one statement for them all. */
export async function keepNotes(
  trx: Transaction,
  { scope, key, operation, to, body, at, priority = 0 }: NewNotes,
): Promise<void> {
  await trx.raw(
    `with kept as (
       insert into inputs (source, scope, key, operation, request_hash, ticket_id, body, kept_at, delivery)
       select 'desk', ?, concat_ws('/', ?::text, id), ?, sha256(?::bytea), id, ?::jsonb, ?, 'due' from (?) as told
       on conflict (source, scope, key) do nothing returning id)
     select graphile_worker.add_job(identifier => 'deliver_input', payload => json_build_object('inputId', id), max_attempts => 1000,
       priority => ?)
     from kept`,
    [scope, key, operation, Buffer.from(key), JSON.stringify(body), at, to, priority],
  );
}

/** Marks an input that was kept without delivery as due, e.g. a ticket's creation, and enqueues it. */
export async function makeDue(
  trx: Transaction,
  inputId: InputId,
  ticketId: TicketId,
  { awaited }: { readonly awaited: boolean },
): Promise<void> {
  await trx('inputs').where({ id: inputId }).update({ delivery: 'due', ticket_id: ticketId });
  await enqueueDelivery(trx, inputId, awaited ? firstRedeliveryMs : 0);
}

/** The same for what a dispute's workflow must take. */
export async function makeDueForDispute(trx: Transaction, inputId: InputId, disputeId: DisputeId): Promise<void> {
  await trx('inputs').where({ id: inputId }).update({ delivery: 'due', dispute_id: disputeId });
  await enqueueDelivery(trx, inputId, firstRedeliveryMs);
}

const enqueueDelivery = (trx: Transaction, inputId: InputId, delayMs: number): Promise<void> =>
  enqueueJob(trx, 'deliver_input', { inputId }, { delayMs });

export async function readInput(db: Queryable, inputId: InputId): Promise<InputRow | null> {
  const row: unknown = await db('inputs').where({ id: inputId }).first();
  return row === undefined ? null : readRow('input', inputSchema, row);
}

/**
 * Whether something was kept by then that was not heard yet, for the ticket itself, or for one of its whole request where
 * `request` is given; the call for a first run says nothing.
 */
export async function isHeardLater(
  trx: Transaction,
  of: { readonly ticketId: TicketId; readonly request: InputId | null },
  by: string,
): Promise<boolean> {
  const unheard: unknown = await trx('inputs')
    .whereIn('ticket_id', of.request ? trx('tickets').where({ request_id: of.request }).select('id') : [of.ticketId])
    .where({ delivery: 'due', recorded_at: null })
    .whereNot({ operation: 'createTicket' })
    .where('kept_at', '<=', by)
    .first('id');
  return unheard !== undefined;
}

/**
 * Marks what became of a delivery, and answers with the row as it then stands: the first outcome counts, and what is
 * recorded was done, whatever a later refusal says. Told by whoever heard it from the workflow: a step that is recorded
 * here may still be unknown there, when its worker died in between.
 */
export async function settleInput(
  db: Queryable,
  inputId: InputId,
  at: Date,
  refusal: Refusal | null,
): Promise<InputRow> {
  const settled: unknown[] = await db('inputs')
    .where({ id: inputId, delivery: 'due' })
    .update({
      delivery: db.raw(`case when ?::jsonb is null or recorded_at is not null then 'applied' else 'refused' end`, [
        wire(refusal),
      ]),
      refusal: db.raw('case when recorded_at is null then ?::jsonb end', [wire(refusal)]),
      delivered_at: at,
    })
    .returning('*');
  if (settled[0] !== undefined) return readRow('input', inputSchema, settled[0]);
  const former: unknown = await db('inputs').where({ id: inputId }).first();
  return readRow('input', inputSchema, former);
}

const wire = (refusal: Refusal | null): string | null => refusal && JSON.stringify(refusal);

/** Whether something was kept under the key, and what was begun with it stands. */
export async function isInputKept(db: Queryable, key: Pick<NewInput, 'source' | 'scope' | 'key'>): Promise<boolean> {
  const { source, scope, key: name } = key;
  return (await db('inputs').where({ source, scope, key: name }).first('id')) !== undefined;
}

/** Stores the answer that the key gives for ever; only the first one counts. */
export async function answerInput(
  db: Queryable,
  inputId: InputId,
  answer: { status: number; body: string },
): Promise<void> {
  await db('inputs')
    .where({ id: inputId })
    .whereNull('answer_status')
    .update({ answer_status: answer.status, answer_body: answer.body });
}

/** Inputs that no workflow has taken yet, oldest first: for a run that starts, and for operations. */
export async function readDueInputs(db: Database | Transaction, ticketId: TicketId): Promise<InputRow[]> {
  const rows: unknown[] = await db('inputs')
    .where({ ticket_id: ticketId, delivery: 'due' })
    .orderBy('kept_at')
    .orderBy('id');
  return rows.map((row) => readRow('input', inputSchema, row));
}
