/**
 * What a running ticket knows and does: handlers take their steps one after the other, and payouts that finance released
 * are followed to the rail's last word. Deterministic: no clock, no chance, nothing but domain and the workflow SDK.
 */

import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import { isFinal, type PayoutState } from '../domain/payout.ts';
import { permits, type TicketAction, type TicketOutcome, type TicketSnapshot } from '../domain/ticket.ts';
import { capturesOptions, checkDelays, checkingOptions, sendingOptions, stepOptions } from './activity-options.ts';
import * as messages from './messages.ts';
import type { PayoutActivities, TicketActivities } from './ports.ts';

const steps = proxyLocalActivities<TicketActivities>(stepOptions);
const { readCaptures } = proxyActivities<PayoutActivities>(capturesOptions);
const { checkPayout } = proxyActivities<PayoutActivities>(checkingOptions);
const { sendPayout } = proxyActivities<PayoutActivities>(sendingOptions);

type Answer = TicketSnapshot | Refusal;

/** An expected no, as Temporal carries it to whoever asked. */
const refusedFailure = (refusal: Refusal): ApplicationFailure =>
  ApplicationFailure.create({
    type: messages.refusedFailureType,
    message: refusal.refused,
    nonRetryable: true,
    category: 'BENIGN',
    details: [refusal],
  });

export class TicketDesk {
  readonly #run: messages.TicketRun;
  #snapshot: TicketSnapshot | null = null;
  #lastTurn: Promise<unknown> = Promise.resolve();
  /** Payouts that are being followed by this run. */
  readonly #followed = new Map<PayoutId, Promise<void>>();
  #capturesReading: Promise<void> | null = null;
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

  /** Must be called before the first await, so that no message finds a run without handlers. */
  bindHandlers(): void {
    setHandler(messages.takeUpUpdate, () => this.#inTurn(async () => this.#current()));
    setHandler(
      messages.evidenceUpdate,
      (message) => this.#inTurn(() => steps.recordEvidence(message)),
      this.#guard('addEvidence'),
    );
    setHandler(
      messages.withdrawUpdate,
      (message) => this.#inTurn(() => steps.recordWithdrawal(message)),
      this.#guard('withdrawTicket'),
    );
    setHandler(
      messages.reviewUpdate,
      (message) => this.#inTurn(() => steps.recordReview(message)),
      this.#guard('recordReview'),
    );
    setHandler(messages.decideUpdate, (message) => this.#decide(message), this.#guard('decideTicket'));
    setHandler(
      messages.approveUpdate,
      (message) => this.#inTurn(() => steps.recordApproval(message)),
      this.#guard('approvePayout'),
    );
    setHandler(
      messages.declineUpdate,
      (message) => this.#inTurn(() => steps.recordDecline(message)),
      this.#guard('declinePayout'),
    );
    setHandler(messages.reportUpdate, (message) => this.#inTurn(() => steps.recordReport(message)));
  }

  /** Takes the ticket up from Postgres: the run itself was started with nothing but its id. */
  async open(): Promise<void> {
    this.#take(await steps.openRun(this.#run));
  }

  /** Pays what is released and waits for what comes, until the ticket is closed. */
  async carryOn(): Promise<void> {
    const captures = new CancellationScope();
    while (!this.isClosed) {
      await condition(
        () => this.isClosed || this.#fault !== null || this.#needsCaptures() || this.#unfollowed().length > 0,
      );
      if (this.#fault !== null) throw this.#fault;
      if (this.#needsCaptures())
        this.#capturesReading = captures.run(() => this.#background(() => this.#readCaptures()));
      for (const payoutId of this.#unfollowed())
        this.#followed.set(
          payoutId,
          this.#background(() => this.#follow(payoutId)),
        );
    }
    captures.cancel();
    await Promise.all([this.#capturesReading, ...this.#followed.values()]);
  }

  async #decide(message: messages.DecisionMessage): Promise<void> {
    // A grant needs what the provider says was captured. Awaited outside the turn, so that a withdrawal need not wait too.
    if (message.decision === 'refund') {
      // What could not be read before may have been put right since, so each decision has it read anew.
      if (this.#capturesReading === null) this.#capturesRead = false;
      await condition(() => this.#snapshot !== null && !this.#awaitsCaptures());
    }
    return this.#inTurn(() => steps.recordDecision(message));
  }

  async #readCaptures(): Promise<void> {
    this.#take(await readCaptures({ ticketId: this.#run.ticketId }));
    this.#capturesRead = true;
    this.#capturesReading = null;
  }

  async #follow(payoutId: PayoutId): Promise<void> {
    const payout = { ticketId: this.#run.ticketId, payoutId };
    if (this.#stateOf(payoutId) !== 'sent') this.#take(await sendPayout(payout));
    for (let checks = 0; !this.#isSettled(payoutId); checks += 1) {
      const delay = checkDelays[Math.min(checks, checkDelays.length - 1)] ?? '1 day';
      const reported = await condition(() => this.#isSettled(payoutId), delay, {
        summary: 'Has the provider reported?',
      });
      if (!reported) this.#take(await checkPayout(payout));
    }
  }

  #current(): Answer {
    return this.#snapshot ?? refuse('ticket-phase');
  }

  #needsCaptures(): boolean {
    return this.#capturesReading === null && this.#awaitsCaptures();
  }

  /** Once the ticket has left the phase, nobody waits for them any more. */
  #awaitsCaptures(): boolean {
    return this.#snapshot?.phase === 'deciding' && !this.#snapshot.capturesKnown && !this.#capturesRead;
  }

  /** Payouts that were released, or that an earlier run left on their way. */
  #unfollowed(): PayoutId[] {
    const payouts = this.#snapshot?.payouts ?? [];
    return payouts
      .filter(({ id, state }) => state !== 'granted' && !isFinal(state) && !this.#followed.has(id))
      .map(({ id }) => id);
  }

  #stateOf(payoutId: PayoutId): PayoutState | undefined {
    return this.#snapshot?.payouts.find(({ id }) => id === payoutId)?.state;
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
    setCurrentDetails(describe(answer));
  }

  /** A first no at the door, without a trace in the history; the step checks again when its turn comes. */
  #guard(action: TicketAction): { validator: (message: messages.TicketMessage) => void } {
    return {
      validator: (message) => {
        const ticket = this.#snapshot;
        if (!ticket) return;
        if (action === 'approvePayout' && message.by.id === ticket.decidedBy)
          throw refusedFailure(refuse('approver-decided'));
        if (permits(ticket.phase, action)) return;
        if (ticket.phase === 'closed') throw refusedFailure(refuse('ticket-closed', { phase: ticket.phase }));
        const decided = action === 'decideTicket' && ticket.phase === 'settling' && ticket.decidedBy;
        throw refusedFailure(
          decided ? refuse('ticket-decided', { decidedBy: decided }) : refuse('ticket-phase', { phase: ticket.phase }),
        );
      },
    };
  }
}

const describe = (ticket: TicketSnapshot): string =>
  [
    `**${ticket.ticketNumber}** is ${ticket.outcome ? `${ticket.phase}: ${ticket.outcome}` : ticket.phase}.`,
    ...ticket.payouts.map(({ id, state }) => `- payout \`${id}\`: ${state}`),
  ].join('\n');
