/** RP-2.4b: incidents reported of an order: kept and corrected, and told to the ticket that stands on it, once. */

import { describe, expect, test } from '@jest/globals';
import { type NewOrderIncident, noteOrderIncident } from '../../db/order-incidents.ts';
import type { OrderId, TicketId } from '../../domain/ids.ts';
import { anInput, aTicketRow, closed, hoursAfter, noon } from './life-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

async function note(orderId: OrderId, given: Partial<NewOrderIncident> = {}): Promise<TicketId | null> {
  const inputId = given.inputId ?? (await anInput(suite.db, null));
  const incident = { ref: 'INC-7', confirmed: true, widelyImpacting: true, covers: true, from: noon, until: null };
  return suite.db.transaction((trx) => noteOrderIncident(trx, { ...incident, orderId, at: noon, ...given, inputId }));
}

const told = (ticketId: TicketId) =>
  suite.db('inputs').where({ ticket_id: ticketId, source: 'desk' }).select('operation', 'body', 'delivery');

const kept = (orderId: OrderId) => suite.db('order_incidents').where({ order_id: orderId });

describe('RP-2.4b: an incident of an order', () => {
  test('is told to the order’s open ticket, due to be delivered with it', async () => {
    const { ticketId, orderId } = await aTicketRow(suite.db);
    expect(await note(orderId)).toBe(ticketId);
    expect(await told(ticketId)).toEqual([
      { operation: 'noteIncident', body: { ref: 'INC-7', confirmed: true }, delivery: 'due' },
    ]);
    const { rows } = await suite.db.raw<{ rows: { count: string }[] }>(
      `select count(*) from graphile_worker.jobs where task_identifier = 'deliver_input'`,
    );
    expect(Number(rows[0]?.count)).toBeGreaterThan(0);
  });

  test('is told to the newest closed ticket where none is open: a late fact may better its outcome', async () => {
    const first = await aTicketRow(suite.db, closed('refused'));
    const second = await aTicketRow(suite.db, { ...closed('refused'), created_at: hoursAfter(2) }, first);
    expect(await note(first.orderId)).toBe(second.ticketId);
    const open = await aTicketRow(suite.db, { created_at: hoursAfter(1) }, first);
    expect(await note(first.orderId, { ref: 'INC-8' })).toBe(open.ticketId);
  });

  test('T3: reported again without news changes nothing and tells nobody', async () => {
    const { ticketId, orderId } = await aTicketRow(suite.db);
    await note(orderId);
    expect(await note(orderId, { at: hoursAfter(1) })).toBeNull();
    expect(await told(ticketId)).toHaveLength(1);
    expect(await kept(orderId)).toMatchObject([{ reported_at: noon }]);
  });

  test('is corrected by a later report, which the ticket hears of as well', async () => {
    const { ticketId, orderId } = await aTicketRow(suite.db);
    await note(orderId, { confirmed: false });
    await note(orderId, { until: hoursAfter(3), at: hoursAfter(4) });
    expect(await kept(orderId)).toMatchObject([
      { confirmed: true, until_at: hoursAfter(3), reported_at: hoursAfter(4) },
    ]);
    expect((await told(ticketId)).map(({ body }: { body: object }) => body)).toEqual([
      { ref: 'INC-7', confirmed: false },
      { ref: 'INC-7', confirmed: true },
    ]);
  });
});
