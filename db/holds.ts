/**
 * Holds beside a ticket's phase, and the clocks that each stops: who, why, since when. They keep payouts back, and never
 * stop the days of RP-2.4a but where the customer owes details and the version says so.
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { ClockKind } from '../domain/facts.ts';
import { type HoldKind, type HoldResult, heldClocks, holdKinds, placedHoldKinds } from '../domain/hold.ts';
import type { HoldId, SubjectId, TicketId } from '../domain/ids.ts';
import { advance, type TicketSnapshot } from '../domain/ticket.ts';
import type { TicketCase } from './cases.ts';
import type { Database, Transaction } from './database.ts';
import { takeBack } from './grant-ends.ts';
import { decisionBy, judgeAgain, judgeTicket, remediationRuleOf } from './judgements.ts';
import { type Booking, bookEntries } from './ledger.ts';
import type { PersonMessage } from './reviews.ts';
import { id, readRow, readRows } from './row.ts';
import { takeStock } from './stock-taking.ts';
import { type NewNotice, type StepChange, takeStep, withNotices } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const dayMs = 86_400_000;

export interface NewHold {
  readonly ticketId: TicketId;
  readonly kind: HoldKind;
  readonly ground: string;
  readonly by: SubjectId | null;
  readonly stops: readonly ClockKind[];
  readonly dueAt: Date | null;
  readonly at: Date;
}

/** Places holds of different kinds and stops their clocks, in one statement. */
export async function openHolds(trx: Transaction, holds: readonly NewHold[]): Promise<readonly HoldId[]> {
  if (holds.length === 0) return [];
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with given as (
       select * from jsonb_to_recordset(:holds::jsonb)
         as ("ticketId" uuid, kind text, ground text, "by" uuid, at timestamptz, "dueAt" timestamptz, stops jsonb)
     ), placed as (
       insert into holds (ticket_id, kind, ground, placed_by, placed_at, due_at)
       select "ticketId", kind, ground, "by", at, "dueAt" from given returning id, kind
     ), stopped as (
       insert into clock_pauses (ticket_id, clock, reason, hold_id, started_at, started_by)
       select "ticketId", clock, kind, placed.id, at, "by"
       from placed join given using (kind), jsonb_array_elements_text(stops) as stopped (clock)
     )
     select id from placed`,
    { holds: JSON.stringify(holds) },
  );
  return readRows('hold', z.object({ id: id<HoldId>() }), rows).map((row) => row.id);
}

/** RP-3.8: while a dispute is open nothing is paid and nothing extended, and our own promises stand still. */
export const forOpenDispute = (ticketId: TicketId, at: Date): NewHold => ({
  ticketId,
  kind: 'dispute',
  ground: 'dispute',
  by: null,
  stops: ['decision', 'lapse', 'offer'],
  dueAt: null,
  at,
});

/** Releases an open hold and lets its clocks go on; `null` where there is no such open hold of the ticket. */
export async function closeHold(
  trx: Transaction,
  given: {
    ticketId: TicketId;
    which: { id: HoldId } | { kind: HoldKind };
    result: HoldResult;
    by: SubjectId | null;
    at: Date;
  },
): Promise<HoldKind | null> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with released as (
       update holds set released_at = :at, released_by = :by, result = :result
       where ticket_id = :ticket and released_at is null and (id = :id::uuid or kind = :kind::text) returning id, kind
     ), resumed as (
       update clock_pauses set ended_at = :at where hold_id in (select id from released) and ended_at is null
     )
     select kind from released`,
    {
      ticket: given.ticketId,
      id: 'id' in given.which ? given.which.id : null,
      kind: 'kind' in given.which ? given.which.kind : null,
      result: given.result,
      by: given.by,
      at: given.at,
    },
  );
  return rows[0] === undefined ? null : readRow('hold', z.object({ kind: z.enum(holdKinds) }), rows[0]).kind;
}

const placeSchema = z.object({
  kind: z.enum(placedHoldKinds),
  ground: z.string(),
  stops: z.array(z.enum(heldClocks)),
});

export function recordHoldPlaced(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const body = readRow('hold input', placeSchema, input?.body);
    const before = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(before)) return before;
    if (body.kind === 'kyc' && before.kase.holds.some(({ kind, releasedAt }) => kind === 'kyc' && releasedAt === null))
      return refuse('hold-unknown', { what: 'kyc is asked already' });
    const by = message.by.id;
    const asked = { ground: body.ground, by, stops: body.stops };
    if (body.kind === 'kyc') {
      const { hold, change } = checkOf(ticket, before.kase, at, asked);
      await openHolds(trx, [hold]);
      return afterHold(trx, ticket, at, () => change);
    }
    await openHolds(trx, [{ ticketId: ticket.id, kind: body.kind, ...asked, dueAt: null, at }]);
    return afterHold(trx, ticket, at, () => ({
      events: [{ kind: 'holdPlaced', data: { kind: body.kind, stops: body.stops } }],
      notices: [
        {
          template: 'hold-placed',
          parameters: { hold: body.kind, stops: body.stops, ...remediationRuleOf(before) },
          to: toCustomer(ticket),
        },
      ],
    }));
  });
}

