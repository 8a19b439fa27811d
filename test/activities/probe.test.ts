/** Rounds of the desk's own tests, in Postgres and through real gateways: what they record, and where they stop. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recordDue } from '../../db/dues.ts';
import { recordFixReport } from '../../db/fixes.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { readProbes } from '../../db/probe-views.ts';
import { tellProbeGateways } from '../../db/probes.ts';
import { recordReview } from '../../db/reviews.ts';
import { readTicket } from '../../db/tickets.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import { probeAttemptsMax } from '../../domain/probe.ts';
import { aMessage, aPerson, everyRail, granted, noon, step } from '../db/builders.ts';
import { openSuite } from '../db/suite.ts';
import { type ProbeBench, startProbeBench, testAccount } from '../providers/probe-bench.ts';
import { aProbedTicket, type RoundsGiven, roundsOf } from './probe-rounds.ts';

const suite = openSuite();
const sites = {
  'works.example': {},
  'dead.example': { fault: { kind: 'tunnel-reset' }, socks: { kind: 'tunnel-reset' } },
  'busy.example': {},
} as const;
const names = Object.keys(sites);

let bench: ProbeBench;

beforeAll(async () => {
  bench = await startProbeBench(sites);
});

afterAll(() => bench.close());

const minutesAfter = (count: number): Date => new Date(noon.getTime() + count * 60_000);

beforeEach(async () => {
  await tellProbeGateways(suite.db, [{ kind: 'metered', place: null, protocols: ['connect', 'socks5'] }], noon);
  // The rate of a host is over all tickets.
  await suite.db('probe_attempts').delete();
});

const rounds = (given: Partial<RoundsGiven> = {}) => roundsOf({ db: suite.db, bench, names, ...given });

const attemptsOf = (ticketId: TicketId): Promise<Record<string, unknown>[]> =>
  suite.db('probe_attempts').where({ ticket_id: ticketId }).orderBy(['round', 'host', 'protocol']);

const eventsOf = (ticketId: TicketId): Promise<string[]> =>
  suite.db('ticket_events').where({ ticket_id: ticketId }).orderBy('number').pluck('kind');

test('RP-2.4: a round tries each target by each protocol, and is recorded once however often it is asked for', async () => {
  const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'dead.example']);
  const worker = rounds();
  expect(await worker.probeRound({ ticketId, key: 'one' })).toEqual({ round: 1 });
  const recorded = await attemptsOf(ticketId);
  expect(recorded.map(({ host, protocol, class: name }) => [host, protocol, name])).toEqual([
    ['dead.example', 'connect', 'egress_dead'],
    ['dead.example', 'socks5', 'egress_dead'],
    ['works.example', 'connect', 'works'],
    ['works.example', 'socks5', 'works'],
  ]);
  expect(recorded[0]).toMatchObject({ step: 'target-tls', failure: 'reset', status: null, port: 443 });
  expect(recorded[3]).toMatchObject({ step: null, status: 200, answered_by: 'target', egress: '8.8.4.4' });
  expect(await worker.probeRound({ ticketId, key: 'one' })).toEqual({ round: 1 });
  expect(await attemptsOf(ticketId)).toEqual(recorded);
  worker.setNow(minutesAfter(15));
  expect(await worker.probeRound({ ticketId, key: 'two' })).toEqual({ round: 2 });
  expect(await attemptsOf(ticketId)).toHaveLength(8);
  expect((await eventsOf(ticketId)).filter((kind) => kind.startsWith('probe'))).toEqual(['probesBegun']);
});

test('RP-2.4: what the attempts say together has the shape of a log’s diagnosis, with numbers of attempts as its proofs', async () => {
  const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'dead.example']);
  await rounds().probeRound({ ticketId, key: 'one' });
  const view = await readProbes(suite.db, ticketId);
  expect(view.diagnosis).toMatchObject({
    attempts: 4,
    failed: 2,
    causes: { seller: 2 },
    hours: { '2026-11-22T12:00:00.000Z': { attempts: 4, failed: 2 } },
    targets: { 'dead.example:443': { attempts: 2, failed: 2 }, 'works.example:443': { attempts: 2, failed: 0 } },
    egress: { '8.8.4.4': { attempts: 2, failed: 1 } },
  });
  const dead = view.diagnosis.classes.find((entry) => entry.class === 'egress_dead');
  const numbers = view.attempts.filter((one) => one.class === 'egress_dead').map(({ number }) => number);
  // Attempts are shown newest first.
  expect(dead?.proofs.map(({ from }) => from)).toEqual(numbers.toReversed());
  expect(view).toMatchObject({ stop: null, rounds: 1, ownSetup: 0, fix: null, budget: { used: 4 } });
});

test('PV-2.1: inner targets, other ports and what is too much are shown with why, and nobody connects to them', async () => {
  const targets = ['10.0.0.1', 'works.example:22', '2130706433', 'works.example', 'works.example.', 'busy.example'];
  const { ticketId } = await aProbedTicket(suite.db, targets);
  await rounds().probeRound({ ticketId, key: 'one' });
  const { refusedTargets } = await readProbes(suite.db, ticketId);
  expect(refusedTargets.map(({ target, refused }) => [target, refused])).toEqual([
    ['10.0.0.1', 'private'],
    ['2130706433', 'unreadable'],
    ['busy.example', 'too_many'],
    ['works.example:22', 'port'],
  ]);
  // The same host written twice is one.
  expect((await attemptsOf(ticketId)).map(({ host }) => host)).toEqual(['works.example', 'works.example']);
});

describe('where rounds stop', () => {
  test('the budget of a ticket holds in the middle of a round, and no further one is begun', async () => {
    const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'busy.example']);
    await suite.db.raw(
      `with made as (insert into probe_rounds (ticket_id, number, key, begun_at) select ?, 1, 'before', ? returning ticket_id)
       insert into probe_attempts (ticket_id, round, host, port, protocol, begun_at)
       select ticket_id, 1, 'former.example', number, 'connect', ? from made, generate_series(1, ?) as number`,
      [ticketId, noon, noon, probeAttemptsMax - 1],
    );
    const worker = rounds();
    expect(await worker.probeRound({ ticketId, key: 'last' })).toEqual({ round: 2 });
    expect(await suite.db('probe_attempts').where({ ticket_id: ticketId, round: 2 })).toHaveLength(1);
    expect(await worker.probeRound({ ticketId, key: 'more' })).toEqual({ over: 'budget_used' });
    expect(await readProbes(suite.db, ticketId)).toMatchObject({ stop: 'budget_used' });
  });

  test('the rate of a host holds over all tickets and workers at once', async () => {
    const tickets = await Promise.all([1, 2, 3, 4].map(() => aProbedTicket(suite.db, ['busy.example'])));
    const workers = [rounds({ perTargetPerHour: 5 }), rounds({ perTargetPerHour: 5 })];
    const asked = tickets.map(async ({ ticketId }, index) => workers[index % 2]?.probeRound({ ticketId, key: 'one' }));
    expect(await Promise.all(asked)).toEqual([{ round: 1 }, { round: 1 }, { round: 1 }, { round: 1 }]);
    expect(await suite.db('probe_attempts').where({ host: 'busy.example' })).toHaveLength(5);
    const [first] = tickets;
    workers[0]?.setNow(minutesAfter(61));
    await workers[0]?.probeRound({ ticketId: first?.ticketId ?? ('' as TicketId), key: 'later' });
    expect(await suite.db('probe_attempts').where({ host: 'busy.example' })).toHaveLength(7);
  });

  test('a worker killed in the middle leaves the rest of the round to the next, which makes nothing twice', async () => {
    const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'dead.example']);
    const killed = new AbortController();
    const made: string[] = [];
    const onProbe = async (host: string): Promise<void> => {
      made.push(host);
      if (made.length === 2) killed.abort(new Error('killed'));
    };
    await expect(rounds({ onProbe, signal: killed.signal }).probeRound({ ticketId, key: 'one' })).rejects.toThrow(
      'killed',
    );
    // The second was begun and says nothing.
    expect((await attemptsOf(ticketId)).map(({ class: name }) => name)).toEqual(['works', null]);
    const again: string[] = [];
    const next = rounds({
      onProbe: async (host) => {
        again.push(host);
      },
    });
    expect(await next.probeRound({ ticketId, key: 'one' })).toEqual({ round: 1 });
    expect(again).toEqual(['works.example', 'dead.example', 'dead.example']);
    expect((await attemptsOf(ticketId)).map(({ class: name }) => name)).toEqual([
      'egress_dead',
      'egress_dead',
      'works',
      'works',
    ]);
  });

  test('two workers that begin one round at once make each attempt for one of them, and the first is told once', async () => {
    const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'busy.example']);
    const asked = [rounds(), rounds()].map(async (worker) => worker.probeRound({ ticketId, key: 'one' }));
    expect(await Promise.all(asked)).toEqual([{ round: 1 }, { round: 1 }]);
    expect(await attemptsOf(ticketId)).toHaveLength(4);
    expect((await eventsOf(ticketId)).filter((kind) => kind === 'probesBegun')).toHaveLength(1);
  });

  test('a ticket that is closed in the middle is tried no more', async () => {
    const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'dead.example']);
    const onProbe = async (): Promise<void> => {
      await step(suite.db, ticketId, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] });
    };
    const worker = rounds({ onProbe });
    expect(await worker.probeRound({ ticketId, key: 'one' })).toEqual({ round: 1 });
    expect(await attemptsOf(ticketId)).toHaveLength(1);
    expect(await worker.probeRound({ ticketId, key: 'two' })).toEqual({ over: 'phase' });
    expect(await worker.readProbeStop({ ticketId })).toBe('phase');
  });

  test('without a network context, or a gateway for the plan, nothing is begun and it is said why', async () => {
    const { ticketId } = await aProbedTicket(suite.db, ['works.example']);
    await tellProbeGateways(suite.db, [], noon);
    expect(await rounds().probeRound({ ticketId, key: 'one' })).toEqual({ over: 'no_gateway' });
    await suite.db('ticket_egress').where({ ticket_id: ticketId }).delete();
    await suite.db('ticket_network_contexts').where({ ticket_id: ticketId }).delete();
    expect(await rounds().probeRound({ ticketId, key: 'one' })).toEqual({ over: 'no_network_context' });
    expect(await suite.db('probe_rounds').where({ ticket_id: ticketId })).toEqual([]);
  });
});

describe('RP-2.4a: a reported fix', () => {
  let agent: { id: SubjectId; role: 'agent' };

  beforeEach(async () => {
    agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' };
  });

  async function underMending(host: string): Promise<TicketId> {
    const { ticketId } = await aProbedTicket(suite.db, [host]);
    await suite.db('tickets').where({ id: ticketId }).update({ assignee_id: agent.id });
    const finding = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };
    granted(await recordReview(suite.db, await aMessage(suite.db, ticketId, agent, 'recordReview', finding), noon));
    return ticketId;
  }

  async function reportFix(ticketId: TicketId, at = noon): Promise<void> {
    const fix = { mended: true, finding: 'Routed around it.' };
    const message = await aMessage(suite.db, ticketId, agent, 'reportRemediation', fix, at);
    granted(await recordFixReport(suite.db, message, at));
  }

  /** The timer that is armed fires. */
  async function comeDue(ticketId: TicketId) {
    const ticket = await readTicket(suite.db, ticketId);
    if (!ticket?.due_kind || !ticket.due_at) throw new Error('it waits for something');
    const due = { kind: ticket.due_kind, at: ticket.due_at.toISOString() };
    return granted(await recordDue(suite.db, { ticketId, due }, everyRail, ticket.due_at));
  }

  const noticesOf = (ticketId: TicketId): Promise<{ subject_id: string; parameters: object }[]> =>
    suite.db('notices').where({ ticket_id: ticketId, template: 'probes-failing' }).select('subject_id', 'parameters');

  test('that the rounds since then show not to hold is told to whoever works on it, once', async () => {
    const ticketId = await underMending('dead.example');
    const worker = rounds();
    await worker.probeRound({ ticketId, key: 'before' });
    await reportFix(ticketId);
    const told: number[] = [];
    for (let round = 1; round <= 5; round += 1) {
      worker.setNow(minutesAfter(15 * round));
      await worker.probeRound({ ticketId, key: String(round) });
      told.push((await noticesOf(ticketId)).length);
    }
    expect(told).toEqual([0, 0, 1, 1, 1]);
    expect(await noticesOf(ticketId)).toEqual([
      { subject_id: agent.id, parameters: { reportedAt: noon.toISOString() } },
    ]);
    expect((await eventsOf(ticketId)).filter((kind) => kind === 'probesFailing')).toHaveLength(1);
    const { fix } = await readProbes(suite.db, ticketId);
    // The round before the report says nothing of it.
    expect(fix).toMatchObject({ verdict: 'fails', attempts: 10, ours: 10, toldAt: minutesAfter(45) });
  });

  test.each([
    ['before the deadline, which stands', 0],
    ['near the deadline, which is over by then', 14],
  ])('whose tests fail is not presumed mended by silence %s', async (_when, days) => {
    const ticketId = await underMending('dead.example');
    await reportFix(ticketId, minutesAfter(days * 1440));
    const worker = rounds();
    for (let round = 1; round <= 3; round += 1) {
      worker.setNow(minutesAfter(days * 1440 + 15 * round));
      await worker.probeRound({ ticketId, key: String(round) });
    }
    const deadline = minutesAfter(15 * 1440).toISOString();
    expect(await comeDue(ticketId)).toMatchObject({ phase: 'remediating', due: { kind: 'remediation', at: deadline } });
    const fix = suite.db('fix_reports').where({ ticket_id: ticketId });
    expect(await fix).toMatchObject([{ answer: 'probe_failed', answered_by: null }]);
    const told = await suite.db('notices').where({ ticket_id: ticketId, template: 'fix-withdrawn' });
    expect(told).toMatchObject([{ audience: 'customer', parameters: { mendBy: days === 0 ? deadline : null } }]);
    expect(await comeDue(ticketId)).toMatchObject({ phase: 'deciding' });
    const judged = await suite.db.transaction((trx) => judgeTicket(trx, ticketId, minutesAfter(20 * 1440)));
    const { kase, assessment } = granted(judged);
    expect(kase.facts.remediation).toMatchObject({ answer: 'not_mended', answeredBy: 'desk' });
    expect(assessment.proposal).toMatchObject({ kind: 'refund' });
  });

  test('one that holds says so, and nobody is troubled', async () => {
    const ticketId = await underMending('works.example');
    await reportFix(ticketId);
    const { fix: before } = await readProbes(suite.db, ticketId);
    expect(before).toMatchObject({ verdict: 'untested' });
    const worker = rounds();
    for (let round = 1; round <= 4; round += 1) {
      worker.setNow(minutesAfter(15 * round));
      await worker.probeRound({ ticketId, key: String(round) });
    }
    expect((await readProbes(suite.db, ticketId)).fix).toMatchObject({ verdict: 'holds', attempts: 8, ours: 0 });
    expect(await noticesOf(ticketId)).toEqual([]);
  });
});

test('PV-2.3: no row of the database has the test account’s password', async () => {
  const { ticketId } = await aProbedTicket(suite.db, ['works.example', 'dead.example']);
  await rounds().probeRound({ ticketId, key: 'one' });
  const { rows } = await suite.db.raw<{ rows: { told: string }[] }>(
    `select query_to_xml('select * from ' || quote_ident(table_name), true, false, '')::text as told
     from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.some(({ told }) => told.includes('works.example'))).toBe(true);
  expect(rows.filter(({ told }) => told.includes(testAccount.password))).toEqual([]);
});
