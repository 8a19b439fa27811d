/** Errors in Temporal's histories: their texts and stacks are unreadable there, and a refusal still comes through. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cast, castOf, closedAs, decideClaim, openClaim, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});
afterAll(() => desk.close());

const said = 'ada@people.example stands in this row';

interface Failure {
  readonly message?: string | null;
  readonly stackTrace?: string | null;
  readonly encodedAttributes?: { readonly metadata?: Readonly<Record<string, Uint8Array>> | null } | null;
  readonly cause?: Failure | null;
}

const withCauses = (failure: Failure): Failure[] => [failure, ...(failure.cause ? withCauses(failure.cause) : [])];

/** The first attempt to begin a payment fails in PostgreSQL, with an error that tells of a person. */
const failOnce = () =>
  desk.core.db.raw(`
    create sequence attempts;
    create function fail_once() returns trigger language plpgsql as $$
      begin
        if nextval('attempts') = 1 then raise exception '${said}'; end if;
        return new;
      end $$;
    create trigger fails_once before update on payouts for each row
      when (new.state = 'sending') execute function fail_once()`);

test('of an activity that failed the history tells neither message nor stack, and how it went on', async () => {
  const claim = await decideClaim(desk, cast);
  await failOnce();
  const approved = await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  expect(approved.status).toBe(200);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));

  const { events } = await desk.temporal.client.workflow.getHandle(`ticket/${claim.ticketId}`).fetchHistory();
  const failed = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started?.lastFailure ? [started.lastFailure as Failure] : [],
  );
  expect(failed).toHaveLength(1);
  const failures = failed.flatMap(withCauses);
  expect(failures.map(({ message, stackTrace }) => [message, stackTrace || ''])).toEqual(
    failures.map(() => ['Encoded failure', '']),
  );
  const encodings = failures.map(({ encodedAttributes }) => encodedAttributes?.metadata?.['encoding']);
  expect(encodings.map((encoding) => Buffer.from(encoding ?? []).toString())).toEqual(
    failures.map(() => 'binary/encrypted'),
  );
  const whole = Buffer.concat([...bytesIn(events)]).toString('latin1');
  expect(whole).toContain('Encoded failure');
  expect(whole).not.toContain(said);
  expect(whole).not.toMatch(/\n\s+at /);
});

/** Every text and every run of bytes, however deep. */
function* bytesIn(value: unknown): Iterable<Uint8Array> {
  if (typeof value === 'string') yield Buffer.from(value);
  else if (value instanceof Uint8Array) yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* bytesIn(member);
}

test('what a step refuses is told with its reason all the same, and kept with its input', async () => {
  const claim = await openClaim(desk, cast);
  const finding = { cause: 'seller', finding: 'Exit pool was down.' };
  expect((await cast.agent.post(`/v1/tickets/${claim.ticketId}/review`, finding)).status).toBeLessThan(300);
  const answer = await cast.agent.post(`/v1/tickets/${claim.ticketId}/decision`, {
    decision: 'refund',
    amount: { minor: '2000', currency: 'USD' },
    ground: 'The service could not be used.',
  });
  const input: { delivery: string; refusal: { refused: string; facts: unknown } } = await desk.core
    .db('inputs')
    .where({ ticket_id: claim.ticketId, operation: 'decideTicket' })
    .first('delivery', 'refusal');
  expect(input.delivery).toBe('refused');
  expect([answer.json['id'], answer.json['facts']]).toEqual([input.refusal.refused, input.refusal.facts]);
});
