/** Rows of a ticket's life written past the stores, so that what reads them is tried by itself. */

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Database } from '../../db/database.ts';
import { keepInput } from '../../db/inputs.ts';
import type { AccountId, DecisionId, HoldId, InputId, OrderId, SubjectId, TicketId } from '../../domain/ids.ts';
import type { PolicyDocument } from '../../domain/policy.ts';
import type { Role } from '../../domain/role.ts';

export const noon = new Date('2026-11-22T12:00:00.000Z');

export const hoursAfter = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

const first = JSON.parse(readFileSync(new URL('../../dev/policy/first-version.json', import.meta.url), 'utf8')) as {
  readonly document: PolicyDocument;
};

export const firstDocument = first.document;

/** Inserts one row and answers with its id. */
export async function insert<Id extends string>(db: Database, table: string, row: object): Promise<Id> {
  const rows: { id: Id }[] = await db(table).insert(row).returning('id');
  if (!rows[0]) throw new Error(`nothing was inserted into ${table}`);
  return rows[0].id;
}

export const aPerson = (db: Database, role: Role, name: string): Promise<SubjectId> =>
  insert(db, 'people', { email: `${role}-${randomUUID()}@example.com`, role, name });

export async function anInput(db: Database, ticketId: TicketId | null): Promise<InputId> {
  const kept = await db.transaction((trx) =>
    keepInput(trx, {
      source: 'api',
      scope: 'suite',
      key: randomUUID(),
      operation: 'addNote',
      requestHash: createHash('sha256').update('a request').digest(),
      subjectId: null,
      ticketId,
      payoutId: null,
      body: {},
      at: noon,
      delivery: 'none',
    }),
  );
  return kept.input.id;
}

/** The next version, after all that are there; tickets name it, whenever it begins. */
export async function aPolicyVersion(
  db: Database,
  document: PolicyDocument,
): Promise<{ id: string; number: number; effectiveAt: Date }> {
  const last: { number: number | null; at: Date | null } | undefined = await db('policy_versions').first(
    db.raw('max(number) as number, max(effective_at) as at'),
  );
  const number = (last?.number ?? 0) + 1;
  const effectiveAt = new Date((last?.at ?? noon).getTime() + 60_000);
  const posted = { number, effective_at: effectiveAt, posted_at: noon, document: JSON.stringify(document) };
  return { id: await insert(db, 'policy_versions', posted), number, effectiveAt };
}

export interface LifeRow {
  readonly ticketId: TicketId;
  readonly orderId: OrderId;
  readonly orderRef: string;
  readonly accountId: AccountId;
  readonly customerId: SubjectId;
}

/** A ticket of an order of its own; the columns given replace its own. */
export async function aTicketRow(db: Database, given: object = {}, of?: LifeRow): Promise<LifeRow> {
  const orderRef = of?.orderRef ?? `order-${randomUUID()}`;
  const customerId = of?.customerId ?? (await aPerson(db, 'customer', 'Cora Customer'));
  const accountId = of?.accountId ?? (await insert<AccountId>(db, 'accounts', { ref: orderRef, created_at: noon }));
  const orderId =
    of?.orderId ?? (await anOrderRow(db, { ref: orderRef, account_id: accountId, subject_id: customerId }));
  const ticketId = await insert<TicketId>(db, 'tickets', {
    order_id: orderId,
    account_id: accountId,
    subject_id: customerId,
    phase: 'reviewing',
    fault: 'unreachable',
    asked_at: noon,
    claimed_method: 'card',
    description: 'Nothing works.',
    created_at: noon,
    updated_at: noon,
    ...given,
  });
  return { ticketId, orderId, orderRef, accountId, customerId };
}

const anOrderRow = (db: Database, given: object): Promise<OrderId> =>
  insert(db, 'orders', {
    channel: 'official',
    plan_key: 'residential',
    plan_kind: 'metered',
    plan_name: 'Residential',
    first_purchased_at: noon,
    purchased_at: noon,
    currency: 'USD',
    created_at: noon,
    updated_at: noon,
    ...given,
  });

export const closed = (outcome: string) => ({ phase: 'closed', outcome, closed_at: hoursAfter(1) });

export const aHoldRow = (db: Database, ticketId: TicketId, given: object): Promise<HoldId> =>
  insert(db, 'holds', { ticket_id: ticketId, kind: 'customer', ground: 'a ground', placed_at: noon, ...given });

export const aPauseRow = (db: Database, ticketId: TicketId, given: object): Promise<string> =>
  insert(db, 'clock_pauses', { ticket_id: ticketId, started_at: noon, ...given });

export async function aDecisionRow(db: Database, ticketId: TicketId, given: object): Promise<DecisionId> {
  return insert(db, 'decisions', {
    ticket_id: ticketId,
    decision: 'refuse',
    ground: 'Too late.',
    clauses: ['RP-3.1'],
    state: 'final',
    at: noon,
    input_id: await anInput(db, ticketId),
    ...given,
  });
}

/** An event past the chain's own writer: what is read here is only that it is there. */
export async function anEventRow(db: Database, ticketId: TicketId, kind: string): Promise<void> {
  const hash = createHash('sha256').update(kind).digest();
  await db('ticket_events').insert({
    ticket_id: ticketId,
    number: 1,
    kind,
    at: noon,
    actor_role: 'system',
    data: {},
    hash,
  });
}
