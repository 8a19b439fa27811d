/** A step of a ticket: taken once however often it is asked for, one after the other, wholly or not at all. */

import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../db/inputs.ts';
import { type Step, type StepBody, takeStep } from '../../db/ticket-step.ts';
import { refuse } from '../../domain/errors.ts';
import type { InputId, TicketId } from '../../domain/ids.ts';
import { theDesk } from '../../domain/ticket.ts';
import { aKeptInput, anOrder, aTicket, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

const later = new Date(noon.getTime() + 60_000);

async function aStep(): Promise<Step & { ticketId: TicketId; inputId: InputId }> {
  const ticketId = await aTicket(suite.db, await anOrder(suite.db));
  return { ticketId, inputId: await aKeptInput(suite.db, { ticketId }), actor: theDesk, at: noon };
}

/** All that a step may have touched. */
async function tracesOf(ticketId: TicketId) {
  const ticket: unknown = await suite.db('tickets').where({ id: ticketId }).first();
  const events: { kind: string }[] = await suite.db('ticket_events').where({ ticket_id: ticketId }).orderBy('number');
  const notices: unknown[] = await suite.db('notices').where({ ticket_id: ticketId }).orderBy('id');
  const notes: unknown[] = await suite.db('notes').where({ ticket_id: ticketId }).orderBy('id');
  const { rows: jobs } = await suite.db.raw<{ rows: unknown[] }>(
    'select id from graphile_worker._private_jobs order by id',
  );
  return { ticket, events, notices, notes, jobs };
}

const completing =
  (subjectId?: string): StepBody =>
  async (_trx, ticket) => ({
    move: 'materialsCompleted',
    events: [{ kind: 'materialsCompleted', data: {} }],
    notices: [
      {
        template: 'ticket-received',
        parameters: { complete: true, missing: [] },
        to: { subjectId: (subjectId ?? ticket.subject_id) as typeof ticket.subject_id },
      },
    ],
  });

describe('takeStep', () => {
  test('T3: taken twice with the same input, the second changes nothing and answers as the first', async () => {
    const given = await aStep();
    const first = await takeStep(suite.db, given, completing());
    const traces = await tracesOf(given.ticketId);
    let asked = 0;
    const second = await takeStep(suite.db, { ...given, at: later }, async (...parameters) => {
      asked += 1;
      return completing()(...parameters);
    });
    expect(second).toEqual(first);
    expect(asked).toBe(0);
    expect(await tracesOf(given.ticketId)).toEqual(traces);
  });

  test('T3: taken ten times at once with the same input, it is recorded once', async () => {
    const given = await aStep();
    const answers = await Promise.all(Array.from({ length: 10 }, () => takeStep(suite.db, given, completing())));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const traces = await tracesOf(given.ticketId);
    expect(traces.events.map((event) => event.kind)).toEqual(['ticketCreated', 'materialsCompleted']);
    expect(traces.notices).toHaveLength(2);
  });

  test('two steps of one ticket at once come one after the other, each seeing what the former made', async () => {
    const given = await aStep();
    const seen: number[] = [];
    let inside = 0;
    const body: StepBody = async (trx, ticket) => {
      inside += 1;
      expect(inside).toBe(1);
      seen.push(ticket.last_event_number);
      await trx.raw('select 1');
      inside -= 1;
      return { events: [{ kind: 'noted', data: {} }] };
    };
    await Promise.all(Array.from({ length: 12 }, () => takeStep(suite.db, { ...given, inputId: null }, body)));
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  test('steps of two tickets do not wait for each other', async () => {
    const [one, two] = [await aStep(), await aStep()];
    await takeStep(suite.db, one, async () => {
      await takeStep(suite.db, two, completing());
      return { events: [] };
    });
    expect((await tracesOf(two.ticketId)).events).toHaveLength(2);
  });

  test('a body that refuses leaves nothing but the refusal, whatever it had written before', async () => {
    const given = await aStep();
    const before = await tracesOf(given.ticketId);
    const refusal = refuse('ticket-decided', { decidedBy: 'somebody' });
    const refusing: StepBody = async (trx, ticket) => {
      await trx('notes').insert({
        ticket_id: ticket.id,
        subject_id: ticket.subject_id,
        body: 'half a thought',
        at: noon,
        input_id: given.inputId,
      });
      await trx('tickets').where({ id: ticket.id }).update({ description: 'overwritten' });
      return refusal;
    };
    expect(await takeStep(suite.db, given, refusing)).toEqual(refusal);
    expect(await tracesOf(given.ticketId)).toEqual(before);
    expect(await readInput(suite.db, given.inputId)).toMatchObject({ delivery: 'refused', refusal, recorded_at: null });
  });

  test('what was refused once stays refused, though the ticket would now allow it', async () => {
    const given = await aStep();
    const refusal = refuse('ticket-phase', { phase: 'gathering' });
    await takeStep(suite.db, given, async () => refusal);
    expect(await takeStep(suite.db, given, completing())).toEqual(refusal);
    expect((await tracesOf(given.ticketId)).events).toHaveLength(1);
  });

  test('a move that the state table does not have is refused by phase, and what its body wrote is undone', async () => {
    const given = await aStep();
    const before = await tracesOf(given.ticketId);
    const answer = await takeStep(suite.db, given, async (trx, ticket) => {
      await trx('tickets').where({ id: ticket.id }).update({ description: 'overwritten' });
      return { move: 'refundDecided', events: [{ kind: 'refundDecided', data: {} }] };
    });
    expect(answer).toEqual({ refused: 'ticket-phase', facts: { phase: 'gathering' } });
    expect(await tracesOf(given.ticketId)).toEqual(before);
  });

  test('a move on a closed ticket is refused as closed', async () => {
    const given = await aStep();
    await takeStep(suite.db, { ...given, inputId: null }, async () => ({ move: 'withdrawn', events: [] }));
    expect(await takeStep(suite.db, given, completing())).toEqual({
      refused: 'ticket-closed',
      facts: { phase: 'closed' },
    });
  });

  test('a body that throws leaves nothing at all, and may be taken again', async () => {
    const given = await aStep();
    const before = await tracesOf(given.ticketId);
    const throwing: StepBody = async (trx, ticket) => {
      await trx('tickets').where({ id: ticket.id }).update({ description: 'overwritten' });
      throw new Error('the worker stumbled');
    };
    await expect(takeStep(suite.db, given, throwing)).rejects.toThrow('the worker stumbled');
    expect(await tracesOf(given.ticketId)).toEqual(before);
    expect(await readInput(suite.db, given.inputId)).toMatchObject({
      delivery: 'due',
      refusal: null,
      recorded_at: null,
    });
    expect(await takeStep(suite.db, given, completing())).toMatchObject({ phase: 'reviewing' });
  });

  test('a notice that cannot be queued takes the whole step back', async () => {
    const given = await aStep();
    const before = await tracesOf(given.ticketId);
    await expect(takeStep(suite.db, given, completing('not a person'))).rejects.toThrow(/uuid/);
    expect(await tracesOf(given.ticketId)).toEqual(before);
  });

  test('a body with nothing new to record still marks its input, and writes no event', async () => {
    const given = await aStep();
    await takeStep(suite.db, { ...given, at: later }, async () => null);
    expect((await readInput(suite.db, given.inputId))?.recorded_at).toEqual(later);
    expect((await tracesOf(given.ticketId)).events).toHaveLength(1);
  });

  test('a ticket that there is not is a fault', async () => {
    const given = await aStep();
    const nowhere = { ...given, ticketId: '00000000-0000-7000-8000-000000000000' as TicketId };
    await expect(takeStep(suite.db, nowhere, completing())).rejects.toThrow('a ticket row is not as expected');
  });
});
