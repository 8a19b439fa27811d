/** Facts that reach a ticket: what staff established, an incident of its order, the state of a dispute. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { type DisputeState, disputeStates, recordedFacts } from '../domain/facts.ts';
import type { InputId, TicketId } from '../domain/ids.ts';
import type { NoticeParameters } from '../domain/notice.ts';
import { tenderMethods } from '../domain/rail.ts';
import { advance, isBetterable, type TicketSnapshot, theDesk, theProvider } from '../domain/ticket.ts';
import { isHeldForDispute, type TicketCase } from './cases.ts';
import { chargedBack } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { freeDisputed, readDisputeStates } from './disputes.ts';
import { closeHold, forOpenDispute, openHolds } from './holds.ts';
import { decisionBy, type Judgement, judgeAgain, judgeTicket, leavesSome } from './judgements.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { takeStock } from './stock-taking.ts';
import { type NewNotice, type StepChange, takeStep, withNotices } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const statedSchema = z.object({
  fact: z.enum(recordedFacts),
  value: z.string(),
  ground: z.string(),
});

export function recordFact(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { fact, value, ground } = readRow('fact input', statedSchema, input?.body);
    if (fact === 'dispute_withdrawn') {
      // RP-3.8: two facts. This is the customer's; the block ends only when the provider reports its end.
      const noted = await trx('disputes')
        .where({ order_id: ticket.order_id })
        .whereNot({ kind: 'early_fraud_warning' })
        .whereNull('withdrawn_by_customer_at')
        .update({ withdrawn_by_customer_at: new Date(value) });
      if (noted === 0) return refuse('not-found', { what: 'dispute' });
    } else {
      await trx('ticket_facts').insert({
        ticket_id: ticket.id,
        fact,
        value,
        ground,
        stated_by: message.by.id,
        stated_role: message.by.role,
        at,
        input_id: message.inputId,
      });
    }
    return takeStock(trx, ticket, at, [{ kind: 'factRecorded', data: { fact } }]);
  });
}

export interface NoteMessage {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
}

const incidentSchema = z.object({ ref: z.string(), confirmed: z.boolean() });

/**
 * A fact about the order has come. It may move an open ticket; on a closed one it is recorded and shown to a person where
 * it could improve the outcome, and decides nothing by itself.
 */
export function recordIncidentNote(db: Database, message: NoteMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: theDesk, at }, async (trx, ticket, input) => {
    const { ref, confirmed } = readRow('incident input', incidentSchema, input?.body);
    const events = [{ kind: 'incidentNoted', data: { ref, confirmed } }];
    return takeFact(trx, ticket, events, confirmed ? 'incident' : null, at);
  });
}

const orderSchema = z.discriminatedUnion('fact', [
  z.object({ fact: z.enum(['order', 'usage']) }),
  z.object({
    fact: z.literal('elsewhere'),
    tenders: z.array(z.object({ minor: z.string(), currency: z.string(), method: z.enum(tenderMethods) })),
  }),
]);

/**
 * The shop corrected what it had said of the order, or measured late what was used up to the asking (RP-2.5); or a provider
 * told what has gone back of it elsewhere by now (R10), which its balance has already.
 */
export function recordOrderNote(db: Database, message: NoteMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: theDesk, at }, async (trx, ticket, input) => {
    const noted = readRow('order input', orderSchema, input?.body);
    if (noted.fact !== 'elsewhere')
      return takeFact(trx, ticket, [{ kind: 'orderNoted', data: { fact: noted.fact } }], noted.fact, at);
    const events = noted.tenders.map((data) => ({ kind: 'refundedElsewhere', data }));
    return takeFact(trx, ticket, events, null, at);
  });
}

/** Nothing that was decided or offered is decided again by itself: whoever may do so for a better outcome is told. */
async function takeFact(
  trx: Transaction,
  ticket: TicketRow,
  events: Events,
  fact: NoticeParameters['fact-arrived']['fact'] | null,
  at: Date,
): Promise<StepChange | Refusal> {
  const parameters = fact && { fact, offered: ticket.phase === 'offering', settling: ticket.phase === 'settling' };
  const notices: NewNotice[] = parameters ? [{ template: 'fact-arrived', parameters, to: { role: 'lead' } }] : [];
  if (ticket.phase === 'closed') return { events, notices: (await isBettered(trx, ticket, at)) ? notices : [] };
  const change = await takeStock(trx, ticket, at, events);
  if (isRefusal(change)) return change;
  const givesMore = change.kase !== undefined && proposesMore(judgeAgain(change.kase, at));
  return withNotices(change, ticket.phase === 'offering' || (ticket.phase === 'settling' && givesMore) ? notices : []);
}

