/** Builders of linked tickets: orders of one buyer, asked for together, and what is handed in for them. */

import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { readTicketEvidence, recordEvidence } from '../../db/evidence.ts';
import { keepInput, readDueInputs } from '../../db/inputs.ts';
import { completeIntake } from '../../db/intake.ts';
import { openTickets } from '../../db/linked-tickets.ts';
import { ensureBuyer } from '../../db/members.ts';
import { recordEvidenceNote } from '../../db/shared-evidence.ts';
import { readTicketView } from '../../db/ticket-views.ts';
import { readTicket } from '../../db/tickets.ts';
import { insertUpload, quarantineUpload } from '../../db/uploads.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { AccountId, SubjectId, TicketId, UploadId } from '../../domain/ids.ts';
import type { NetworkContext } from '../../domain/network-context.ts';
import { aMessage, anInput, anOrder, aTender, type BuiltOrder, granted, noon } from './builders.ts';

export const later = new Date(noon.getTime() + 1_000);
export const context: NetworkContext = {
  targets: ['shop.example.com'],
  times: [{ from: '2026-11-20T10:00:00.000Z', until: '2026-11-20T11:00:00.000Z' }],
  egress: ['203.0.113.7', '2001:db8::/32'],
  protocol: 'https',
  client: { name: 'curl' },
};

/** Orders of one buyer that no incident covers, so that each waits for its materials. */
export async function ordersOfOne(db: Database, count: number): Promise<BuiltOrder[]> {
  const ref = `account-${randomUUID()}`;
  const buyer = await db.transaction((trx) =>
    ensureBuyer(trx, { accountRef: ref, email: `${ref}@example.com`, at: noon }),
  );
  const orders: BuiltOrder[] = [];
  for (let index = 0; index < count; index += 1)
    orders.push(await anOrder(db, [aTender(1999n)], { covered: false, ...buyer }));
  return orders;
}

export interface Asked {
  readonly uploadIds?: readonly UploadId[];
  readonly networkContext?: NetworkContext | null;
}

/** Asks for them together, the first one first; answers with their tickets in that order. */
export async function ask(
  db: Database,
  orders: readonly BuiltOrder[],
  given: Asked = {},
): Promise<TicketId[] | Refusal> {
  const [first, ...others] = orders;
  if (!first) throw new Error('there is nothing to ask for');
  return db.transaction(async (trx) => {
    const kept = await keepInput(trx, anInput({ operation: 'createTicket', delivery: 'none' }));
    const opened = await openTickets(trx, {
      accountIds: [first.accountId],
      orderRef: first.ref,
      paymentMethod: 'card',
      linkedOrders: others.map(({ ref }) => ({ orderRef: ref, paymentMethod: 'paypal' })),
      by: { id: first.subjectId, role: 'customer' },
      inputId: kept.input.id,
      description: 'Nothing connects.',
      fault: 'unreachable',
      networkContext: null,
      uploadIds: [],
      at: noon,
      ...given,
    });
    if (isRefusal(opened)) return opened;
    const rows: { id: TicketId; order_id: string }[] = await trx('tickets').whereIn(
      'order_id',
      orders.map(({ id }) => id),
    );
    return orders.map(({ id }) => rows.find((row) => row.order_id === id)?.id as TicketId);
  });
}

export async function anUpload(db: Database, of: { accountId: AccountId; subjectId: SubjectId }): Promise<UploadId> {
  // Each of its own bytes, since the same bytes twice are one file.
  const sha256 = createHash('sha256').update(randomUUID()).digest();
  return db.transaction(async (trx) => {
    const file = { ticketId: null, name: 'log.txt', bytes: 5, sha256, at: noon };
    const upload = await insertUpload(trx, { accountId: of.accountId, subjectId: of.subjectId, ...file });
    await quarantineUpload(trx, upload, { at: noon, dueAt: noon });
    const stored = { bytes: 5, sha256: sha256.toString('hex'), masked: {}, pages: null, hasThumbnail: false };
    await completeIntake(trx, upload, { kind: 'text', ...stored });
    return upload.id;
  });
}

export async function give(db: Database, ticketId: TicketId, by: SubjectId, body: Asked, at = noon) {
  const message = await aMessage(db, ticketId, { id: by, role: 'customer' }, 'addEvidence', {
    uploadIds: [],
    ...body,
  });
  return recordEvidence(db, message, at);
}

export const aReopening = (db: Database, ticketId: TicketId, { subjectId }: BuiltOrder) =>
  aMessage(db, ticketId, { id: subjectId, role: 'customer' }, 'reopenTicket', { ground: 'It is all there now.' });

/** What is shown on a ticket that is or might be shared. */
export async function sharedOn(db: Database, ticketId: TicketId) {
  const view = await readTicketView(db, { kind: 'staff', subjectId: randomUUID() as SubjectId }, ticketId);
  if (!view) throw new Error('the ticket is there');
  return { evidence: view.evidence, networkContext: view.networkContext, linked: view.linked };
}

export const phaseOf = async (db: Database, ticketId: TicketId) => (await readTicket(db, ticketId))?.phase;

export const notesFor = async (db: Database, ticketId: TicketId) =>
  (await readDueInputs(db, ticketId)).filter(({ operation }) => operation === 'noteEvidence');

/** The linked ticket hears what is due to it. */
export async function hear(db: Database, ticketId: TicketId): Promise<void> {
  for (const note of await notesFor(db, ticketId))
    granted(await recordEvidenceNote(db, { ticketId, inputId: note.id }, noon));
}

export const contextOf = async (db: Database, ticketId: TicketId) => (await sharedOn(db, ticketId)).networkContext;

export const idsOf = async (db: Database, ticketId: TicketId): Promise<UploadId[]> =>
  (await readTicketEvidence(db, ticketId)).map(({ id }) => id);
