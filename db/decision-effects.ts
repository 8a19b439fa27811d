/** What a decision does once it is final: money granted, a refusal told, an offer made, a plan replaced. */

import { z } from 'zod';
import { clausesOfDecision, type DecisionException } from '../domain/decision.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { DecisionId, SubjectId } from '../domain/ids.ts';
import { formatMoney, fromWire, sum } from '../domain/money.ts';
import { refundableOf } from '../domain/order.ts';
import type { TicketMove } from '../domain/ticket.ts';
import type { Transaction } from './database.ts';
import {
  awaitingApproval,
  type Granted,
  type GrantSettings,
  grantRefund,
  type Split,
  splitOverTenders,
} from './grants.ts';
import type { Judgement } from './judgements.ts';
import { insertOffer } from './offers.ts';
import { insertRemedy } from './remedies.ts';
import { appealEndsAt } from './reviews.ts';
import { currency } from './row.ts';
import type { NewNotice, StepChange } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const ground = z.string();

export const decisionBody = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('refund'),
    amount: z.object({ minor: z.string(), currency }),
    ground,
    exception: z.enum(['goodwill', 'refusal', 'statutory']).optional(),
    provision: z.string().optional(),
  }),
  z.object({
    decision: z.literal('refuse'),
    clauses: z.array(z.string()),
    ground,
    exception: z.literal('refusal').optional(),
  }),
  z.object({ decision: z.literal('offer'), ground }),
  z.object({ decision: z.literal('replace'), ground }),
]);

export type Asked = z.output<typeof decisionBody>;

interface Decided {
  readonly asked: Asked;
  readonly decisionId: DecisionId;
  readonly decidedBy: SubjectId | null;
  readonly exception: DecisionException | null;
  /** The law that a statutory refund is by. */
  readonly provision?: string | null;
  /** Where it was looked at already in this transaction. */
  readonly split?: Split;
}

type DecidedRefund = Decided & { readonly asked: Asked & { decision: 'refund' } };

export function carryOut(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  decided: Decided,
  settings: GrantSettings,
  at: Date,
): Promise<StepChange | Refusal> {
  const { asked } = decided;
  switch (asked.decision) {
    case 'refund':
      return refund(trx, ticket, judged, { ...decided, asked }, settings, at);
    case 'refuse':
      return Promise.resolve(refusal(ticket, judged, { asked, exception: decided.exception }, at));
    case 'offer':
      return insertOffer(trx, ticket, judged, decided.decisionId, settings, at);
    case 'replace':
      return replace(trx, ticket, judged, decided, settings, at);
  }
}

async function refund(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  decided: DecidedRefund,
  settings: GrantSettings,
  at: Date,
): Promise<StepChange | Refusal> {
  const amount = fromWire(decided.asked.amount);
  const split =
    decided.split ?? (await splitOverTenders(trx, ticket, amount, judged.assessment.refundableTenders, settings));
  if (isRefusal(split)) return split;
  // D3: while the bank asks about the payment, all of it may go back and no part.
  const left = sum(split.balances.map(refundableOf), amount.currency);
  if (isInquired(judged) && amount.minor < left.minor) return refuse('payouts-held');
  const { payoutWithoutApproval } = judged.kase.version.document.parameters.limits;
  const granted = await grantRefund(
    trx,
    {
      ticket,
      decisionId: decided.decisionId,
      offerId: null,
      decidedBy: decided.decidedBy,
      amount,
      withoutApproval: decided.exception === null ? payoutWithoutApproval : {},
      at,
    },
    split,
    settings,
  );
  const bySystem = decided.decidedBy === null;
  // What held an offer under the inquiry does not hold the refund that resolves it.
  const isFreed = isInquired(judged) && !judged.kase.disputes.some(({ state }) => state === 'open');
  return {
    move: 'refundDecided',
    events: [
      {
        kind: 'refundDecided',
        data: {
          minor: decided.asked.amount.minor,
          currency: decided.asked.amount.currency,
          payouts: granted.payoutIds,
          byDesk: bySystem,
        },
      },
    ],
    notices: [
      toldRefund(ticket, judged, decided, granted, at),
      ...(bySystem ? [byDesk(ticket, judged, at)] : []),
      ...awaitingApproval(granted, formatMoney(amount)),
    ],
    kase: judged.kase,
    ...(isFreed ? { endsHold: 'dispute' } : {}),
  };
}

const toldRefund = (
  ticket: TicketRow,
  judged: Judgement,
  { asked, exception, provision, decidedBy }: DecidedRefund,
  { awaitsApproval }: Granted,
  at: Date,
): NewNotice => ({
  template: 'ticket-decided-refund',
  parameters: {
    amount: formatMoney(fromWire(asked.amount)),
    released: !awaitsApproval,
    ground: asked.ground,
    clauses: clausesOfDecision(asked, exception, judged.assessment.proposal),
    exception,
    provision: provision ?? null,
    bySystem: decidedBy === null,
    appealBy: appealEndsAt(judged, at),
  },
  to: { subjectId: ticket.subject_id },
});

const isInquired = ({ kase }: Judgement): boolean => kase.disputes.some(({ state }) => state === 'inquiry');

const byDesk = (ticket: TicketRow, judged: Judgement, at: Date): NewNotice => ({
  template: 'decided-by-desk',
  parameters: { decision: 'refund', appealBy: appealEndsAt(judged, at) },
  to: { subjectId: ticket.subject_id },
});

function refusal(
  ticket: TicketRow,
  judged: Judgement,
  { asked, exception }: Pick<Decided, 'exception'> & { asked: Asked & { decision: 'refuse' } },
  at: Date,
): StepChange {
  return {
    move: moveOfRefusal(judged),
    events: [{ kind: 'refusalDecided', data: { clauses: asked.clauses } }],
    notices: [
      {
        template: 'ticket-decided-refusal',
        parameters: { ground: asked.ground, clauses: asked.clauses, exception, appealBy: appealEndsAt(judged, at) },
        to: { subjectId: ticket.subject_id },
      },
    ],
    kase: judged.kase,
  };
}

/** Where part of the money is out for good, time or another plan was given or the fault was mended, the ticket ends as what it is. */
function moveOfRefusal({ kase, assessment }: Judgement): TicketMove {
  if (kase.settledPayouts > 0) return 'remainderRefused';
  if (kase.appliedExtensions > 0) return 'extensionStands';
  const isMended = kase.appliedReplacements > 0 || assessment.proposal.kind === 'remediated';
  return isMended ? 'mendingStands' : 'refusalDecided';
}

async function replace(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  { decisionId }: Decided,
  settings: GrantSettings,
  at: Date,
): Promise<StepChange | Refusal> {
  if (!settings.hasShop) return refuse('rail-unavailable', { what: 'shop' });
  if (isInquired(judged)) return refuse('payouts-held');
  await insertRemedy(trx, { ticket, decisionId, kind: 'replacement', minutes: 0, bytes: '0', at });
  return {
    move: 'replacementDecided',
    events: [{ kind: 'replacementDecided', data: {} }],
    notices: [{ template: 'replacement-decided', parameters: {}, to: { subjectId: ticket.subject_id } }],
    kase: judged.kase,
  };
}
