/** One request for several orders: a ticket for each or none, and evidence that counts for all of them once. */

import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { recordReopening } from '../../db/appeals.ts';
import { recordDue } from '../../db/dues.ts';
import { completeUpload, insertUpload, readTicketEvidence, recordEvidence } from '../../db/evidence.ts';
import { recordInformationAnswer, recordInformationRequest } from '../../db/information.ts';
import { keepInput, readDueInputs } from '../../db/inputs.ts';
import { openTickets } from '../../db/linked-tickets.ts';
import { ensureBuyer } from '../../db/members.ts';
import { openRun } from '../../db/runs.ts';
import { recordEvidenceNote } from '../../db/shared-evidence.ts';
import { readTicketView } from '../../db/ticket-views.ts';
import { readTicket } from '../../db/tickets.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { AccountId, SubjectId, TicketId, UploadId } from '../../domain/ids.ts';
import { ordersPerRequestMax, uploadsPerTicketMax } from '../../domain/limits.ts';
import {
  aKeptInput,
  aMessage,
  anInput,
  anOrder,
  aPerson,
  aTender,
  type BuiltOrder,
  everyRail,
  granted,
  noon,
  step,
} from './builders.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

const later = new Date(noon.getTime() + 1_000);
const context = { targets: ['shop.example.com'], protocol: 'https' };

/** Orders of one buyer that no incident covers, so that each waits for its materials. */
async function ordersOfOne(count: number): Promise<BuiltOrder[]> {
  const ref = `account-${randomUUID()}`;
  const buyer = await suite.db.transaction((trx) =>
    ensureBuyer(trx, { accountRef: ref, email: `${ref}@example.com`, at: noon }),
  );
  const orders: BuiltOrder[] = [];
  for (let index = 0; index < count; index += 1)
    orders.push(await anOrder(suite.db, [aTender(1999n)], { covered: false, ...buyer }));
  return orders;
}

interface Asked {
  readonly uploadIds?: readonly UploadId[];
  readonly networkContext?: Readonly<Record<string, unknown>> | null;
}

