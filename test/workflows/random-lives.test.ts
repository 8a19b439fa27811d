/**
 * Random lives: the same events told to the real workflow, on the server that skips time, and to the pure tables beside
 * it. Both must end in the same state after each event, and what the tables do not permit is refused by the same id.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../../dev/until.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { isFinal } from '../../domain/payout.ts';
import { isFinalRemedy } from '../../domain/remedy.ts';
import { permits } from '../../domain/ticket.ts';
import { type AskedStep, type NotedStep, ticketPhaseKey } from '../../workflows/messages.ts';
import { type Asks, asksOf, dayMs, refusalOf, someone, untilCalled } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import { changed, type Life, newLife } from './scripted-life.ts';
import { applying, type Bodies, dueCame, reported, sending, shopReported, taken } from './scripted-steps.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

/** An event, as each side takes it. */
interface Told {
  readonly step: AskedStep | NotedStep;
  readonly isAsked: boolean;
  readonly beside: (life: Life, by: SubjectId, at: Date) => Life | Refusal;
  readonly ask: (asks: Asks, by: SubjectId) => Promise<void>;
}

type Event = Told | { readonly days: number };

const asked = <Step extends AskedStep>(step: Step, ...bodies: Bodies[Step][]): Told[] =>
  bodies.map((body) => ({
    step,
    isAsked: true,
    beside: (life, by, at) => refusedByTable(life, step) ?? taken(life, step, body, by, at),
    ask: ({ ask }, by) => ask(step, body, by),
  }));

const noted = <Step extends NotedStep>(step: Step, ...bodies: Bodies[Step][]): Told[] =>
  bodies.map((body) => ({
    step,
    isAsked: false,
    beside: (life, by, at) => taken(life, step, body, by, at),
    ask: ({ note }) => note(step, body),
  }));

/** No sum of these days falls on the hour at which something is due, so that both sides always agree what has come. */
const passing: Event[] = [0.9, 2.7, 6.3, 16.1].map((days) => ({ days }));

const events: readonly Event[] = [
  ...passing,
  ...asked('addEvidence', { complete: true }, { complete: false }),
  ...asked('withdrawTicket', null),
  ...asked('recordReview', { finding: 'ours' }, { finding: 'other' }, { finding: 'mended' }),
  ...asked('requestInformation', null),
  ...asked('answerInformationRequest', null),
  ...asked('reportRemediation', { mended: true }, { mended: false }),
  ...asked('answerRemediation', { mended: true }, { mended: false }),
  ...asked('placeHold', { kind: 'kyc', stops: ['lapse'] }, { kind: 'provider', stops: ['offer', 'lapse'] }),
  ...asked('releaseHold', { kind: 'provider' }),
  ...asked('recordKyc', null),
  ...asked('recordFact', null),
  ...asked('decideTicket', { decision: 'refund', full: true }, { decision: 'offer' }, { decision: 'replace' }),
  ...asked('decideTicket', { decision: 'refuse' }, { decision: 'refuse', exception: true }),
  ...asked('confirmDecision', null),
  ...asked('answerOffer', { choice: 'refund' }, { choice: 'extension' }),
  ...asked('approvePayout', null),
  ...asked('declinePayout', null),
  ...asked('appealTicket', null),
  ...asked('reopenTicket', { by: 'customer' }),
  ...noted('reportPayout', { status: 'settled', providerRef: 're_1' }),
  ...noted('reportPayout', { status: 'failed', providerRef: 're_1', reason: 'account_closed' }),
  ...noted('noteIncident', { confirmed: true }, { confirmed: false }),
  ...noted('noteOrder', null),
  ...noted('noteEvidence', { complete: true }, { complete: false }),
  ...noted('noteDispute', { state: 'open' }, { state: 'won' }, { state: 'lost' }),
];

/** What the table alone says of a request, before any step looks at the case. */
function refusedByTable(life: Life, step: AskedStep): Refusal | null {
  if (permits(life.phase, step)) return null;
  const decided = step === 'decideTicket' && (life.phase === 'settling' || life.phase === 'offering');
  if (decided && life.decidedBy !== null) return refuse('ticket-decided', { decidedBy: life.decidedBy });
  return refuse('ticket-phase', { phase: life.phase });
}

/** What happens by itself until nothing more does: captures read, dues taken, remedies applied, released money sent. */
function settledDown(life: Life, at: Date): Life {
  const next = followed(life, at);
  return next === null || isRefusal(next) ? life : settledDown(next, at);
}

function followed(life: Life, at: Date): Life | Refusal | null {
  const { phase, due, remedies, payouts, holds } = life;
  if ((phase === 'deciding' || phase === 'offering') && !life.capturesKnown)
    return changed(life, { capturesKnown: true }, at);
  if (due !== null && Date.parse(due.at) <= at.getTime())
    return dueCame(life, due, due.kind === 'system_decision' ? at : new Date(due.at));
  if (phase !== 'settling' || holds.length > 0) return null;
  const isReleased = payouts.some(({ state }) => state !== 'granted' && !isFinal(state));
  const remedy = remedies.find(({ kind, state }) => !isFinalRemedy(state) && (kind !== 'plan_end' || isReleased));
  if (remedy) {
    const asked = { ...life, ...applying(life, remedy.id) };
    const change = shopReported(asked, remedy.id, { status: 'applied', shopRef: 'sh_1' });
    return changed(life, change ?? {}, at);
  }
  const payout = payouts.find(({ state }) => state === 'approved');
  if (!payout) return null;
  const sent = reported({ ...life, ...sending(life, payout.id) }, payout.id, { status: 'sent', providerRef: 're_1' });
  return changed(life, sent ?? {}, at);
}

