/**
 * Random lives: the same events told to the real workflow, on the server that skips time, and to the pure tables beside
 * it. Both must end in the same state after each event, through as many runs as it takes, and what the tables do not
 * permit is refused by the same id.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../../dev/until.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { PayoutId, RemedyId } from '../../domain/ids.ts';
import { type TicketMove, ticketMoves } from '../../domain/ticket.ts';
import { ticketPhaseKey } from '../../workflows/messages.ts';
import { patienceMs } from '../environment/patience.ts';
import { type Asks, asksOf, dayMs, isOver, newestOn, nextRunOf, refusalOf, someone, untilCalled } from './asks.ts';
import { type Choice, choices, type Event, settledDown, stateOf, type Told } from './random-events.ts';
import { scriptDesk } from './scripted-desk.ts';
import { type Life, newLife } from './scripted-life.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

const isSame = (left: Life, right: Life): boolean => JSON.stringify(stateOf(left)) === JSON.stringify(stateOf(right));

const picked = (life: Life, choice: Choice, pick: number, at: Date): Event => {
  const open = choices(life, choice, at);
  return open[pick % open.length] ?? { days: 0.9 };
};

/** Brings an open ticket to its end, since a run that is broken off may leave the test server's time standing still. */
async function end({ note, desk }: Asks): Promise<void> {
  const isSent = desk.life().payouts.some(({ state }) => state === 'sent');
  await (isSent
    ? note('reportPayout', { status: 'settled', providerRef: 're_1' })
    : note('noteDispute', { state: 'lost' }));
}

async function live(given: Partial<Life>, choice: Choice, picks: readonly number[]): Promise<Set<string>> {
  const desk = scriptDesk(given);
  await bench.start(desk);
  const asks = asksOf(newestOn(bench, desk), desk);
  const { run } = asks;
  await untilCalled(desk, 'openRun');
  const now = async () => new Date(await bench.nowMs());
  let beside = settledDown(newLife(new Date(desk.life().reportedAt), given), await now());
  const seen = new Set<string>();
  const agree = async (): Promise<void> => {
    await until(() => isSame(desk.life(), beside), { withinMs: patienceMs, everyMs: 10 });
    expect(stateOf(desk.life())).toEqual(stateOf(beside));
    for (const what of [beside.phase, beside.outcome ?? 'open', ...beside.moves]) seen.add(what);
  };
  const told = async ({ beside: take, ask }: Told): Promise<void> => {
    const by = someone();
    if (beside.phase === 'closed') expect(await isOver(asks)).toBe(true);
    const expected = take(beside, by, await now());
    const answer = ask(beside.phase === 'closed' ? nextRunOf(bench, asks) : asks, by);
    if (!isRefusal(expected)) {
      await answer;
      beside = settledDown(expected, await now());
      return;
    }
    expect(await refusalOf(answer)).toEqual(expected);
    seen.add(expected.refused);
  };
  await agree();
  for (const pick of picks) {
    const event = picked(beside, choice, pick, await now());
    if ('days' in event) {
      await bench.pass(event.days * dayMs);
      beside = settledDown(beside, await now());
    } else await told(event);
    await agree();
  }
  const shown = async () => (await run.describe()).typedSearchAttributes.get(ticketPhaseKey);
  // What a step recorded stands in Postgres a moment before the workflow's own task is over.
  expect(await until(async () => (await shown()) === beside.phase, { withinMs: patienceMs })).toBe(true);
  if (beside.phase !== 'closed') await end(asks);
  expect(await run.result()).toEqual({ outcome: desk.life().outcome });
  return seen;
}

const id = '00000000-0000-4000-8000-000000000000';
/** Money that arrived, to come back later. */
const paid = [{ id: id as PayoutId, state: 'settled' as const }];
const extended = [{ id: id as RemedyId, kind: 'extension' as const, state: 'applied' as const }];

/** Tickets as they come, and as they were closed before: of these the next message begins another run. */
const begins: readonly Partial<Life>[] = [
  { phase: 'gathering' },
  { phase: 'reviewing' },
  { phase: 'deciding' },
  { phase: 'deciding', systemDecides: true },
  { phase: 'closed', outcome: 'lapsed', complete: false },
  { phase: 'closed', outcome: 'lapsed' },
  { phase: 'closed', outcome: 'lapsed', offerLapsed: true },
  { phase: 'closed', outcome: 'refunded', capturesKnown: true, granted: 1, payouts: paid },
  { phase: 'closed', outcome: 'extended', capturesKnown: true, granted: 1, remedies: extended },
];

const begin = fc.constantFrom(...begins);
const picks = fc.array(fc.nat({ max: 9_999 }), { minLength: 4, maxLength: 16 });

const reopening: readonly TicketMove[] = ['appealed', 'reopened', 'reviewResumed', 'offerReopened', 'factImproved'];

/** All that was seen in so many lives: phases, outcomes, moves, and refusals by their ids. */
async function livesOf(choice: Choice): Promise<Set<string>> {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(begin, picks, async (given, chosen) => {
      for (const what of await live(given, choice, chosen)) seen.add(what);
    }),
    { numRuns: 20, endOnFailure: true },
  );
  return seen;
}

test('T1, T3, T6: whatever is permitted comes in whatever order, with days between and after closing: workflow and tables agree after each event', async () => {
  const seen = await livesOf('permitted');
  // Chance reached enough of the table for the equality to say something.
  expect(seen.size).toBeGreaterThanOrEqual(15);
  expect(reopening.filter((move) => seen.has(move))).not.toEqual([]);
});

test('T3, T6: whatever is asked at whatever moment, what the tables do not permit is refused by the same id and changes nothing', async () => {
  const seen = await livesOf('anything');
  expect(['ticket-phase', 'ticket-closed'].filter((refused) => !seen.has(refused))).toEqual([]);
  expect(seen.size).toBeGreaterThanOrEqual(15);
});

/** Here the shop does what it is asked, and money is never sent for show. */
const unreached: readonly string[] = ['remedyFailed', 'payoutsRehearsed'];

test('T3: chance leads the lives that are told along every move of the table', () => {
  const made = new Set<string>();
  for (const [given, chosen] of fc.sample(fc.tuple(begin, picks), { seed: 4, numRuns: 2_000 })) {
    let at = new Date('2026-11-22T12:00:00.000Z');
    let life = settledDown(newLife(at, given), at);
    for (const pick of chosen) {
      const event = picked(life, 'permitted', pick, at);
      if ('days' in event) at = new Date(at.getTime() + event.days * dayMs);
      const next = 'days' in event ? life : event.beside(life, someone(), at);
      if (!isRefusal(next)) life = settledDown(next, at);
    }
    for (const move of life.moves) made.add(move);
  }
  expect(Object.keys(ticketMoves).filter((move) => !made.has(move))).toEqual(unreached);
});