/** RP-5.3: the hold that asks the customer for the check, within the version's time, and what is told of it. */
export function checkOf(
  ticket: TicketRow,
  { version }: Pick<TicketCase, 'version'>,
  at: Date,
  asked: Pick<NewHold, 'ground' | 'by' | 'stops'> = { ground: 'RP-5.3', by: null, stops: [] },
): { readonly hold: NewHold; readonly change: StepChange } {
  const dueAt = new Date(at.getTime() + version.document.parameters.waiting.kycDays * dayMs);
  return {
    hold: { ticketId: ticket.id, kind: 'kyc', ...asked, dueAt, at },
    change: {
      events: [{ kind: 'holdPlaced', data: { kind: 'kyc', stops: asked.stops } }],
      notices: [{ template: 'kyc-requested', parameters: { answerBy: dueAt.toISOString() }, to: toCustomer(ticket) }],
    },
  };
}

const releaseSchema = z.object({ holdId: id<HoldId>() });

export function recordHoldReleased(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { holdId } = readRow('hold input', releaseSchema, input?.body);
    const kase = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(kase)) return kase;
    // A dispute's hold ends when the provider reports its end (RP-3.8), a question's when it is answered, KYC by its result.
    const held = kase.kase.holds.find((hold) => hold.id === holdId && hold.releasedAt === null);
    if (!held || held.kind === 'dispute' || held.kind === 'kyc' || kase.kase.information?.holdId === holdId)
      return refuse('hold-unknown');
    await closeHold(trx, { ticketId: ticket.id, which: { id: holdId }, result: 'released', by: message.by.id, at });
    return afterHold(trx, ticket, at, (answerBy) => ({
      events: [{ kind: 'holdReleased', data: { kind: held.kind, result: 'released' } }],
      notices: [
        { template: 'hold-released', parameters: { hold: held.kind, decisionBy: answerBy }, to: toCustomer(ticket) },
      ],
    }));
  });
}

const kycSchema = z.object({ result: z.enum(['passed', 'failed']), ground: z.string() });

/** RP-5.3: the payout is held until it is passed, failed or timed out. */
export function recordKyc(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { result } = readRow('kyc input', kycSchema, input?.body);
    return endKyc(trx, ticket, result, message.by.id, at);
  });
}

export async function endKyc(
  trx: Transaction,
  ticket: TicketRow,
  result: 'passed' | 'failed' | 'timed_out',
  by: SubjectId | null,
  at: Date,
): Promise<StepChange | Refusal> {
  const ended = await closeHold(trx, { ticketId: ticket.id, which: { kind: 'kyc' }, result, by, at });
  if (ended === null) return refuse('kyc-not-asked');
  const event = { kind: 'kycRecorded', data: { result } };
  const told = (answerBy: string | null): NewNotice => ({
    template: 'kyc-result',
    parameters: { result, decisionBy: answerBy },
    to: toCustomer(ticket),
  });
  // The result may settle the case, so that no materials are asked for; a review that has begun is finished.
  if (ticket.phase === 'gathering') {
    const change = await takeStock(trx, ticket, at, [event]);
    const kase = isRefusal(change) ? undefined : change.kase;
    const phase = (!isRefusal(change) && change.move && advance(ticket, change.move)?.phase) || ticket.phase;
    return withNotices(change, [told(kase ? decisionBy(judgeAgain(kase, at), phase) : null)]);
  }
  const stopped: Awaited<ReturnType<typeof stopGrant>> = result === 'passed' ? {} : await stopGrant(trx, ticket, at);
  const changeOf = (answerBy: string | null): StepChange => ({
    ...stopped,
    events: [event],
    notices: [told(answerBy), ...(stopped.notices ?? [])],
  });
  return afterHold(trx, ticket, at, changeOf, stopped.kase);
}

/**
 * A check that was not passed takes back what was granted, offered or put forward; what has left us ends as its rail says.
 * `unbooked` is what the step moved before.
 */
export async function stopGrant(
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  unbooked: readonly Booking[] = [],
): Promise<Pick<StepChange, 'move' | 'notices' | 'kase'>> {
  if (ticket.phase === 'settling') return stopSettling(trx, ticket, at, unbooked);
  await bookEntries(trx, unbooked, at);
  if (ticket.phase === 'offering') {
    await trx('offers')
      .where({ ticket_id: ticket.id })
      .whereNull('choice')
      .update({ choice: 'withdrawn', chosen_at: at });
    return { move: 'kycFailed' };
  }
  // Whoever confirmed it would not know of the check: it is decided anew.
  if (ticket.phase !== 'deciding') return {};
  const dropped = await trx('decisions')
    .where({ ticket_id: ticket.id, state: 'awaiting' })
    .update({ state: 'rejected' });
  const told = { template: 'ticket-to-decide', parameters: { turn: 'kyc_failed' }, to: { role: 'lead' } } as const;
  return dropped > 0 ? { notices: [told] } : {};
}

async function stopSettling(
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  unbooked: readonly Booking[],
): Promise<Pick<StepChange, 'move' | 'kase'>> {
  await takeBack(trx, ticket, 'kyc_failed', at, unbooked);
  const judged = await judgeTicket(trx, ticket.id, at);
  return isRefusal(judged) || judged.kase.leftUs > 0 ? {} : { move: 'kycFailed', kase: judged.kase };
}

const toCustomer = (ticket: TicketRow): NewNotice['to'] => ({ subjectId: ticket.subject_id });

/** What is due next is reckoned anew with the hold placed or released; `kase` is as it stands then, where it was read. */
async function afterHold(
  trx: Transaction,
  ticket: TicketRow,
  at: Date,
  changeOf: (answerBy: string | null) => StepChange,
  kase?: TicketCase,
): Promise<StepChange | Refusal> {
  const judged = kase ? judgeAgain(kase, at) : await judgeTicket(trx, ticket.id, at);
  return isRefusal(judged) ? judged : { ...changeOf(decisionBy(judged, ticket.phase)), kase: judged.kase };
}
