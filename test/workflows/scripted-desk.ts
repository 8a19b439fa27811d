/**
 * One ticket as its workflow's activities answer for it, in memory: a scripted life behind the ports, that counts what it
 * is asked and can be told to fail, wait or answer late. No stand-in for Postgres's guards.
 */

import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Due } from '../../domain/due-kind.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { InputId, SubjectId, TicketId } from '../../domain/ids.ts';
import { isFinalRemedy } from '../../domain/remedy.ts';
import type { ShopReport } from '../../domain/shop.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import type { AskedStep, NotedStep, NoteMessage, TicketMessage, TicketRun } from '../../workflows/messages.ts';
import type { PayoutReference, RemedyReference } from '../../workflows/ports.ts';
import type { Bodies, StepName } from './scripted-bodies.ts';
import { applying, reported, sending, shopReported } from './scripted-grants.ts';
import { type Change, changed, type Life, newLife, snapshotOf } from './scripted-life.ts';
import { begun, dueCame, taken } from './scripted-steps.ts';

type Answer = TicketSnapshot | Refusal;

/** Each call by its own name, and a step by its operation's. */
export type AskedFor =
  | 'openRun'
  | StepName
  | 'recordDue'
  | 'readCaptures'
  | 'sendPayout'
  | 'checkPayout'
  | 'applyRemedy';

/** Stands round one kind of call: may wait, throw, or answer in its place. */
export type Around = (answer: () => Answer, attempt: number) => Promise<Answer> | Answer;

export interface Call {
  readonly name: AskedFor;
  /** The desk's instant at which it was asked. */
  readonly at: Date;
}

/** The ports, with the instant handed in as the real stores have it. */
export interface ScriptedDesk {
  readonly ticketId: TicketId;
  /** Every call that an activity made, in order, each attempt by itself. */
  readonly calls: readonly Call[];
  readonly snapshot: () => TicketSnapshot;
  readonly life: () => Life;
  around(name: AskedFor, what: Around): void;
  /** What the shop will say from now on; it applies what it is asked, unless told otherwise. */
  answerShopWith(report: ShopReport): void;
  /** An input that was kept; the message that names it has the step read it. */
  keep<Name extends StepName>(name: Name, body: Bodies[Name]): InputId;
  times(name: AskedFor): number;
  /** How often a step took effect: a local activity may be asked again where its workflow task was lost. */
  taken(name: AskedFor): number;
  openRun(run: TicketRun, at: Date): Promise<Answer>;
  takeStep(asked: TicketMessage & { readonly step: AskedStep }, at: Date): Promise<Answer>;
  takeNote(noted: NoteMessage & { readonly step: NotedStep }, at: Date): Promise<Answer>;
  recordDue(given: { readonly due: Due }, at: Date): Promise<Answer>;
  readCaptures(at: Date): Promise<TicketSnapshot>;
  sendPayout(payout: PayoutReference, at: Date): Promise<TicketSnapshot>;
  checkPayout(at: Date): Promise<TicketSnapshot>;
  applyRemedy(remedy: RemedyReference, at: Date): Promise<TicketSnapshot>;
}

const theProvider = 'provider' as SubjectId;

/** The life as it stands, and what was asked of it. */
function createBook(given: Partial<Life>) {
  const start = (at: Date): Life => newLife(at, { phase: 'reviewing', ...given });
  let life = start(new Date(0));
  const calls: Call[] = [];
  const effects: AskedFor[] = [];
  const arounds = new Map<AskedFor, Around>();
  const settle = (next: Life | Refusal): Answer => {
    if (isRefusal(next)) return next;
    life = next;
    return snapshotOf(life);
  };
  return {
    calls,
    effects,
    arounds,
    life: () => life,
    settle,
    change: (what: Change | null, at: Date): Answer => settle(changed(life, what ?? {}, at)),
    /** The desk's time is the server's, so a life begins when its first run does. */
    begin: (at: Date): Answer => settle(begun(life.version === 1 ? start(at) : life, at)),
    async asked(name: AskedFor, at: Date, answer: () => Answer): Promise<Answer> {
      calls.push({ name, at });
      const around = arounds.get(name);
      return around ? around(answer, calls.filter((call) => call.name === name).length) : answer();
    },
  };
}