/** Asks for them together, the first one first; answers with their tickets in that order. */
async function ask(orders: readonly BuiltOrder[], given: Asked = {}): Promise<TicketId[] | Refusal> {
  const [first, ...others] = orders;
  if (!first) throw new Error('there is nothing to ask for');
  return suite.db.transaction(async (trx) => {
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

async function anUpload(of: { accountId: AccountId; subjectId: SubjectId }): Promise<UploadId> {
  const sha256 = createHash('sha256').update('a log').digest();
  return suite.db.transaction(async (trx) => {
    const file = { ticketId: null, name: 'log.txt', bytes: 5, sha256, at: noon };
    const { id } = await insertUpload(trx, { accountId: of.accountId, subjectId: of.subjectId, ...file });
    await completeUpload(trx, id, { kind: 'text', bytes: 5, sha256, masked: {}, receivedBytes: 5, at: noon });
    return id;
  });
}

async function give(ticketId: TicketId, by: SubjectId, body: Asked, at = noon) {
  const message = await aMessage(suite.db, ticketId, { id: by, role: 'customer' }, 'addEvidence', {
    uploadIds: [],
    ...body,
  });
  return recordEvidence(suite.db, message, at);
}

const aReopening = (ticketId: TicketId, { subjectId }: BuiltOrder) =>
  aMessage(suite.db, ticketId, { id: subjectId, role: 'customer' }, 'reopenTicket', { ground: 'It is all there now.' });

/** What is shown on a ticket that is or might be shared. */
async function sharedOn(ticketId: TicketId) {
  const view = await readTicketView(suite.db, { kind: 'staff', subjectId: randomUUID() as SubjectId }, ticketId);
  if (!view) throw new Error('the ticket is there');
  return { evidence: view.evidence, networkContext: view.networkContext, linked: view.linked };
}

const phaseOf = async (ticketId: TicketId) => (await readTicket(suite.db, ticketId))?.phase;

const notesFor = async (ticketId: TicketId) =>
  (await readDueInputs(suite.db, ticketId)).filter(({ operation }) => operation === 'noteEvidence');

/** The linked ticket hears what is due to it. */
async function hear(ticketId: TicketId): Promise<void> {
  for (const note of await notesFor(ticketId))
    granted(await recordEvidenceNote(suite.db, { ticketId, inputId: note.id }, noon));
}

const contextOf = async (ticketId: TicketId) => (await sharedOn(ticketId)).networkContext;

const idsOf = async (ticketId: TicketId): Promise<UploadId[]> =>
  (await readTicketEvidence(suite.db, ticketId)).map(({ id }) => id);

describe('a request for several orders', () => {
  test('opens a ticket for each under one request, with a start of its own and the method that was named for it', async () => {
    const tickets = granted(await ask(await ordersOfOne(3)));
    const rows: { id: string; claimed_method: string; request_id: string }[] = await suite
      .db('tickets')
      .whereIn('id', tickets)
      .orderBy('number');
    expect(rows.map((row) => [row.id, row.claimed_method])).toEqual([
      [tickets[0], 'card'],
      [tickets[1], 'paypal'],
      [tickets[2], 'paypal'],
    ]);
    expect(new Set(rows.map((row) => row.request_id)).size).toBe(1);
    for (const ticketId of tickets)
      expect((await readDueInputs(suite.db, ticketId)).map(({ operation }) => operation)).toEqual(['createTicket']);
  });

  test('one order alone is no such request', async () => {
    const [ticketId] = granted(await ask(await ordersOfOne(1)));
    expect(await suite.db('tickets').where({ id: ticketId }).first('request_id')).toEqual({ request_id: null });
  });

  test('R15: asked for twice at once in opposite order, one request opens them all and the other none', async () => {
    const orders = await ordersOfOne(4);
    const ends = await Promise.all([ask(orders), ask([...orders].reverse())]);
    expect(ends.filter(isRefusal)).toEqual([expect.objectContaining({ refused: 'order-claimed' })]);
    const opened = await suite.db('tickets').whereIn(
      'order_id',
      orders.map(({ id }) => id),
    );
    expect(opened).toHaveLength(4);
  });

  test('is refused for another’s order, an order of another account, and one with an open claim, by its name', async () => {
    const [own, claimed] = await ordersOfOne(2);
    const [others] = await ordersOfOne(1);
    if (!own || !claimed || !others) throw new Error('the orders are there');
    expect(await ask([own, others])).toEqual({ refused: 'order-unknown', facts: { orderRef: others.ref } });
    const [ticketId] = granted(await ask([claimed]));
    expect(await ask([own, claimed])).toEqual({
      refused: 'order-claimed',
      facts: { orderRef: claimed.ref, ticketId },
    });
  });
});

describe('shared evidence', () => {
  test('RP-4.1: files of the request count for every ticket, and stand on the first', async () => {
    const orders = await ordersOfOne(2);
    const uploadId = await anUpload(orders[0] as BuiltOrder);
    const [first, second] = granted(await ask(orders, { uploadIds: [uploadId], networkContext: context }));
    for (const ticketId of [first, second]) {
      expect(await idsOf(ticketId as TicketId)).toEqual([uploadId]);
      const told = await suite.db('notices').where({ ticket_id: ticketId, template: 'ticket-received' });
      expect(told).toMatchObject([{ parameters: { complete: true, missing: [], linked: true } }]);
    }
  });

  test('RP-4.1: what is added to one completes the others too, once, however often they hear of it', async () => {
    const orders = await ordersOfOne(3);
    const [owner] = orders as [BuiltOrder];
    const [first, second, third] = granted(await ask(orders)) as [TicketId, TicketId, TicketId];
    granted(await step(suite.db, third, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] }));
    granted(await give(first, owner.subjectId, { uploadIds: [await anUpload(owner)], networkContext: context }));
    expect([await phaseOf(first), await phaseOf(second)]).toEqual(['reviewing', 'gathering']);
    expect(await notesFor(third)).toEqual([]);
    const [note] = await notesFor(second);
    if (!note) throw new Error('the linked ticket is told');
    for (let times = 0; times < 3; times += 1)
      granted(await recordEvidenceNote(suite.db, { ticketId: second, inputId: note.id }, noon));
    expect(await suite.db('ticket_events').where({ ticket_id: second }).orderBy('number')).toMatchObject([
      { kind: 'ticketCreated' },
      { kind: 'evidenceShared', data: { ticketId: first, uploadIds: await idsOf(first), networkContext: true } },
      { kind: 'materialsCompleted' },
    ]);
    expect(await contextOf(second)).toEqual(context);
  });

  test('a network context of its own stands, and that of a linked one is taken over where there is none', async () => {
    const orders = await ordersOfOne(3);
    const [owner] = orders as [BuiltOrder];
    const [first, second, third] = granted(await ask(orders)) as [TicketId, TicketId, TicketId];
    const own = { ...context, protocol: 'socks5' };
    granted(await give(second, owner.subjectId, { networkContext: own }));
    await hear(third);
    granted(await give(first, owner.subjectId, { networkContext: context }));
    for (const ticketId of [first, second, third]) await hear(ticketId);
    expect([await contextOf(first), await contextOf(second), await contextOf(third)]).toEqual([context, own, own]);
  });

  test('RP-4.2: a ticket that lapsed and is opened again has what a linked one was given meanwhile, and shows it then', async () => {
    const orders = await ordersOfOne(2);
    const [owner] = orders as [BuiltOrder];
    const [first, second] = granted(await ask(orders)) as [TicketId, TicketId];
    granted(await step(suite.db, second, { move: 'gatheringLapsed', events: [{ kind: 'lapsed', data: {} }] }));
    const uploadId = await anUpload(owner);
    granted(await give(first, owner.subjectId, { uploadIds: [uploadId], networkContext: context }, later));
    expect([await idsOf(second), await contextOf(second)]).toEqual([[], null]);
    expect(await recordReopening(suite.db, await aReopening(second, owner), later)).toMatchObject({
      phase: 'reviewing',
    });
    expect([await idsOf(second), await contextOf(second)]).toEqual([[uploadId], context]);
  });

  test('RP-4.2: opened again while a linked one is given the rest, it is told or has it: never neither', async () => {
    for (let times = 0; times < 5; times += 1) {
      const orders = await ordersOfOne(2);
      const [owner] = orders as [BuiltOrder];
      const [first, second] = granted(await ask(orders)) as [TicketId, TicketId];
      granted(await step(suite.db, second, { move: 'gatheringLapsed', events: [{ kind: 'lapsed', data: {} }] }));
      const given = { uploadIds: [await anUpload(owner)], networkContext: context };
      const reopening = await aReopening(second, owner);
      await Promise.all([give(first, owner.subjectId, given), recordReopening(suite.db, reopening, noon)]);
      await hear(second);
      expect(await phaseOf(second)).toBe('reviewing');
    }
  });

  test('RP-4.2: what a linked one was given just before the lapse begins the review, though nobody told it yet', async () => {
    const orders = await ordersOfOne(2);
    const [owner] = orders as [BuiltOrder];
    const [first, second] = granted(await ask(orders)) as [TicketId, TicketId];
    granted(await openRun(suite.db, { ticketId: second, run: 1 }, noon));
    granted(await give(first, owner.subjectId, { uploadIds: [await anUpload(owner)], networkContext: context }));
    const { due_kind: kind, due_at: dueAt } = (await readTicket(suite.db, second)) ?? {};
    if (kind !== 'gathering' || !dueAt) throw new Error('it waits for its materials');
    const due = { kind, at: dueAt.toISOString() };
    expect(await recordDue(suite.db, { ticketId: second, due }, everyRail, dueAt)).toMatchObject({
      phase: 'reviewing',
    });
    await hear(second);
    expect(await suite.db('ticket_events').where({ ticket_id: second }).orderBy('number').pluck('kind')).toEqual([
      'ticketCreated',
      'materialsCompleted',
      'evidenceShared',
    ]);
  });

  test('RP-4.2: an answer with files to one tells the others of them', async () => {
    const orders = await ordersOfOne(2);
    const [owner] = orders as [BuiltOrder];
    const given = { uploadIds: [await anUpload(owner)], networkContext: context };
    const [first, second] = granted(await ask(orders, given)) as [TicketId, TicketId];
    granted(await openRun(suite.db, { ticketId: first, run: 1 }, noon));
    const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
    const question = { materials: ['evidence'], question: 'Is there a newer log?' };
    const asked = await aMessage(suite.db, first, agent, 'requestInformation', question);
    granted(await recordInformationRequest(suite.db, asked, noon));
    const customer = { id: owner.subjectId, role: 'customer' as const };
    const answer = { text: 'Here.', uploadIds: [await anUpload(owner)] };
    const message = await aMessage(suite.db, first, customer, 'answerInformationRequest', answer);
    granted(await recordInformationAnswer(suite.db, message, noon));
    expect((await notesFor(second)).map(({ body }) => body)).toEqual([
      { ticketId: first, uploadIds: answer.uploadIds, networkContext: false },
    ]);
  });

  test('PK-3.1: is never another account’s, whatever request a row names', async () => {
    const [one] = await ordersOfOne(1);
    const [other] = await ordersOfOne(1);
    if (!one || !other) throw new Error('the orders are there');
    const [first] = granted(await ask([one], { uploadIds: [await anUpload(one)], networkContext: context })) as [
      TicketId,
    ];
    const [second] = granted(await ask([other])) as [TicketId];
    const request = await aKeptInput(suite.db, { operation: 'createTicket', delivery: 'none' });
    await suite.db('tickets').whereIn('id', [first, second]).update({ request_id: request });
    granted(await openRun(suite.db, { ticketId: second, run: 1 }, noon));
    expect(await sharedOn(second)).toEqual({ evidence: [], networkContext: null, linked: [] });
  });

  test('T6: a note that comes after its ticket was closed changes nothing there', async () => {
    const orders = await ordersOfOne(2);
    const [owner] = orders as [BuiltOrder];
    const [first, second] = granted(await ask(orders)) as [TicketId, TicketId];
    granted(await give(first, owner.subjectId, { networkContext: context }));
    granted(await step(suite.db, second, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] }));
    const before = await readTicket(suite.db, second);
    await hear(second);
    expect(await readTicket(suite.db, second)).toEqual(before);
  });

  test('of two tickets that are not linked, neither has the other’s', async () => {
    const orders = await ordersOfOne(2);
    const [one, other] = orders as [BuiltOrder, BuiltOrder];
    const [first] = granted(await ask([one], { uploadIds: [await anUpload(one)] })) as [TicketId];
    const [second] = granted(await ask([other])) as [TicketId];
    expect([(await idsOf(first)).length, (await idsOf(second)).length]).toEqual([1, 0]);
  });

  test('given to linked tickets at once it is all kept, nobody waits in a ring, and no more than the limit is', async () => {
    const orders = await ordersOfOne(4);
    const [owner] = orders as [BuiltOrder];
    const tickets = granted(await ask(orders));
    const room = uploadsPerTicketMax - 3;
    const before = await Promise.all(Array.from({ length: room }, () => anUpload(owner)));
    granted(await give(tickets[0] as TicketId, owner.subjectId, { uploadIds: before }));
    const uploads = await Promise.all(tickets.map(() => anUpload(owner)));
    const ends = await Promise.all(
      tickets.map((ticketId, index) => give(ticketId, owner.subjectId, { uploadIds: [uploads[index] as UploadId] })),
    );
    expect(ends.filter(isRefusal)).toEqual([
      { refused: 'request-too-large', facts: { uploadsMax: uploadsPerTicketMax } },
    ]);
    for (const ticketId of tickets) expect(await idsOf(ticketId)).toHaveLength(uploadsPerTicketMax);
  });

  test('a file that a linked ticket has is there already, and joins no other', async () => {
    const orders = await ordersOfOne(3);
    const [owner, , alone] = orders as [BuiltOrder, BuiltOrder, BuiltOrder];
    const uploadId = await anUpload(owner);
    const [first, second] = granted(await ask(orders.slice(0, 2), { uploadIds: [uploadId] })) as [TicketId, TicketId];
    granted(await give(second, owner.subjectId, { uploadIds: [uploadId] }));
    expect(await notesFor(first)).toEqual([]);
    expect(await suite.db('evidence_files').where({ id: uploadId }).first('ticket_id')).toEqual({ ticket_id: first });
    const [third] = granted(await ask([alone])) as [TicketId];
    expect(await give(third, owner.subjectId, { uploadIds: [uploadId] })).toEqual({
      refused: 'upload-attached',
      facts: { uploadId },
    });
  });

  test('costs a step no more statements with many linked tickets than with one, and at most 10', async () => {
    const counts: number[] = [];
    for (const count of [2, ordersPerRequestMax]) {
      const orders = await ordersOfOne(count);
      const [owner] = orders as [BuiltOrder];
      const [first] = granted(await ask(orders)) as [TicketId];
      const body = { uploadIds: [await anUpload(owner)], networkContext: context };
      const message = await aMessage(suite.db, first, { id: owner.subjectId, role: 'customer' }, 'addEvidence', body);
      counts.push((await statementsOf(suite.db, () => recordEvidence(suite.db, message, noon))).length);
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeLessThanOrEqual(10);
  });
});
