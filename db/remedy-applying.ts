/** The steps of having the shop apply a remedy: the gate before each call, and what the shop said. */

import type { Refusal } from '../domain/errors.ts';
import type { RemedyId, TicketId } from '../domain/ids.ts';
import type { OutcomeUnknown } from '../domain/rail.ts';
import { isFinalRemedy, type RemedyChange, reduceShopReport } from '../domain/remedy.ts';
import type { ShopReport } from '../domain/shop.ts';
import { moveAfterRemedies, type TicketSnapshot, theDesk, theProvider } from '../domain/ticket.ts';
import { afterBar, type Bar, isOver, isPart, readBar, readGate } from './bars.ts';
import { chargedBack, isChargedBack } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { readTakenBack, type TakenBack } from './plan-ends.ts';
import { moveRemedy, ofNewest, type RemedyRow, readTicketRemedies } from './remedies.ts';
import { type NewNotice, type StepChange, takeStep, withNotices } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** `look-up`: the shop may have been asked before. `held`: a hold keeps it back. `done`: nothing is left to ask. */
export type ApplyingAnswer = 'apply' | 'look-up' | 'held' | 'done';

/** D3: under an inquiry nothing is given but all of the money; the end of the plan goes with that. */
async function isKept(trx: Transaction, ticket: TicketRow, { kind }: RemedyRow, at: Date): Promise<boolean> {
  const gate = await readGate(trx, ticket);
  return gate.held || gate.disputed || (gate.inquired && (kind !== 'plan_end' || isPart(trx, ticket.id, at)));
}

/** Takes the remedy for its call, if it still may go: whoever moves its row first wins (a withdrawal, or we). */
export async function beginApplying(
  db: Database,
  remedy: RemedyRow,
  settings: { dryRun: boolean },
  at: Date,
): Promise<ApplyingAnswer> {
  let go: ApplyingAnswer = 'done';
  await takeStep(db, { ticketId: remedy.ticket_id, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const remedies = await readTicketRemedies(trx, ticket.id);
    const fresh = remedies.find(({ id: own }) => own === remedy.id);
    if (fresh?.state === 'applying' || fresh?.state === 'unknown') go = 'look-up';
    if (fresh?.state !== 'granted') return null;
    const bar = await readBar(trx, fresh);
    if (bar) return endByBar(trx, ticket, fresh, bar, at);
    if (await isKept(trx, ticket, fresh, at)) {
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

/** `held`: a hold keeps it back. `barred`: for good, and its last call is not yet a day old. `ended`: nothing is left. */
export type SecondLook = 'free' | 'held' | 'barred' | 'ended';

/** Asked of a remedy that was looked up in vain, before the shop is asked again: the same gate as before the first call. */
export async function lookAgain(db: Database, remedy: RemedyRow, at: Date): Promise<SecondLook> {
  let answer: SecondLook = 'ended';
  await takeStep(db, { ticketId: remedy.ticket_id, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const fresh = (await readTicketRemedies(trx, ticket.id)).find(({ id: own }) => own === remedy.id);
    if (fresh?.state !== 'applying' && fresh?.state !== 'unknown') return null;
    const takenBack = await readTakenBack(trx, fresh);
    if (takenBack) {
      const isEnded = isOver(takenBack, fresh.updated_at, at);
      if (!isEnded) answer = 'barred';
      // What its ticket waits for since is not decided by it.
      return isEnded ? cancelled(trx, fresh, takenBack, at) : null;
    }
    const bar = await readBar(trx, fresh);
    answer = bar ? 'barred' : (await isKept(trx, ticket, fresh, at)) ? 'held' : 'free';
    if (bar === null || !isOver(bar, fresh.updated_at, at)) return null;
    answer = 'ended';
    return endByBar(trx, ticket, fresh, bar, at);
  });
  return answer;
}

async function endByBar(
  trx: Transaction,
  ticket: TicketRow,
  remedy: RemedyRow,
  bar: Bar,
  at: Date,
): Promise<StepChange | Refusal> {
  const { events } = await cancelled(trx, remedy, bar, at);
  return afterBar(trx, ticket, bar, { events, at, unbooked: [] });
}

async function cancelled(
  trx: Transaction,
  remedy: RemedyRow,
  { reason }: Pick<TakenBack, 'reason'>,
  at: Date,
): Promise<Pick<StepChange, 'events'>> {
  await moveRemedy(trx, remedy, { state: 'cancelled', reason }, at);
  return { events: [{ kind: 'remedyCancelled', data: { kind: remedy.kind } }] };
}

const moveOf = (
  remedies: readonly RemedyRow[],
  changed: RemedyRow,
  state: RemedyRow['state'],
): Pick<StepChange, 'move'> => {
  const newest = ofNewest(remedies).map((remedy) => (remedy.id === changed.id ? { ...remedy, state } : remedy));
  const move = moveAfterRemedies(newest);
  return move ? { move } : {};
};

/**
 * What the shop said, by answer or look-up; one reducer, indifferent to order and repetition. Of what an earlier decision
 * asked for it is recorded as well, and does not move the ticket.
 */
export function recordShopReport(
  db: Database,
  given: { ticketId: TicketId; remedyId: RemedyId; report: ShopReport | OutcomeUnknown },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ticketId: given.ticketId, inputId: null, actor: theProvider, at }, async (trx, ticket) => {
    const remedies = await readTicketRemedies(trx, ticket.id);
    const fresh = remedies.find(({ id: own }) => own === given.remedyId);
    const change = fresh && reduceShopReport(fresh.state, given.report);
    if (!fresh || !change) return null;
    await moveRemedy(trx, fresh, change, at);
    const data = { kind: fresh.kind, planEndsAt: change.planEndsAt ?? null, ...reasonOf(change) };
    const events = [{ kind: eventOf(change), data }];
    const isLastWord = isFinalRemedy(change.state);
    const takenBack = isLastWord ? await readTakenBack(trx, fresh) : null;
    const notices = takenBack ? noticesOfTakenBack(change, takenBack) : noticesOf(ticket, fresh, change);
    const move = ticket.phase === 'settling' ? moveOf(remedies, fresh, change.state) : {};
    // RP-3.8: the bank was faster than a shop that refused.
    const isMoot = ticket.phase === 'settling' && isLastWord && change.state !== 'applied';
    if (!isMoot || !(await isChargedBack(trx, ticket.order_id))) return { ...move, events, notices };
    return withNotices(await chargedBack(trx, ticket, events, at), notices);
  });
}

/** Why it was not done, as the shop's code: staff see it on the ticket's timeline. */
const reasonOf = ({ reason }: RemedyChange): { reason?: string } => (reason === undefined ? {} : { reason });

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

/** A plan that goes on is as it should be; one that ended without its refund a person must have given back. */
const noticesOfTakenBack = ({ state }: RemedyChange, { reason, isOwed }: TakenBack): NewNotice[] =>
  state === 'applied' && isOwed
    ? [{ template: 'plan-ended-unpaid', parameters: { reason }, to: { role: 'lead' } }]
    : [];

const remedyWords = { extension: 'extension', plan_end: 'end_of_plan', replacement: 'replacement' } as const;
