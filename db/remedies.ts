/** Remedies at the shop: their rows, and the steps that the applying activity takes. Their keys stand before any call. */

import { z } from 'zod';
import { type Refusal } from '../domain/errors.ts';
import type { DecisionId, OrderId, RemedyId, TicketId } from '../domain/ids.ts';
import type { OutcomeUnknown } from '../domain/rail.ts';
import {
  type RemedyChange,
  type RemedyKind,
  reduceShopReport,
  remedyKey,
  remedyKinds,
  remedyStates,
} from '../domain/remedy.ts';
import type { ShopReport } from '../domain/shop.ts';
import { moveAfterRemedies, type TicketSnapshot, theDesk, theProvider } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { id, instant, readRow, readRows } from './row.ts';
import { type NewNotice, type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const remedySchema = z.object({
  id: id<RemedyId>(),
  ticket_id: id<TicketId>(),
  order_id: id<OrderId>(),
  decision_id: id<DecisionId>(),
  remedy_no: z.number().int(),
  key: z.string(),
  kind: z.enum(remedyKinds),
  extend_minutes: z.number().int(),
  extend_bytes: z.string(),
  state: z.enum(remedyStates),
  created_at: instant,
});

export type RemedyRow = z.output<typeof remedySchema>;

export async function insertRemedy(
  trx: Transaction,
  given: {
    ticket: TicketRow;
    decisionId: DecisionId;
    kind: RemedyKind;
    minutes: number;
    bytes: string;
    at: Date;
  },
): Promise<void> {
  const order = given.ticket.order_id;
  await trx.raw(
    `with numbered as (update orders set last_remedy_no = last_remedy_no + 1 where id = :order returning last_remedy_no)
     insert into remedies (ticket_id, order_id, decision_id, remedy_no, key, kind, extend_minutes, extend_bytes, state, created_at, updated_at)
     select :ticket, :order, :decision, last_remedy_no, :keyStem || last_remedy_no, :kind, :minutes, :bytes, 'granted', :at, :at from numbered`,
    {
      order,
      ticket: given.ticket.id,
      decision: given.decisionId,
      keyStem: remedyKey(order, 0).slice(0, -1),
      kind: given.kind,
      minutes: given.minutes,
      bytes: given.bytes,
      at: given.at,
    },
  );
}

export interface RemedyToApply extends RemedyRow {
  readonly order_ref: string;
}

export async function readRemedy(db: Queryable, remedyId: RemedyId): Promise<RemedyToApply> {
  const row: unknown = await db('remedies')
    .join('orders', 'orders.id', 'remedies.order_id')
    .where({ 'remedies.id': remedyId })
    .first('remedies.*', 'orders.ref as order_ref');
  return readRow('remedy', remedySchema.extend({ order_ref: z.string() }), row);
}

const readTicketRemedies = async (trx: Transaction, ticketId: TicketId): Promise<RemedyRow[]> =>
  readRows('remedy', remedySchema, await trx('remedies').where({ ticket_id: ticketId }).orderBy('remedy_no'));

/** Those of the decision that counts: an earlier one's are history. */
const ofNewest = (remedies: readonly RemedyRow[]): RemedyRow[] =>
  remedies.filter((remedy) => remedy.decision_id === remedies.at(-1)?.decision_id);

async function moveRemedy(trx: Transaction, remedy: RemedyRow, change: RemedyChange, at: Date): Promise<void> {
  const ended = ['applied', 'failed', 'cancelled', 'rehearsed'].includes(change.state);
  const moved = await trx('remedies')
    .where({ id: remedy.id, state: remedy.state })
    .update({
      state: change.state,
      ...(change.shopRef === undefined ? {} : { shop_ref: change.shopRef }),
      ...(change.planEndsAt === undefined ? {} : { plan_ends_at: change.planEndsAt }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ended_at: ended ? at : null,
      updated_at: at,
    });
  if (moved !== 1) throw new Error('a remedy was moved by someone else');
}

/** `look-up`: the shop may have been asked before. `held`: a hold keeps it back. `done`: nothing is left to ask. */
export type ApplyingAnswer = 'apply' | 'look-up' | 'held' | 'done';

/** Takes the remedy for its call, if it still may go: whoever moves its row first wins (a withdrawal, or we). */
export async function beginApplying(
  db: Database,
  remedy: RemedyRow,
  settings: { dryRun: boolean },
  at: Date,
): Promise<ApplyingAnswer> {
  let go: ApplyingAnswer = 'done';
  await takeStep(db, { ticketId: remedy.ticket_id, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const remedies = ofNewest(await readTicketRemedies(trx, ticket.id));
    const fresh = remedies.find(({ id: own }) => own === remedy.id);
    if (fresh?.state === 'applying' || fresh?.state === 'unknown') go = 'look-up';
    if (fresh?.state !== 'granted') return null;
    if (await trx('holds').where({ ticket_id: ticket.id }).whereNull('released_at').first('id')) {
      go = 'held';
      return null;
    }
    if (settings.dryRun) {
      await moveRemedy(trx, fresh, { state: 'rehearsed' }, at);
      return {
        ...moveOf(remedies, fresh, 'rehearsed'),
        events: [{ kind: 'remedyRehearsed', data: { kind: fresh.kind } }],
      };
    }
    await moveRemedy(trx, fresh, { state: 'applying' }, at);
    go = 'apply';
    return { events: [{ kind: 'remedyApplying', data: { kind: fresh.kind } }] };
  });
  return go;
}

const moveOf = (
  remedies: readonly RemedyRow[],
  changed: RemedyRow,
  state: RemedyRow['state'],
): Pick<StepChange, 'move'> => {
  const move = moveAfterRemedies(remedies.map((remedy) => (remedy.id === changed.id ? { ...remedy, state } : remedy)));
  return move ? { move } : {};
};

/** What the shop said, by answer or look-up; one reducer, indifferent to order and repetition. */
export function recordShopReport(
  db: Database,
  given: { ticketId: TicketId; remedyId: RemedyId; report: ShopReport | OutcomeUnknown },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ticketId: given.ticketId, inputId: null, actor: theProvider, at }, async (trx, ticket) => {
    const remedies = ofNewest(await readTicketRemedies(trx, ticket.id));
    const fresh = remedies.find(({ id: own }) => own === given.remedyId);
    const change = fresh && reduceShopReport(fresh.state, given.report);
    if (!fresh || !change) return null;
    await moveRemedy(trx, fresh, change, at);
    const data = { kind: fresh.kind, planEndsAt: change.planEndsAt ?? null };
    return {
      ...(ticket.phase === 'settling' ? moveOf(remedies, fresh, change.state) : {}),
      events: [{ kind: eventOf(change), data }],
      notices: noticesOf(ticket, fresh, change),
    };
  });
}

