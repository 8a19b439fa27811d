/** A kept input that cannot be read: it stays due for somebody to look at, and nothing that came later waits for it. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepInput } from '../../db/inputs.ts';
import type { TicketId } from '../../domain/ids.ts';
import { createDelivery } from '../../runtime/delivery.ts';
import { createLog } from '../../runtime/log.ts';
import { type Cast, castOf, openClaim } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});
afterAll(() => desk.close());

test('later inputs of its ticket are delivered past it, and it is told of as an error', async () => {
  const { core, temporal } = desk;
  const claim = await openClaim(desk, cast);
  const kept = await core.db.transaction((trx) =>
    keepInput(trx, {
      source: 'api',
      scope: 'a-former-version',
      key: claim.ticketId,
      operation: 'recordReview',
      requestHash: Buffer.alloc(32),
      subjectId: null,
      ticketId: claim.ticketId as TicketId,
      payoutId: null,
      body: { cause: 'no such cause' },
      // Nobody who kept it can still be trying it.
      at: new Date(core.clock.now().getTime() - 60_000),
      delivery: 'due',
    }),
  );
  const finding = { cause: 'seller', finding: 'Exit pool was down.' };
  const answer = await cast.agent.post(`/v1/tickets/${claim.ticketId}/review`, finding);
  expect([answer.status, answer.json['phase']]).toEqual([200, 'deciding']);

  const lines: string[] = [];
  const log = createLog({ LOG_LEVEL: 'warn' }, 'test', { write: (line) => void lines.push(line) });
  const delivery = createDelivery({ db: core.db, client: temporal.client, clock: core.clock, log });
  expect(await delivery.deliver(kept.input.id, 1_000)).toEqual({ state: 'kept' });
  expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toMatchObject([
    { level: 50, inputId: kept.input.id, operation: 'recordReview' },
  ]);
  const row: unknown = await core.db('inputs').where({ id: kept.input.id }).first('delivery');
  expect(row).toEqual({ delivery: 'due' });
});
