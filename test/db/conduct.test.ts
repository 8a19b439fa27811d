/** How people decide, as it is read for a time: against what was proposed, for how much more, confirmed by whom. */

import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { readConduct } from '../../db/conduct.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import {
  aDecisionRow,
  anEventRow,
  aPerson,
  aPolicyVersion,
  aTicketRow,
  firstDocument,
  hoursAfter,
  insert,
  noon,
} from './life-rows.ts';
import { planOf, rowsRead, statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const span = { from: hoursAfter(-24), until: hoursAfter(24) };
const long = hoursAfter(-24 * 30);

let ana: SubjectId;
let bob: SubjectId;
let versionId: string;

beforeAll(async () => {
  [ana, bob] = [await aPerson(suite.db, 'lead', 'Ana'), await aPerson(suite.db, 'lead', 'Bob')];
  versionId = (await aPolicyVersion(suite.db, firstDocument)).id;
});

async function anAssessment(ticketId: TicketId, proposal: object): Promise<string> {
  return insert(suite.db, 'assessments', {
    ticket_id: ticketId,
    number: 1,
    at: noon,
    occasion: 'decision',
    engine: 1,
    policy_version_id: versionId,
    facts: '{}',
    result: JSON.stringify({ proposal }),
    result_sha256: createHash('sha256').update(ticketId).digest(),
  });
}

const refundOf = (minor: string) => ({ kind: 'refund', refund: { amount: { minor, currency: 'USD' } } });
const refused = { kind: 'refuse', clauses: ['RP-3.1'] };

async function decided(by: SubjectId, proposal: object, given: object): Promise<TicketId> {
  const { ticketId } = await aTicketRow(suite.db, { phase: 'closed', outcome: 'refused', closed_at: noon });
  await aDecisionRow(suite.db, ticketId, {
    decided_by: by,
    assessment_id: await anAssessment(ticketId, proposal),
    ...given,
  });
  return ticketId;
}

const refund = (minor: string, currency = 'USD') => ({ decision: 'refund', amount_minor: minor, currency });
const confirmedBy = (by: SubjectId, state = 'final') => ({
  state,
  confirmed_by: by,
  confirmed_at: noon,
  confirm_ground: 'Looked at.',
});

test('is counted by what was proposed, valued by currency where it holds, and paired by who said yes or no', async () => {
  await decided(ana, refundOf('500'), refund('500'));
  await decided(ana, refundOf('500'), { ...refund('800'), exception: 'goodwill', ...confirmedBy(bob) });
  await decided(ana, refused, { ...refund('250', 'EUR'), exception: 'goodwill', ...confirmedBy(bob) });
  await decided(ana, refused, { ...refund('900'), exception: 'goodwill', ...confirmedBy(bob, 'rejected') });
  await decided(ana, refundOf('500'), { ...refund('100'), exception: 'refusal', ...confirmedBy(bob) });
  await decided(ana, refundOf('500'), { exception: 'refusal', state: 'awaiting' });
  const statutory = { exception: 'statutory', provision: '§ 327 BGB', ...confirmedBy(ana) };
  await decided(bob, refundOf('500'), { ...refund('700'), ...statutory });
  await decided(bob, refused, { at: long });
  await decided(ana, refused, { at: hoursAfter(-30), exception: 'refusal', ...confirmedBy(bob) });
  await decided(ana, refused, { at: span.until, exception: 'refusal', ...confirmedBy(bob) });
  const ticketId = await decided(bob, refused, { decided_by: null });
  await anEventRow(suite.db, ticketId, 'payoutDeclined');
  await suite.db.raw('alter table ticket_events disable trigger ticket_events_append_only');
  await suite.db('ticket_events').where({ ticket_id: ticketId }).update({ actor_id: bob });
  await suite.db.raw('alter table ticket_events enable trigger ticket_events_append_only');

  const { people, values, pairs } = await readConduct(suite.db, span);
  const none = { reroutedPayouts: 0, paymentsByHand: 0, returnsByHand: 0, declinedPayouts: 0 };
  expect(people).toEqual([
    {
      ...none,
      personId: ana,
      name: 'Ana',
      decisions: 6,
      up: 3,
      down: 2,
      rejected: 1,
      decisionsBefore: 1,
      againstBefore: 1,
    },
    {
      ...none,
      personId: bob,
      name: 'Bob',
      decisions: 1,
      up: 1,
      down: 0,
      rejected: 0,
      decisionsBefore: 0,
      againstBefore: 0,
      declinedPayouts: 1,
    },
  ]);
  const above = values.map((value) => [value.personId, value.above]);
  expect(above).toHaveLength(3);
  expect(above).toEqual(
    expect.arrayContaining([
      [ana, money(250n, 'EUR')],
      [ana, money(300n, 'USD')],
      [bob, money(200n, 'USD')],
    ]),
  );
  expect(pairs).toMatchObject([
    { decidedBy: ana, by: bob, confirmed: 3, rejected: 1 },
    { decidedBy: bob, by: ana, confirmed: 1, rejected: 0 },
  ]);
});

test('four statements read it, and none of them what other years hold', async () => {
  const carl = await aPerson(suite.db, 'agent', 'Carl');
  const { ticketId } = await aTicketRow(suite.db, { phase: 'closed', outcome: 'refused', closed_at: noon });
  await suite.db.raw(
    `insert into inputs (source, scope, key, operation, request_hash, body, kept_at, delivery)
     select 'api', 'old', 'old-' || n, 'decideTicket', sha256(n::text::bytea), '{}', ?, 'none' from generate_series(1, 2000) as n`,
    [long],
  );
  await suite.db.raw(
    `insert into decisions (ticket_id, decision, ground, clauses, state, at, input_id, decided_by)
     select ?, 'refuse', 'Too late.', '{RP-3.1}', 'final', ?, id, ? from inputs where scope = 'old'`,
    [ticketId, long, carl],
  );
  await suite.db.raw('analyze decisions');
  const statements = await statementsOf(suite.db, () => readConduct(suite.db, span));
  expect(statements).toHaveLength(4);
  for (const statement of statements)
    expect(rowsRead(await planOf(suite.url, statement), 'decisions')).toBeLessThan(50);
});