/** Of a refund only where more than it is due now: else every fact about a refunded order would be shown to the leads. */
async function isBettered(trx: Transaction, ticket: TicketRow, at: Date): Promise<boolean> {
  if (ticket.outcome !== 'refunded') return isBetterable(ticket, false);
  const judged = await judgeTicket(trx, ticket.id, at);
  return !isRefusal(judged) && isBetterable(ticket, leavesSome(judged)) && proposesMore(judged);
}

/** RP-4.5: beside what is granted, which the case counts as given already. */
const proposesMore = ({ assessment: { proposal } }: Judgement): boolean =>
  proposal.kind === 'refund' || proposal.kind === 'offer';

const disputeSchema = z.object({ dispute: z.object({ state: z.enum(disputeStates) }) });

/** RP-3.8: an open dispute holds payouts and extensions; its end frees them, or ends the ticket where the money is gone. */
export function recordDisputeNote(db: Database, message: NoteMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: theProvider, at }, async (trx, ticket, input) => {
    const { state } = readRow('dispute input', disputeSchema, input?.body).dispute;
    const event = { kind: eventOf(state), data: { state } };
    // The note only wakes: words may come late and in any order, and an order may have several disputes.
    const isEnd = event.kind === 'disputeEnded';
    const states = await (isEnd ? freeDisputed : readDisputeStates)(trx, ticket.order_id);
    if (ticket.phase === 'closed') return { events: [event] };
    if (states.some((one) => one === 'lost' || one === 'prevented')) return chargedBack(trx, ticket, [event], at);
    const isOpen = states.includes('open');
    if (isOpen || states.includes('inquiry')) {
      const before = await judgeTicket(trx, ticket.id, at);
      if (isRefusal(before)) return before;
      if (isOpen || isHeldByInquiry(ticket, before)) return holdForDispute(trx, ticket, before.kase, [event], at);
    }
    const ended = await closeHold(trx, {
      ticketId: ticket.id,
      which: { kind: 'dispute' },
      result: 'ended',
      by: null,
      at,
    });
    // Nobody was told of one that held nothing.
    if (isEnd && ended === null) return takeStock(trx, ticket, at, [event]);
    if (isEnd) return freed(trx, ticket, state === 'won' ? 'won' : 'closed', [event], at);
    // D3: else an inquiry holds nothing, since a refund in full resolves it.
    const judged = await judgeTicket(trx, ticket.id, at);
    return isRefusal(judged) ? judged : { events: [event], kase: judged.kase };
  });
}

/**
 * D3: while the bank asks about the payment only all of it may go back. An offer is of a part and cannot be answered; of
 * what is granted a part is held, and what the shop is to do in place of money.
 */
const isHeldByInquiry = ({ phase }: TicketRow, judged: Judgement): boolean => {
  const { openRemedies, openPayouts } = judged.kase;
  if (phase === 'settling') return openRemedies > 0 || (openPayouts > 0 && leavesSome(judged));
  return phase === 'offering';
};

const eventOf = (state: DisputeState): string => {
  if (state === 'open' || state === 'inquiry') return 'disputeOpened';
  return state === 'lost' || state === 'prevented' ? 'chargedBack' : 'disputeEnded';
};

type Events = StepChange['events'];

/** `kase` as it stands before the hold. */
export async function holdForDispute(
  trx: Transaction,
  ticket: TicketRow,
  kase: TicketCase,
  events: Events,
  at: Date,
): Promise<StepChange | Refusal> {
  if (isHeldForDispute(kase)) return { events, kase };
  await openHolds(trx, [forOpenDispute(ticket.id, at)]);
  const after = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(after)) return after;
  return { events, notices: [opened(ticket, after)], kase: after.kase };
}

/** D13: the payout is held, and the 15 days run on. */
const opened = (ticket: TicketRow, { assessment }: Judgement): NewNotice => ({
  template: 'dispute-opened',
  parameters: { mendBy: ticket.phase === 'remediating' ? (assessment.clocks.remediation?.dueAt ?? null) : null },
  to: { subjectId: ticket.subject_id },
});

async function freed(
  trx: Transaction,
  ticket: TicketRow,
  ending: 'won' | 'closed',
  events: Events,
  at: Date,
): Promise<StepChange | Refusal> {
  const stock = await takeStock(trx, ticket, at, events);
  if (isRefusal(stock)) return stock;
  const phase = (stock.move && advance(ticket, stock.move)?.phase) ?? ticket.phase;
  const answerBy = stock.kase ? decisionBy(judgeAgain(stock.kase, at), phase) : null;
  const parameters = { ending, decisionBy: answerBy };
  const told: NewNotice = { template: 'dispute-ended', parameters, to: { subjectId: ticket.subject_id } };
  return { ...stock, notices: [...(stock.notices ?? []), told] };
}
