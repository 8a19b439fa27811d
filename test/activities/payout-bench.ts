/** One payout with its steps and its rail in memory, both at the ports: what was asked of each, in order. */

import { expect } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { createPayoutActivities } from '../../activities/payout.ts';
import type { PayoutSteps } from '../../activities/ports.ts';
import type { PlanEnder } from '../../activities/remedy.ts';
import type { PayoutId, TenderId, TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { type PayoutState, reduceReport } from '../../domain/payout.ts';
import type {
  CaptureProblem,
  CaptureState,
  OutcomeUnknown,
  PayoutRequest,
  Rail,
  RailReport,
} from '../../domain/rail.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';

const payoutId = '0c9d1b6e-0000-4000-8000-000000000001' as PayoutId;
const ticketId = '0c9d1b6e-0000-4000-8000-000000000002' as TicketId;
const tenderId = '0c9d1b6e-0000-4000-8000-000000000003' as TenderId;

export const payout = { ticketId, payoutId };

export const request: PayoutRequest = {
  key: 'payout/order/1',
  payoutId,
  captureRef: 'ch_1',
  amount: money(1999n, 'USD'),
};

export const sent: RailReport = { status: 'sent', providerRef: 're_1' };

interface Script {
  readonly state?: PayoutState;
  readonly stopped?: boolean;
  readonly gate?: 'held' | 'disputed' | 'inquired' | 'daily_cap';
  readonly isDryRun?: boolean;
  readonly isPaidElsewhere?: boolean;
  /** What is read of its tender has it called off. */
  readonly isGoneOnceRead?: boolean;
  /** Someone else's word of the tender is stored while this one is read. */
  readonly movesWhileRead?: () => boolean;
  readonly isHeld?: boolean;
  readonly bar?: 'barred' | 'ended';
  readonly hasRail?: boolean;
  readonly capture?: Partial<CaptureState>;
  readonly send?: (request: PayoutRequest) => RailReport | OutcomeUnknown;
  readonly lookUp?: () => RailReport | null;
  readonly readCapture?: () => CaptureState | CaptureProblem;
  /** Finance wants it called off; what its provider answers. */
  readonly isToCancel?: boolean;
  readonly attempt?: number;
  readonly cancel?: () => RailReport | OutcomeUnknown;
  /** Throws where the shop's word is not clear. */
  readonly endPlan?: () => void;
  /** Throws where what was prepared cannot be taken back. */
  readonly withdraw?: () => void;
  /** A plan whose refund was taken back; throws while it is not known what the shop did with it. */
  readonly followPlan?: () => void;
}

const inFull: CaptureState = {
  captured: money(1999n, 'USD'),
  refundedElsewhere: money(0n, 'USD'),
  disputeBars: false,
};

/** Asked only where there is a plan, and after the payout where there is one to follow. */
const planEnder = ({ endPlan, followPlan }: Script, asked: string[], snapshot: () => TicketSnapshot): PlanEnder => ({
  end: async () => {
    if (!endPlan) return false;
    asked.push('endPlan');
    endPlan();
    return true;
  },
  follow: async () => {
    if (!followPlan) return null;
    asked.push('followPlan');
    followPlan();
    return snapshot();
  },
});

/** Of a rail whose own facts play no part. */
export const noFacts: Rail['facts'] = {
  reports: [],
  postingDays: { min: 0, max: 0 },
  currencies: 'all',
  exponents: {},
  list: { word: 'provider', withinMs: 0 },
  disputes: [],
};

/** A rail that says what the script says, and notes what it is asked. */
function scriptedRail(script: Script, asked: string[], requests: PayoutRequest[]): Rail {
  return {
    name: 'card',
    facts: noFacts,
    readCapture: async () => {
      asked.push('readCapture');
      return script.readCapture ? script.readCapture() : { ...inFull, ...script.capture };
    },
    send: async (given) => {
      asked.push('send');
      requests.push(given);
      return script.send ? script.send(given) : sent;
    },
    ...(script.cancel
      ? {
          cancel: async () => {
            asked.push('cancel');
            return script.cancel?.() ?? sent;
          },
        }
      : {}),
    ...(script.withdraw
      ? {
          withdraw: async () => {
            asked.push('withdraw');
            script.withdraw?.();
          },
        }
      : {}),
    lookUp: async (given) => {
      asked.push('lookUp');
      requests.push(given);
      return script.lookUp ? script.lookUp() : null;
    },
  };
}

const settling = {
  ticketNumber: 'RD-1',
  version: 1,
  phase: 'settling',
  outcome: null,
  capturesKnown: true,
  decidedBy: null,
} as const;

export function scriptPayout(script: Script = {}) {
  const asked: string[] = [];
  const requests: PayoutRequest[] = [];
  const looks: object[] = [];
  let state: PayoutState = script.state ?? 'approved';
  const snapshot = (): TicketSnapshot => ({ ...settling, payouts: [{ id: payoutId, state }] });
  const rail = scriptedRail(script, asked, requests);
  const steps: PayoutSteps = {
    readSnapshot: async () => snapshot(),
    readTenders: async () => [
      { id: tenderId, method: 'card', captureRef: 'ch_1', changeNo: 1, payoutIds: [payoutId] },
      { id: 'credit' as TenderId, method: 'promotional_credit', captureRef: null, changeNo: 0, payoutIds: [] },
    ],
    readPayout: async () => ({
      ticketId,
      state,
      method: 'card',
      rail: 'card',
      isToCancel: script.isToCancel ?? (script.isGoneOnceRead === true && asked.includes('readCapture')),
      isHeld: script.isHeld ?? false,
      isPaidElsewhere: script.isPaidElsewhere ?? false,
      tenderId,
      request,
    }),
    recordCaptures: async (_ticket, _asked, captures) => {
      asked.push(
        `recordCaptures ${[...captures.values()].map((read) => ('problem' in read ? read.problem : read.captured.minor)).join(' ')}`,
      );
      return script.movesWhileRead?.() ? 'moved' : snapshot();
    },
    readGate: async () => (script.stopped ? 'stopped' : (script.gate ?? 'free')),
    endBarred: async () => {
      if (script.bar === 'ended') state = 'cancelled';
      return script.bar ?? 'free';
    },
    mayStillGo: async () => {
      if (script.stopped || script.gate !== undefined) return 'held';
      return script.isDryRun ? 'rehearsing' : 'go';
    },
    noteLook: async (_payout, look) => void looks.push(look),
    recordHold: async (_payout, reason) => void asked.push(`hold ${reason}`),
    beginSending: async () => {
      if (state === 'sending' || state === 'unknown') return 'look-up';
      if (state !== 'approved') return 'done';
      if (script.stopped) return 'held';
      state = 'sending';
      return 'send';
    },
    recordReport: async ({ report }) => {
      asked.push(`record ${report.status}`);
      state = reduceReport(state, report)?.state ?? state;
      return snapshot();
    },
  };
  const rails = new Map(script.hasRail === false ? [] : [[rail.name, rail] as const]);
  return {
    activities: createPayoutActivities({
      steps,
      rails,
      plans: planEnder(script, asked, snapshot),
      attempt: () => script.attempt ?? 1,
    }),
    looks,
    asked,
    requests,
    stateNow: () => state,
  };
}

/** The failure by which an activity asks to be tried again; throws where it did not fail so. */
export async function failureOf(
  running: Promise<unknown>,
): Promise<Pick<ApplicationFailure, 'type' | 'nextRetryDelay'>> {
  const fault: unknown = await running.then(
    () => new Error('the activity did not fail'),
    (reason: unknown) => reason,
  );
  if (!(fault instanceof ApplicationFailure)) throw fault;
  expect(fault.nonRetryable).not.toBe(true);
  return { type: fault.type, nextRetryDelay: fault.nextRetryDelay };
}
