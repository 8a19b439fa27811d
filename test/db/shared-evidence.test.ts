/** Evidence of linked tickets: given to one it counts for all of them, once, and nobody misses it. */

import { describe, expect, test } from '@jest/globals';
import { recordReopening } from '../../db/appeals.ts';
import { recordDue } from '../../db/dues.ts';
import { recordEvidence } from '../../db/evidence.ts';
import { recordInformationAnswer, recordInformationRequest } from '../../db/information.ts';
import { openRun } from '../../db/runs.ts';
import { recordEvidenceNote } from '../../db/shared-evidence.ts';
import { readTicket } from '../../db/tickets.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { TicketId, UploadId } from '../../domain/ids.ts';
import { ordersPerRequestMax, ticketBytesMax, uploadsPerTicketMax } from '../../domain/limits.ts';
import { aKeptInput, aMessage, aPerson, type BuiltOrder, everyRail, granted, noon, step } from './builders.ts';
import {
  anUpload,
  aReopening,
  ask,
  context,
  contextOf,
  give,
  hear,
  idsOf,
  later,
  notesFor,
  ordersOfOne,
  phaseOf,
  sharedOn,
} from './linking.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

describe('shared evidence', () => {
  test('RP-4.1: files of the request count for every ticket, and stand on the first', async () => {
    const orders = await ordersOfOne(suite.db, 2);
    const uploadId = await anUpload(suite.db, orders[0] as BuiltOrder);
    const [first, second] = granted(await ask(suite.db, orders, { uploadIds: [uploadId], networkContext: context }));
    for (const ticketId of [first, second]) {
      expect(await idsOf(suite.db, ticketId as TicketId)).toEqual([uploadId]);
      const told = await suite.db('notices').where({ ticket_id: ticketId, template: 'ticket-received' });
      expect(told).toMatchObject([{ parameters: { complete: true, missing: [], linked: true } }]);
    }
  });

  test('RP-4.1: what is added to one completes the others too, once, however often they hear of it', async () => {
    const orders = await ordersOfOne(suite.db, 3);
    const [owner] = orders as [BuiltOrder];
    const [first, second, third] = granted(await ask(suite.db, orders)) as [TicketId, TicketId, TicketId];
    granted(await step(suite.db, third, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] }));
    granted(
      await give(suite.db, first, owner.subjectId, {
        uploadIds: [await anUpload(suite.db, owner)],
        networkContext: context,
      }),
    );
    expect([await phaseOf(suite.db, first), await phaseOf(suite.db, second)]).toEqual(['reviewing', 'gathering']);
    expect(await notesFor(suite.db, third)).toEqual([]);
    const [note] = await notesFor(suite.db, second);
    if (!note) throw new Error('the linked ticket is told');
    for (let times = 0; times < 3; times += 1)
      granted(await recordEvidenceNote(suite.db, { ticketId: second, inputId: note.id }, noon));
    expect(await suite.db('ticket_events').where({ ticket_id: second }).orderBy('number')).toMatchObject([
      { kind: 'ticketCreated' },
      {
        kind: 'evidenceShared',
        data: { ticketId: first, uploadIds: await idsOf(suite.db, first), networkContext: true },
      },
      { kind: 'materialsCompleted' },
    ]);
    expect(await contextOf(suite.db, second)).toEqual(context);
  });

  test('a network context of its own stands, and that of a linked one is taken over where there is none', async () => {
    const orders = await ordersOfOne(suite.db, 3);
    const [owner] = orders as [BuiltOrder];
    const [first, second, third] = granted(await ask(suite.db, orders)) as [TicketId, TicketId, TicketId];
    const own = { ...context, protocol: 'socks5' as const };
    granted(await give(suite.db, second, owner.subjectId, { networkContext: own }));
    await hear(suite.db, third);
    granted(await give(suite.db, first, owner.subjectId, { networkContext: context }));
    for (const ticketId of [first, second, third]) await hear(suite.db, ticketId);
    expect([
      await contextOf(suite.db, first),
      await contextOf(suite.db, second),
      await contextOf(suite.db, third),
    ]).toEqual([context, own, own]);
  });

  test('RP-4.2: a ticket that lapsed and is opened again has what a linked one was given meanwhile, and shows it then', async () => {
    const orders = await ordersOfOne(suite.db, 2);
    const [owner] = orders as [BuiltOrder];
    const [first, second] = granted(await ask(suite.db, orders)) as [TicketId, TicketId];
    granted(await step(suite.db, second, { move: 'gatheringLapsed', events: [{ kind: 'lapsed', data: {} }] }));
    const uploadId = await anUpload(suite.db, owner);
    granted(await give(suite.db, first, owner.subjectId, { uploadIds: [uploadId], networkContext: context }, later));
    expect([await idsOf(suite.db, second), await contextOf(suite.db, second)]).toEqual([[], null]);
    expect(await recordReopening(suite.db, await aReopening(suite.db, second, owner), later)).toMatchObject({
      phase: 'reviewing',
    });
    expect([await idsOf(suite.db, second), await contextOf(suite.db, second)]).toEqual([[uploadId], context]);
  });

  test('RP-4.2: opened again while a linked one is given the rest, it is told or has it: never neither', async () => {
    for (let times = 0; times < 5; times += 1) {
      const orders = await ordersOfOne(suite.db, 2);
      const [owner] = orders as [BuiltOrder];
      const [first, second] = granted(await ask(suite.db, orders)) as [TicketId, TicketId];
      granted(await step(suite.db, second, { move: 'gatheringLapsed', events: [{ kind: 'lapsed', data: {} }] }));
      const given = { uploadIds: [await anUpload(suite.db, owner)], networkContext: context };
      const reopening = await aReopening(suite.db, second, owner);
      await Promise.all([give(suite.db, first, owner.subjectId, given), recordReopening(suite.db, reopening, noon)]);
      await hear(suite.db, second);
      expect(await phaseOf(suite.db, second)).toBe('reviewing');
    }
  });

  test.each([
    ['just before the lapse is heard first', 0, 'gathering'],
    ['just after its time begins the review, though nobody told it yet', 1, 'reviewing'],
  ])('RP-4.2, T6: what a linked one was given %s', async (_when, ms, phase) => {
    const orders = await ordersOfOne(suite.db, 2);
    const [owner] = orders as [BuiltOrder];
    const [first, second] = granted(await ask(suite.db, orders)) as [TicketId, TicketId];
    granted(await openRun(suite.db, { ticketId: second, run: 1 }, noon));
    const { due_kind: kind, due_at: dueAt } = (await readTicket(suite.db, second)) ?? {};
    if (kind !== 'gathering' || !dueAt) throw new Error('it waits for its materials');
    const due = { kind, at: dueAt.toISOString() };
    const givenAt = new Date(dueAt.getTime() + ms);
    const given = { uploadIds: [await anUpload(suite.db, owner)], networkContext: context };
    granted(await give(suite.db, first, owner.subjectId, given, givenAt));
    expect(await recordDue(suite.db, { ticketId: second, due }, everyRail, givenAt)).toMatchObject({ phase });
    await hear(suite.db, second);
    expect(await phaseOf(suite.db, second)).toBe('reviewing');
    const told: string[] = await suite.db('ticket_events').where({ ticket_id: second }).orderBy('number').pluck('kind');
    expect([...told].sort()).toEqual(['evidenceShared', 'materialsCompleted', 'ticketCreated']);
  });

  test('RP-4.2: an answer with files to one tells the others of them', async () => {
    const orders = await ordersOfOne(suite.db, 2);
    const [owner] = orders as [BuiltOrder];
    const given = { uploadIds: [await anUpload(suite.db, owner)], networkContext: context };
    const [first, second] = granted(await ask(suite.db, orders, given)) as [TicketId, TicketId];
    granted(await openRun(suite.db, { ticketId: first, run: 1 }, noon));
    const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
    const question = { materials: ['evidence'], question: 'Is there a newer log?' };
    const asked = await aMessage(suite.db, first, agent, 'requestInformation', question);
    granted(await recordInformationRequest(suite.db, asked, noon));
    const customer = { id: owner.subjectId, role: 'customer' as const };
    const answer = { text: 'Here.', uploadIds: [await anUpload(suite.db, owner)] };
    const message = await aMessage(suite.db, first, customer, 'answerInformationRequest', answer);
    granted(await recordInformationAnswer(suite.db, message, noon));
    expect((await notesFor(suite.db, second)).map(({ body }) => body)).toEqual([
      { ticketId: first, uploadIds: answer.uploadIds, networkContext: false },
    ]);
  });

  test('PK-3.1: is never another account’s, whatever request a row names', async () => {
    const [one] = await ordersOfOne(suite.db, 1);
    const [other] = await ordersOfOne(suite.db, 1);
    if (!one || !other) throw new Error('the orders are there');
    const [first] = granted(
      await ask(suite.db, [one], { uploadIds: [await anUpload(suite.db, one)], networkContext: context }),
    ) as [TicketId];
    const [second] = granted(await ask(suite.db, [other])) as [TicketId];
    const request = await aKeptInput(suite.db, { operation: 'createTicket', delivery: 'none' });
    await suite.db('tickets').whereIn('id', [first, second]).update({ request_id: request });
    granted(await openRun(suite.db, { ticketId: second, run: 1 }, noon));
    expect(await sharedOn(suite.db, second)).toEqual({ evidence: [], networkContext: null, linked: [] });
  });

  test('T6: a note that comes after its ticket was closed changes nothing there', async () => {
    const orders = await ordersOfOne(suite.db, 2);
    const [owner] = orders as [BuiltOrder];
    const [first, second] = granted(await ask(suite.db, orders)) as [TicketId, TicketId];
    granted(await give(suite.db, first, owner.subjectId, { networkContext: context }));
    granted(await step(suite.db, second, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] }));
    const before = await readTicket(suite.db, second);
    await hear(suite.db, second);
    expect(await readTicket(suite.db, second)).toEqual(before);
  });

  test('of two tickets that are not linked, neither has the other’s', async () => {
    const orders = await ordersOfOne(suite.db, 2);
    const [one, other] = orders as [BuiltOrder, BuiltOrder];
    const [first] = granted(await ask(suite.db, [one], { uploadIds: [await anUpload(suite.db, one)] })) as [TicketId];
    const [second] = granted(await ask(suite.db, [other])) as [TicketId];
    expect([(await idsOf(suite.db, first)).length, (await idsOf(suite.db, second)).length]).toEqual([1, 0]);
  });

  test('given to linked tickets at once it is all kept, nobody waits in a ring, and no more than the limit is', async () => {
    const orders = await ordersOfOne(suite.db, 4);
    const [owner] = orders as [BuiltOrder];
    const tickets = granted(await ask(suite.db, orders));
    const room = uploadsPerTicketMax - 3;
    const before = await Promise.all(Array.from({ length: room }, () => anUpload(suite.db, owner)));
    granted(await give(suite.db, tickets[0] as TicketId, owner.subjectId, { uploadIds: before }));
    const uploads = await Promise.all(tickets.map(() => anUpload(suite.db, owner)));
    const ends = await Promise.all(
      tickets.map((ticketId, index) =>
        give(suite.db, ticketId, owner.subjectId, { uploadIds: [uploads[index] as UploadId] }),
      ),
    );
    expect(ends.filter(isRefusal)).toEqual([
      { refused: 'request-too-large', facts: { uploadsMax: uploadsPerTicketMax, bytesMax: ticketBytesMax } },
    ]);
    for (const ticketId of tickets) expect(await idsOf(suite.db, ticketId)).toHaveLength(uploadsPerTicketMax);
  });

  test('a file that a linked ticket has is there already, and joins no other', async () => {
    const orders = await ordersOfOne(suite.db, 3);
    const [owner, , alone] = orders as [BuiltOrder, BuiltOrder, BuiltOrder];
    const uploadId = await anUpload(suite.db, owner);
    const [first, second] = granted(await ask(suite.db, orders.slice(0, 2), { uploadIds: [uploadId] })) as [
      TicketId,
      TicketId,
    ];
    granted(await give(suite.db, second, owner.subjectId, { uploadIds: [uploadId] }));
    expect(await notesFor(suite.db, first)).toEqual([]);
    expect(await suite.db('evidence_files').where({ id: uploadId }).first('ticket_id')).toEqual({ ticket_id: first });
    const [third] = granted(await ask(suite.db, [alone])) as [TicketId];
    expect(await give(suite.db, third, owner.subjectId, { uploadIds: [uploadId] })).toEqual({
      refused: 'upload-attached',
      facts: { uploadId },
    });
  });

  test('costs a step no more statements with many linked tickets than with one, and at most 10', async () => {
    const counts: number[] = [];
    for (const count of [2, ordersPerRequestMax]) {
      const orders = await ordersOfOne(suite.db, count);
      const [owner] = orders as [BuiltOrder];
      const [first] = granted(await ask(suite.db, orders)) as [TicketId];
      const body = { uploadIds: [await anUpload(suite.db, owner)], networkContext: context };
      const message = await aMessage(suite.db, first, { id: owner.subjectId, role: 'customer' }, 'addEvidence', body);
      counts.push((await statementsOf(suite.db, () => recordEvidence(suite.db, message, noon))).length);
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeLessThanOrEqual(10);
  });
});
