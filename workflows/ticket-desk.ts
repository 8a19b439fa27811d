/**
 * What a running ticket knows and does: handlers take their steps one after the other, what is due by itself is awaited,
 * and what was granted is followed to its last word. Deterministic: no chance, no clock but the workflow's own.
 */

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { realClock, realMsUntil } from '../domain/clock.ts';
import type { Due } from '../domain/due-kind.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId, RemedyId } from '../domain/ids.ts';
import { isFinal, type PayoutState } from '../domain/payout.ts';
import { isFinalRemedy } from '../domain/remedy.ts';
import { permits, type TicketOutcome, type TicketSnapshot } from '../domain/ticket.ts';
import * as options from './activity-options.ts';
import * as messages from './messages.ts';
import type { PayoutActivities, RemedyActivities, TicketActivities } from './ports.ts';
import { describeTicket, refusedFailure } from './ticket-telling.ts';

const steps = proxyLocalActivities<TicketActivities>(options.stepOptions);
const { readCaptures } = proxyActivities<PayoutActivities>(options.capturesOptions);
const { checkPayout } = proxyActivities<PayoutActivities>(options.checkingOptions);
const { sendPayout } = proxyActivities<PayoutActivities>(options.sendingOptions);
const { applyRemedy } = proxyActivities<RemedyActivities>(options.applyingOptions);

type Answer = TicketSnapshot | Refusal;

export class TicketDesk {
  readonly #run: messages.TicketRun;
  #snapshot: TicketSnapshot | null = null;
  #lastTurn: Promise<unknown> = Promise.resolve();
  /** Payouts and remedies that are being followed by this run. */
  readonly #followed = new Set<PayoutId | RemedyId>();
  #following = 0;
  /** Reads them until they are known, and waits between. */
  #capturesReading: Promise<void> | null = null;
  #isReadingCaptures = false;
  #capturesRead = false;
  #fault: Error | null = null;

  constructor(run: messages.TicketRun) {
    this.#run = run;
  }

  get isClosed(): boolean {
    return this.#snapshot?.phase === 'closed';
  }

  get outcome(): TicketOutcome | null {
    return this.#snapshot?.outcome ?? null;
  }

  /** T5: the history has grown long and nothing is under way, so that a fresh run may take over. */
  get mayContinueAsNew(): boolean {
    return (
      workflowInfo().continueAsNewSuggested &&
      this.#following === 0 &&
      this.#capturesReading === null &&
      allHandlersFinished()
    );
  }