const eventOf = ({ state }: RemedyChange): string => `remedy${state.charAt(0).toUpperCase()}${state.slice(1)}`;

function noticesOf(ticket: TicketRow, remedy: RemedyRow, change: RemedyChange): NewNotice[] {
  const customer = { subjectId: ticket.subject_id };
  if (change.state === 'failed') {
    const parameters = { remedy: remedyWords[remedy.kind], reason: change.reason ?? 'refused' };
    return [{ template: 'remedy-failed', parameters, to: { role: 'lead' } }];
  }
  if (change.state !== 'applied') return [];
  if (remedy.kind === 'replacement') return [{ template: 'replacement-applied', parameters: {}, to: customer }];
  if (remedy.kind === 'plan_end') return [];
  const extension = { minutes: remedy.extend_minutes, bytes: remedy.extend_bytes };
  return [
    { template: 'extension-applied', parameters: { extension, endsAt: change.planEndsAt ?? null }, to: customer },
  ];
}

const remedyWords = { extension: 'extension', plan_end: 'end_of_plan', replacement: 'replacement' } as const;

/** Taken back before the call: nothing is asked of the shop. */
export async function cancelRemedies(trx: Transaction, ticketId: TicketId, reason: string, at: Date): Promise<void> {
  await trx('remedies')
    .where({ ticket_id: ticketId, state: 'granted' })
    .update({ state: 'cancelled', reason, ended_at: at, updated_at: at });
}

/** Whether the shop was or is being asked for something that the ticket still stands on. */
export const hasLeftUs = async (trx: Transaction, ticketId: TicketId): Promise<boolean> =>
  ofNewest(await readTicketRemedies(trx, ticketId)).some(({ state }) =>
    ['applying', 'unknown', 'applied'].includes(state),
  );