type Book = ReturnType<typeof createBook>;

/** What people and providers ask, by the inputs that were kept. */
function stepsOf({ life, settle, asked, effects }: Book) {
  const inputs = new Map<InputId, (by: SubjectId, at: Date) => Life | Refusal>();
  const recorded = new Set<InputId>();
  /** As the stores do: what is recorded already is not done again. */
  const once = (name: StepName, inputId: InputId, by: SubjectId, at: Date): Promise<Answer> =>
    asked(name, at, () => {
      if (recorded.has(inputId)) return snapshotOf(life());
      const input = inputs.get(inputId);
      if (!input) throw new Error('no such input was kept');
      const answer = settle(input(by, at));
      if (isRefusal(answer)) return answer;
      recorded.add(inputId);
      effects.push(name);
      return answer;
    });
  return {
    keep<Name extends StepName>(name: Name, body: Bodies[Name]): InputId {
      const inputId = randomUUID() as InputId;
      inputs.set(inputId, (by, at) => taken(life(), name, body, by, at));
      return inputId;
    },
    takeStep: ({ step, inputId, by }: TicketMessage & { readonly step: AskedStep }, at: Date) =>
      once(step, inputId, by.id, at),
    takeNote: ({ step, inputId }: NoteMessage & { readonly step: NotedStep }, at: Date) =>
      once(step, inputId, theProvider, at),
    recordDue: ({ due }: { readonly due: Due }, at: Date) =>
      asked('recordDue', at, () => {
        const before = life();
        const answer = settle(dueCame(before, due, new Date(Math.max(at.getTime(), Date.parse(due.at)))));
        if (life() !== before) effects.push('recordDue');
        return answer;
      }),
  };
}

/** What a payment provider and the shop are asked. */
function callsOf({ life, change, asked }: Book) {
  let shopSays: ShopReport = { status: 'applied', shopRef: 'sh_1' };
  const provided = (answer: Promise<Answer>) => answer as Promise<TicketSnapshot>;
  const applyRemedy = ({ remedyId }: Pick<RemedyReference, 'remedyId'>, at: Date): Promise<TicketSnapshot> =>
    provided(
      asked('applyRemedy', at, () => {
        change(free(applying(life(), remedyId)), at);
        return change(shopReported(life(), remedyId, shopSays), at);
      }),
    );
  return {
    answerShopWith: (report: ShopReport) => {
      shopSays = report;
    },
    readCaptures: (at: Date) => provided(asked('readCaptures', at, () => change({ capturesKnown: true }, at))),
    checkPayout: (at: Date) => provided(asked('checkPayout', at, () => snapshotOf(life()))),
    sendPayout: async ({ payoutId }: PayoutReference, at: Date) => {
      // As the activity does: the plan that a refund in full is for ends first.
      const end = life().remedies.find(({ kind, state }) => kind === 'plan_end' && !isFinalRemedy(state));
      if (end && life().holds.length === 0) await applyRemedy({ remedyId: end.id }, at);
      return provided(
        asked('sendPayout', at, () => {
          change(free(sending(life(), payoutId)), at);
          return change(reported(life(), payoutId, { status: 'sent', providerRef: 're_1' }), at);
        }),
      );
    },
    applyRemedy,
  };
}

/** A ticket in review, unless told how it stands. */
export function scriptDesk(given: Partial<Life> = {}): ScriptedDesk {
  const book = createBook(given);
  const { calls, effects, arounds } = book;
  return {
    ticketId: randomUUID() as TicketId,
    calls,
    life: book.life,
    snapshot: () => snapshotOf(book.life()),
    around: (name, what) => void arounds.set(name, what),
    times: (name) => calls.filter((call) => call.name === name).length,
    taken: (name) => effects.filter((effect) => effect === name).length,
    openRun: (_run, at) => book.asked('openRun', at, () => book.begin(at)),
    ...stepsOf(book),
    ...callsOf(book),
  };
}

/** What a hold keeps back is tried again. */
function free(change: Change | null): Change {
  if (change) return change;
  throw ApplicationFailure.create({ type: 'Held', message: 'a hold keeps it back', nextRetryDelay: '10 seconds' });
}