/** All that both sides must agree on; instants differ by the moments between two steps. */
const stateOf = (life: Life) => ({
  phase: life.phase,
  outcome: life.outcome,
  capturesKnown: life.capturesKnown,
  decidedBy: life.decidedBy,
  payouts: life.payouts,
  remedies: life.remedies,
  holds: life.holds,
  due: life.due?.kind ?? null,
  awaiting: life.awaiting,
});

const isSame = (left: Life, right: Life): boolean => JSON.stringify(stateOf(left)) === JSON.stringify(stateOf(right));

/**
 * What may come next: by what the tables permit, with time passing between, or whatever it is, at once. Not both in one
 * life: a request that was turned away at the door now and then leaves the test server's time standing still for good.
 */
type Choice = 'permitted' | 'anything';

const choices = (life: Life, choice: Choice): readonly Event[] =>
  events.filter((event) => {
    if ('days' in event) return choice === 'permitted';
    return choice === 'anything' || !event.isAsked || permits(life.phase, event.step as AskedStep);
  });

/** Brings an open ticket to its end, since a run that is broken off may leave the test server's time standing still. */
async function end({ ask, note, run, desk }: Asks): Promise<void> {
  if (desk.life().payouts.some(({ state }) => state === 'sent')) {
    await note('reportPayout', { status: 'settled', providerRef: 're_1' });
  } else await ask('withdrawTicket', null).catch(() => undefined);
  if (desk.life().phase !== 'closed') await run.terminate();
}

async function live(given: Partial<Life>, choice: Choice, picks: readonly number[]): Promise<Set<string>> {
  const desk = scriptDesk(given);
  const asks = asksOf(await bench.start(desk), desk);
  const { run } = asks;
  await untilCalled(desk, 'openRun');
  const now = async () => new Date(await bench.nowMs());
  let beside = settledDown(newLife(new Date(desk.life().reportedAt), given), await now());
  const seen = new Set<string>([beside.phase]);
  const agree = async (): Promise<void> => {
    await until(() => isSame(desk.life(), beside), { withinMs: 5_000, everyMs: 10 });
    expect(stateOf(desk.life())).toEqual(stateOf(beside));
    seen.add(beside.phase);
  };
  const told = async ({ beside: take, ask }: Told): Promise<void> => {
    const by = someone();
    const expected = take(beside, by, await now());
    const answer = ask(asks, by);
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
    if (beside.phase === 'closed') break;
    const open = choices(beside, choice);
    const event = open[pick % open.length] ?? { days: 0.9 };
    if ('days' in event) {
      await bench.pass(event.days * dayMs);
      beside = settledDown(beside, await now());
    } else await told(event);
    await agree();
  }
  const isOpen = beside.phase === 'closed' ? null : beside.phase;
  const shown = async () => (await run.describe()).typedSearchAttributes.get(ticketPhaseKey);
  // What a step recorded stands in Postgres a moment before the workflow's own task is over.
  const isShown = isOpen === null || (await until(async () => (await shown()) === isOpen, { withinMs: 5_000 }));
  expect(isShown).toBe(true);
  if (isOpen) await end(asks);
  const result = desk.life().phase === 'closed' ? await run.result() : { outcome: null };
  expect(result).toEqual({ outcome: desk.life().outcome });
  expect(isOpen ?? desk.life().outcome).toBe(isOpen ?? beside.outcome);
  return seen.add(`${beside.outcome}`);
}

const begins = fc.record({
  phase: fc.constantFrom('gathering', 'reviewing', 'deciding'),
  systemDecides: fc.nat({ max: 5 }).map((chance) => chance === 0),
});
const picks = fc.array(fc.nat({ max: 9_999 }), { minLength: 4, maxLength: 14 });

/** All that was seen in so many lives: phases, outcomes, and refusals by their ids. */
async function livesOf(choice: Choice): Promise<Set<string>> {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(begins, picks, async (given, chosen) => {
      for (const what of await live(given as Partial<Life>, choice, chosen)) seen.add(what);
    }),
    { numRuns: 20, endOnFailure: true },
  );
  return seen;
}

test('T1, T3: whatever is permitted comes in whatever order, with days between: workflow and tables agree after each event', async () => {
  // Chance reached enough of the table for the equality to say something.
  expect((await livesOf('permitted')).size).toBeGreaterThanOrEqual(6);
});

test('T3: whatever is asked at whatever moment, what the tables do not permit is refused by the same id and changes nothing', async () => {
  const seen = await livesOf('anything');
  expect([...seen].filter((what) => what === 'ticket-phase')).toEqual(['ticket-phase']);
  expect(seen.size).toBeGreaterThanOrEqual(6);
});
