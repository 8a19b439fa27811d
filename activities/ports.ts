/** What the activities need of the inner side: stores and rails, handed in by the composition root. */

import type { Classed } from '../domain/attempt-class.ts';
import type { Refusal } from '../domain/errors.ts';
import type { InputId, OrderId, PayoutId, RemedyId, TenderId, TicketId } from '../domain/ids.ts';
import type { PayoutState } from '../domain/payout.ts';
import type { CapReason } from '../domain/payout-limits.ts';
import type {
  ProbeAttemptKey,
  Probed,
  ProbeReservation,
  ProbeStop,
  ProbeTurn,
  TargetRefusal,
} from '../domain/probe.ts';
import type {
  CaptureProblem,
  CaptureState,
  ListProblem,
  MadePayout,
  OutcomeUnknown,
  PayoutCost,
  PayoutRequest,
  RailName,
  RailRecord,
  RailReport,
  TenderMethod,
} from '../domain/rail.ts';
import type { Look, LookResult } from '../domain/reconciliation.ts';
import type { ShopReport, ShopRequest } from '../domain/shop.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';

type Answer = Promise<TicketSnapshot | Refusal>;

/** A payout as the paying activity needs it. */
export interface PayoutToSend {
  readonly ticketId: TicketId;
  readonly state: PayoutState;
  /** How the tender was paid, whose provider knows what was captured. */
  readonly method: TenderMethod;
  /** How the money goes. */
  readonly rail: RailName;
  /** Finance wants it called off, if its provider still can. */
  readonly isToCancel: boolean;
  /** It shows what keeps it back, or did when last it was looked at. */
  readonly isHeld: boolean;
  /** As far as is known: so much went back elsewhere that the tender does not cover it any more (R2). */
  readonly isPaidElsewhere: boolean;
  readonly tenderId: TenderId;
  readonly request: PayoutRequest;
}

export interface TenderToRead {
  readonly id: TenderId;
  readonly method: TenderMethod;
  readonly captureRef: string | null;
  /** Payouts of this tender that hold their amount: what the provider has under other ids went out elsewhere. */
  readonly payoutIds: readonly PayoutId[];
}

export interface PayoutSteps {
  readSnapshot(ticketId: TicketId): Promise<TicketSnapshot>;
  readTenders(ticketId: TicketId): Promise<readonly TenderAsRead[]>;
  readPayout(payoutId: PayoutId): Promise<PayoutToSend>;
  /** `moved`: what was asked for is not any more as it was then, so that nothing is stored. */
  recordCaptures(
    ticketId: TicketId,
    asked: readonly TenderAsRead[],
    captures: ReadonlyMap<TenderId, CaptureState | CaptureProblem>,
  ): Promise<Awaited<Answer> | 'moved'>;
  /** What keeps it back for now: a stop of all, a dispute (D2), a hold, an inquiry (D3) or the daily cap; asked again, under locks, by `beginSending`. */
  readGate(payoutId: PayoutId): Promise<'free' | 'stopped' | 'disputed' | 'held' | 'inquired' | CapReason>;
  /** `look-up`: a call may have been made before; `held`: something keeps it back; `done`: nothing is left to send. */
  beginSending(payoutId: PayoutId): Promise<'send' | 'look-up' | 'held' | 'done'>;
  /** Of a payout that was looked up in vain: whether it is barred for good, and whether that ends it. */
  endBarred(payoutId: PayoutId): Promise<'free' | 'barred' | 'ended'>;
  /** Asked again before a second call: whether the payout, looked up in vain, may still go; `rehearsing`: in a dry run nothing does. */
  mayStillGo(payoutId: PayoutId): Promise<'go' | 'held' | 'rehearsing'>;
  /** Shows why a payout waits, once; `null`: what kept it back does so no more. */
  recordHold(payoutId: PayoutId, reason: string | null): Promise<void>;
  /** Tells finance how often it was tried, when it is looked at next, and why it could not be; only where its outcome is not clear. */
  noteLook(
    payoutId: PayoutId,
    look: { readonly attempts: number; readonly nextInMs: number; readonly reason?: string | undefined },
  ): Promise<void>;
  recordReport(given: {
    ticketId: TicketId;
    payoutId: PayoutId;
    inputId: InputId | null;
    report: RailReport | OutcomeUnknown;
  }): Answer;
}

export interface TenderAsRead extends TenderToRead {
  /** Which change of its balance was the last. */
  readonly changeNo: number;
}

export interface CaptureSteps {
  readOrderTenders(orderId: OrderId): Promise<readonly TenderAsRead[]>;
  /** `moved`: the order is not any more as it was when its providers were asked, so that nothing is stored. */
  recordOrderCaptures(
    orderId: OrderId,
    asked: readonly TenderAsRead[],
    captures: ReadonlyMap<TenderId, CaptureState | CaptureProblem>,
  ): Promise<'stored' | 'moved'>;
}

export interface ReconciliationSteps {
  beginLook(given: Omit<Look, 'id'>): Promise<Look>;
  takePage(look: Look, records: readonly RailRecord[]): Promise<void>;
  finishLook(look: Look): Promise<LookResult>;
  /** Ends a look whose list cannot be compared: nothing that is not on it is missing. */
  closeLook(look: Look, problem: ListProblem): Promise<LookResult>;
  /** Payouts that have ended in the look's time and whose cost their provider was not asked for, or has not told, since. */
  listUncosted(look: Look): Promise<readonly (MadePayout & { readonly payoutId: PayoutId })[]>;
  /** What the provider told that it has cost, asked at that instant; `null` where it does not tell yet. */
  recordCosts(payoutId: PayoutId, costs: readonly PayoutCost[] | null, askedAt: Date): Promise<void>;
}

export interface RemedySteps {
  readSnapshot(ticketId: TicketId): Promise<TicketSnapshot>;
  readRequest(remedyId: RemedyId): Promise<ShopRequest>;
  /** The end of the plan that the payout's own decision asks for, while it has no last word; `isTakenBack`: the plan is to go on. */
  findPlanToEnd(payoutId: PayoutId): Promise<{ readonly remedyId: RemedyId; readonly isTakenBack: boolean } | null>;
  /** `look-up`: the shop may have been asked before; `held`: a hold keeps it back; `done`: nothing is left to ask. */
  beginApplying(remedyId: RemedyId): Promise<'apply' | 'look-up' | 'held' | 'done'>;
  /** Of a remedy that was looked up in vain: whether the shop may be asked again. */
  lookAgain(remedyId: RemedyId): Promise<'free' | 'held' | 'barred' | 'ended'>;
  recordShopReport(given: { ticketId: TicketId; remedyId: RemedyId; report: ShopReport | OutcomeUnknown }): Answer;
}

export interface ProbeSteps {
  readStop(ticketId: TicketId): Promise<ProbeStop | null>;
  /** Begins the round of this key, or goes on with it. */
  beginRound(given: { readonly ticketId: TicketId; readonly key: string }): Promise<ProbeTurn>;
  recordTarget(given: {
    readonly ticketId: TicketId;
    readonly target: string;
    readonly refused: TargetRefusal | null;
  }): Promise<void>;
  /** Takes a place for an attempt, within budget and rate. */
  reserveAttempt(attempt: ProbeAttemptKey): Promise<ProbeReservation>;
  recordProbe(attempt: ProbeAttemptKey, told: { readonly probed: Probed; readonly classed: Classed }): Promise<void>;
  finishRound(given: { readonly ticketId: TicketId; readonly round: number }): Promise<void>;
}