  /** Must be called before the first await, so that no message finds a run without handlers. */
  bindHandlers(): void {
    setHandler(messages.takeUpUpdate, () => this.#inTurn(async () => this.#current()));
    for (const step of messages.askedSteps)
      setHandler(messages.askedUpdates[step], (message) => this.#ask(step, message), this.#guard(step));
    for (const step of messages.notedSteps)
      setHandler(messages.notedUpdates[step], (message) => this.#inTurn(() => steps.takeNote({ ...message, step })));
  }

  /** Takes the ticket up from Postgres: the run itself was started with nothing but its id. */
  async open(): Promise<void> {
    this.#take(await steps.openRun(this.#run));
  }

  /** Follows what is released, awaits what is due and what comes, until the ticket is closed or a new run should go on. */
  async carryOn(): Promise<void> {
    const captures = new CancellationScope();
    const waiting = new CancellationScope();
    const dues = waiting.run(() => this.#background(() => this.#awaitDues()));
    while (!this.isClosed && !this.mayContinueAsNew) {
      await condition(() => this.isClosed || this.#fault !== null || this.#hasWork() || this.mayContinueAsNew);
      if (this.#fault !== null) throw this.#fault;
      if (this.#needsCaptures())
        this.#capturesReading = captures.run(() => this.#background(() => this.#readCaptures()));
      for (const id of this.#openRemedies()) this.#follow(id, () => this.#applyRemedy(id));
      for (const id of this.#openPayouts()) this.#follow(id, () => this.#followPayout(id));
    }
    captures.cancel();
    waiting.cancel();
    await Promise.all([dues, this.#capturesReading]);
    // What is on its way is followed to its end, but a ticket that is opened again meanwhile does not wait for it.
    await condition(() => this.#following === 0 || !this.isClosed || this.#fault !== null);
    if (this.#fault !== null) throw this.#fault;
  }

  async #ask(step: messages.AskedStep, message: messages.TicketMessage): Promise<void> {
    // A grant needs what the provider says was captured. Awaited outside the turn, so that a withdrawal need not wait too.
    if (message.grants) {
      // What could not be read before may have been put right since, so each decision has it read anew.
      if (!this.#isReadingCaptures) this.#capturesRead = false;
      await condition(() => this.#snapshot !== null && !this.#awaitsCaptures());
    }
    return this.#inTurn(() => steps.takeStep({ ...message, step }));
  }

  /** One timer at a time, for what is due next; armed anew only when that changes. */
  async #awaitDues(): Promise<void> {
    let looks = 0;
    for (;;) {
      const due = this.#snapshot?.due;
      const changed = () => this.isClosed || !isSame(due, this.#snapshot?.due);
      if (this.isClosed) return;
      if (due === undefined) {
        await condition(changed);
      } else {
        if (due.kind === 'system_decision') await condition(() => !this.#awaitsCaptures());
        const waitMs = realMsUntil(this.#run.clock ?? realClock, new Date(due.at), Date.now());
        const other = waitMs > 0 && (await condition(changed, waitMs, { summary: `Due: ${due.kind}` }));
        if (other || changed()) continue;
        await this.#inTurn(() => steps.recordDue({ ticketId: this.#run.ticketId, due }));
        // A step that left it due waits for what was said in time and is on its way.
        looks = changed() || (await condition(changed, nth(options.dueDelays, looks))) ? 0 : looks + 1;
      }
    }
  }

  async #readCaptures(): Promise<void> {
    try {
      for (let reads = 0; this.#lacksCaptures(); reads += 1) {
        this.#isReadingCaptures = true;
        this.#take(await readCaptures({ ticketId: this.#run.ticketId }));
        this.#isReadingCaptures = false;
        this.#capturesRead = true;
        // S10: what is not told yet, such as a transfer of which no statement has come, is looked for again.
        const wanted = () => !this.#capturesRead || !this.#lacksCaptures();
        await condition(wanted, this.#lookMs(options.captureDelays, reads), {
          summary: 'What did the provider capture?',
        });
      }
    } finally {
      // Also where the reading was called off, so that a ticket that is opened again has them read anew.
      this.#isReadingCaptures = false;
      this.#capturesReading = null;
    }
  }

  #follow(id: PayoutId | RemedyId, task: () => Promise<void>): void {
    this.#following += 1;
    this.#followed.add(id);
    void this.#background(task).then(() => {
      this.#following -= 1;
    });
  }

  async #followPayout(payoutId: PayoutId): Promise<void> {
    const payout = { ticketId: this.#run.ticketId, payoutId };
    if (this.#stateOf(payoutId) !== 'sent') this.#take(await sendPayout(payout));
    let asked = false;
    for (let checks = 0; !this.#isSettled(payoutId); checks += 1) {
      // S6: a wish to call it off is taken to its provider at once, and once.
      const due = () => this.#isSettled(payoutId) || (!asked && this.#isToCancel(payoutId));
      await condition(due, this.#lookMs(options.checkDelays, checks), { summary: 'Has the provider reported?' });
      asked = this.#isToCancel(payoutId);
      if (!this.#isSettled(payoutId)) this.#take(await checkPayout(payout));
    }
  }

  async #applyRemedy(remedyId: RemedyId): Promise<void> {
    this.#take(await applyRemedy({ ticketId: this.#run.ticketId, remedyId }));
  }

  #lookMs(delays: readonly [number, ...number[]], looks: number): number {
    const { pace } = this.#run.clock ?? realClock;
    return Math.max(nth(delays, looks) / pace, options.lookMsMin);
  }

  #current(): Answer {
    return this.#snapshot ?? refuse('ticket-phase');
  }

  #hasWork(): boolean {
    return this.#needsCaptures() || this.#openRemedies().length > 0 || this.#openPayouts().length > 0;
  }

  #needsCaptures(): boolean {
    return this.#capturesReading === null && this.#awaitsCaptures();
  }

  #awaitsCaptures(): boolean {
    return this.#lacksCaptures() && !this.#capturesRead;
  }

  /** Once the ticket has left the phases in which money is granted, nobody waits for them any more. */
  #lacksCaptures(): boolean {
    const phase = this.#snapshot?.phase;
    return (phase === 'deciding' || phase === 'offering') && !this.#snapshot?.capturesKnown;
  }

  /** A plan that is to end goes with the payout that it is for: released by finance, and before the money. */
  #openRemedies(): RemedyId[] {
    if (this.#snapshot?.held || this.#snapshot?.phase !== 'settling') return [];
    return (this.#snapshot.remedies ?? [])
      .filter(({ id, kind, state }) => kind !== 'plan_end' && !isFinalRemedy(state) && !this.#followed.has(id))
      .map(({ id }) => id);
  }

  /** Payouts that were released, or that an earlier run left on their way. */
  #openPayouts(): PayoutId[] {
    const { payouts = [], held } = this.#snapshot ?? {};
    return payouts
      .filter(({ id, state }) => state !== 'granted' && !isFinal(state) && !this.#followed.has(id))
      .filter(({ state }) => state !== 'approved' || !held)
      .map(({ id }) => id);
  }

  #stateOf(payoutId: PayoutId): PayoutState | undefined {
    return this.#snapshot?.payouts.find(({ id }) => id === payoutId)?.state;
  }

  #isToCancel(payoutId: PayoutId): boolean {
    return this.#snapshot?.payouts.find(({ id }) => id === payoutId)?.cancelAsked === true;
  }

  /** Also true for one that is no longer of the newest grant: nothing more is expected of it. */
  #isSettled(payoutId: PayoutId): boolean {
    const state = this.#stateOf(payoutId);
    return state === undefined || isFinal(state);
  }

  /** Runs beside the handlers; what goes wrong there fails the run by its main story. */
  async #background(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (fault) {
      if (!isCancellation(fault)) this.#fault = fault instanceof Error ? fault : new Error(String(fault));
    }
  }

  /** One step after the other, in the order of arrival, and none before the run is open. */
  async #inTurn(step: () => Promise<Answer>): Promise<void> {
    const turn = this.#lastTurn.then(async () => {
      await condition(() => this.#snapshot !== null);
      this.#take(await step());
    });
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Takes over what a step recorded, and lets Temporal's own page tell the case. */
  #take(answer: Answer): void {
    if (isRefusal(answer)) throw refusedFailure(answer);
    // An activity's answer may arrive after that of a later step.
    if (this.#snapshot && answer.version < this.#snapshot.version) return;
    if (this.#snapshot?.phase !== answer.phase) {
      upsertSearchAttributes([
        { key: messages.ticketPhaseKey, value: answer.phase },
        ...(this.#snapshot ? [] : [{ key: messages.ticketNumberKey, value: answer.ticketNumber }]),
        ...(answer.outcome ? [{ key: messages.ticketOutcomeKey, value: answer.outcome }] : []),
      ]);
    }
    this.#snapshot = answer;
    setCurrentDetails(describeTicket(answer));
  }

  /** A first no at the door, without a trace in the history; the step checks again when its turn comes. */
  #guard(step: messages.AskedStep): { validator: (message: messages.TicketMessage) => void } {
    return {
      validator: (message) => {
        const ticket = this.#snapshot;
        if (!ticket) return;
        if (step === 'approvePayout' && message.by.id === ticket.decidedBy)
          throw refusedFailure(refuse('approver-decided'));
        if (permits(ticket.phase, step)) return;
        if (ticket.phase === 'closed') throw refusedFailure(refuse('ticket-closed', { phase: ticket.phase }));
        const decided = step === 'decideTicket' && ['settling', 'offering'].includes(ticket.phase) && ticket.decidedBy;
        throw refusedFailure(
          decided ? refuse('ticket-decided', { decidedBy: decided }) : refuse('ticket-phase', { phase: ticket.phase }),
        );
      },
    };
  }
}

/** The last of the delays repeats. */
const nth = (delays: readonly [number, ...number[]], index: number): number =>
  delays[Math.min(index, delays.length - 1)] ?? delays[0];

const isSame = (left: Due | undefined, right: Due | undefined): boolean =>
  left?.kind === right?.kind && left?.at === right?.at;
