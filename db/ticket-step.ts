/**
 * One business step of a ticket in one transaction: its row, its events, its notices and jobs, and the mark on
 * the input that asked for it. Taken twice, the second changes nothing and answers as the first.
 */

import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { HoldKind } from '../domain/hold.ts';
import type { DisputeId, InputId, SubjectId, TicketId } from '../domain/ids.ts';
import type { NoticeSaid, noticeCodes } from '../domain/notice.ts';
import { isProbed } from '../domain/probe.ts';
import type { Role } from '../domain/role.ts';
import {
  type Actor,
  advance,
  isTicketAction,
  permits,
  type TicketMove,
  type TicketPhase,
  type TicketSnapshot,
  undoesDecision,
} from '../domain/ticket.ts';
import type { TicketCase } from './cases.ts';
import type { Database, Transaction } from './database.ts';
import { hashEvent, type NewEvent } from './events.ts';
import { type InputRow, readInput, settleInput } from './inputs.ts';
import { matchedIncidents, steeredProbes } from './jobs.ts';
import { type Plan, partsOf, planOf } from './ticket-plan.ts';
import { lockTicket, readSnapshot, type TicketRow } from './tickets.ts';

/** To one person, or to everyone of a role but those named. */
export type NewNotice = NoticeSaid & {
  readonly to: { readonly subjectId: SubjectId } | { readonly role: Role; readonly except?: readonly SubjectId[] };
};

/** The same to everyone of several roles. */
export const toRoles = (roles: readonly Role[], except: readonly SubjectId[], said: NoticeSaid): readonly NewNotice[] =>
  roles.map((role) => ({ ...said, to: { role, except } }));

/** What a step makes of a ticket. */
export interface StepChange {
  readonly move?: TicketMove;
  readonly events: readonly NewEvent[];
  readonly notices?: readonly NewNotice[];
  readonly run?: number;
  /** As it stands after what the step wrote; where it is given, what is due next is reckoned anew. */
  readonly kase?: TicketCase;
  /** An open hold of this kind ends with the step. */
  readonly endsHold?: HoldKind;
  /** The desk looked whether it may decide by itself, and may not. */
  readonly undecided?: true;
}

/** The change with more to tell. */
export const withNotices = (change: StepChange | Refusal, notices: readonly NewNotice[]): StepChange | Refusal =>
  isRefusal(change) ? change : { ...change, notices: [...notices, ...(change.notices ?? [])] };

export interface Step {
  readonly ticketId: TicketId;
  /** The kept input that asked for it; `null` for steps of the desk itself, which must know by state that they were taken. */
  readonly inputId: InputId | null;
  readonly actor: Actor;
  readonly at: Date;
  /** Waits for what is being kept for the ticket at this moment as well, so that the step sees it. */
  readonly awaitsKept?: boolean;
}

/** Decides what a step changes; `null` where there is nothing new to record. */
export type StepBody = (
  trx: Transaction,
  ticket: TicketRow,
  input: InputRow | null,
) => Promise<StepChange | Refusal | null>;

/** Takes the step under the ticket's row lock; answers with the newest snapshot, or with the stored refusal. */
export async function takeStep(db: Database, step: Step, body: StepBody): Promise<TicketSnapshot | Refusal> {
  return db.transaction(async (trx) => {
    const ticket = await lockTicket(trx, step.ticketId, step.awaitsKept);
    const input = step.inputId === null ? null : await readInput(trx, step.inputId);
    if (input?.refusal) return input.refusal;
    if (!input?.recorded_at) {
      const change = await inSavepoint(trx, async (inner) =>
        permitted(ticket, input, await body(inner, ticket, input)),
      );
      if (isRefusal(change)) {
        if (input) await settleInput(trx, input.id, step.at, change);
        return change;
      }
      const told = change && markUndone(change);
      const plan = change && (await planOf(trx, ticket, step.at, change));
      await record(trx, ticket, step, told ?? { events: [] }, plan);
    }
    return readSnapshot(trx, step.ticketId);
  });
}

/** RP-4.3: the event with which a decision comes undone says so, since another answer is owed from then. */
function markUndone(change: StepChange): StepChange {
  const last = change.events.at(-1);
  if (!last || !undoesDecision(change.move)) return change;
  return { ...change, events: [...change.events.slice(0, -1), { ...last, data: { ...last.data, undone: true } }] };
}

/** What was asked in time may be taken too late: the phase under the ticket's lock is what counts. */
function permitted(
  ticket: TicketRow,
  input: InputRow | null,
  change: StepChange | Refusal | null,
): StepChange | Refusal | null {
  if (isRefusal(change)) return change;
  const mayAsk = input === null || !isTicketAction(input.operation) || permits(ticket.phase, input.operation);
  if (mayAsk && (!change?.move || advance(ticket, change.move))) return change;
  return refuse(ticket.phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase: ticket.phase });
}

/** What a refused body wrote is undone, while the refusal itself is still recorded. */
export async function inSavepoint<Result>(
  trx: Transaction,
  body: (inner: Transaction) => Promise<Result | Refusal>,
): Promise<Result | Refusal> {
  class Refused extends Error {
    readonly refusal: Refusal;
    constructor(refusal: Refusal) {
      super(refusal.refused);
      this.refusal = refusal;
    }
  }
  try {
    return await trx.transaction(async (inner) => {
      const result = await body(inner);
      if (isRefusal(result)) throw new Refused(result);
      return result;
    });
  } catch (fault) {
    if (fault instanceof Refused) return fault.refusal;
    throw fault;
  }
}

/** Writes events, the ticket's row, what follows from the plan, the input's mark, and notices with their jobs: one statement. */
export async function record(
  trx: Transaction,
  ticket: TicketRow,
  step: Step,
  change: StepChange,
  plan: Plan | null = null,
): Promise<void> {
  const state = (change.move && advance(ticket, change.move)) ?? ticket;
  const chained = chain(ticket, step, change.events);
  const last = chained.at(-1);
  const number = last?.number ?? ticket.last_event_number;
  const notices = [...(change.notices ?? []), ...noticesOfTurn(ticket, change.move, plan)];
  const jobs = {
    steers: steersProbes(ticket.phase, state.phase, change.events),
    // An incident that was confirmed since counts for what is judged anew.
    matches: ticket.phase === 'closed' && state.phase !== 'closed',
  };
  await trx.raw(recordStatement(plan, jobs), {
    ...noticeBindings(ticket, number, step.at, notices),
    actor: step.actor.id,
    role: step.actor.role,
    input: step.inputId,
    events: JSON.stringify(chained),
    reminders: JSON.stringify(plan?.reminders ?? []),
    // What changed nothing that is due leaves the reminders as they are.
    isPlanned: plan !== null,
    phase: state.phase,
    outcome: state.outcome,
    closedAt: state.phase === 'closed' ? (ticket.closed_at ?? step.at) : null,
    run: change.run ?? ticket.run,
    number,
    hash: last ? Buffer.from(last.hash, 'hex') : ticket.last_event_hash,
    // What told nothing new changed nothing.
    updatedAt: last ? step.at : ticket.updated_at,
    dueKind: plan ? (plan.due?.kind ?? null) : ticket.due_kind,
    dueAt: plan ? (plan.due?.at ?? null) : ticket.due_at,
    materialsCompleteAt: plan ? plan.materialsCompleteAt : ticket.materials_complete_at,
    endsHold: plan?.endsHold ?? null,
  });
}

/** What a network context may come with. */
const withContext: readonly string[] = ['evidenceAdded', 'evidenceShared', 'informationAnswered'];

/** Whether the ticket's probes are to begin, or to end, or may have another context. */
const steersProbes = (from: TicketPhase, to: TicketPhase, events: readonly NewEvent[]): boolean =>
  isProbed(from) !== isProbed(to) || (isProbed(to) && events.some(({ kind }) => withContext.includes(kind)));

/** Moves that make a decision the next step of a ticket, which was promised something else before. */
const turns = {
  remediationExpired: 'remediation_over',
  incidentConfirmed: 'incident',
  otherCauseFound: 'other_cause',
  payoutDeclined: 'payout_declined',
  remedyFailed: 'remedy_failed',
  kycFailed: 'kyc_failed',
} as const satisfies Partial<Record<TicketMove, (typeof noticeCodes.turn)[number]>>;

/** A person must know that the course has changed: the customer what comes now, and who decides that it is their turn. */
function noticesOfTurn(ticket: TicketRow, move: TicketMove | undefined, plan: Plan | null): NewNotice[] {
  if (move === undefined || !(move in turns)) return [];
  const turn = turns[move as keyof typeof turns];
  const answerBy = plan?.answerBy ?? null;
  const decider = ticket.assignee_id ? { subjectId: ticket.assignee_id } : { role: 'agent' as const };
  return [
    { template: 'decision-begun', parameters: { turn, decisionBy: answerBy }, to: { subjectId: ticket.subject_id } },
    { template: 'ticket-to-decide', parameters: { turn, dueAt: answerBy }, to: decider },
  ];
}

/** Queues notices once per ticket, occasion, template and person, each with the job that sends it. */
const queueNotices = `queued as (
       insert into notices (key, ticket_id, dispute_id, subject_id, audience, template, parameters, state, created_at)
       select concat_ws('/', :ticket::text, :occasion::text, template, people.id), :ticket, :dispute, people.id,
         case people.role when 'customer' then 'customer' else 'staff' end, template, given.parameters, 'queued', :at
       from jsonb_to_recordset(:notices::jsonb) as given (template text, parameters jsonb, subject uuid, role text, barred uuid[])
         join people on people.id = given.subject or people.role = given.role and people.id <> all(given.barred)
       on conflict (key) do nothing returning id
     ), jobs as (
       select graphile_worker.add_job(identifier => 'send_notice', payload => json_build_object('noticeId', id), max_attempts => 1000)
       from queued
     )`;

/** What a notice is of: a ticket, or a dispute that may have none. */
export type NoticeAbout = { readonly id: TicketId } | { readonly disputeId: DisputeId };

function noticeBindings(
  about: NoticeAbout,
  occasion: number | string,
  at: Date,
  notices: readonly NewNotice[],
): { ticket: TicketId | null; dispute: DisputeId | null; occasion: string; at: Date; notices: string } {
  const wire = notices.map((notice) => ({
    template: notice.template,
    parameters: notice.parameters,
    subject: 'subjectId' in notice.to ? notice.to.subjectId : null,
    role: 'role' in notice.to ? notice.to.role : null,
    barred: 'role' in notice.to ? (notice.to.except ?? []) : [],
  }));
  const [ticket, dispute] = 'id' in about ? [about.id, null] : [null, about.disputeId];
  return { ticket, dispute, occasion: String(occasion), at, notices: JSON.stringify(wire) };
}

/**
 * All that a step records, in one statement. What would come too late is not set anew; what is set and due is still to be
 * sent. A select within it runs only where it is asked for, hence the last condition.
 */
const recordStatement = (
  plan: Plan | null,
  { steers, matches }: { readonly steers: boolean; readonly matches: boolean },
): string => `with told as (
       insert into ticket_events (ticket_id, number, kind, at, actor_id, actor_role, data, input_id, previous_hash, hash)
       select :ticket, number, kind, :at, :actor, :role, data, :input, decode(previous, 'hex'), decode(hash, 'hex')
       from jsonb_to_recordset(:events::jsonb) as (number integer, kind text, data jsonb, previous text, hash text) order by number
     ), recorded as (
       update inputs set recorded_at = :at where id = :input and recorded_at is null
     ), planned as (
       select * from jsonb_to_recordset(:reminders::jsonb) as (kind text, at timestamptz, "dueAt" timestamptz)
     ), voided as (
       update reminders set state = 'void' where ticket_id = :ticket and state = 'set' and :isPlanned
         and not exists (select from planned where planned.kind = reminders.kind and planned.at = reminders.at)
     ), reminded as (
       insert into reminders (ticket_id, kind, at, due_at, state) select :ticket, kind, at, "dueAt", 'set' from planned where at > :at
       on conflict (ticket_id, kind, at) do update set state = 'set', due_at = excluded.due_at where reminders.state = 'void'
     ), ${[...(plan ? partsOf(plan) : []), ...(steers ? [steeredProbes] : []), ...(matches ? [matchedIncidents()] : []), queueNotices].join(', ')}
     update tickets set phase = :phase, outcome = :outcome, closed_at = :closedAt, run = :run, last_event_number = :number,
       last_event_hash = :hash, updated_at = :updatedAt, due_kind = :dueKind, due_at = :dueAt,
       materials_complete_at = :materialsCompleteAt
     where id = :ticket and (select count(*) from jobs) >= 0${steers ? ' and (select count(*) from steered) >= 0' : ''}${
       matches ? ' and (select count(*) from matched) >= 0' : ''
     }`;

interface ChainedWire extends NewEvent {
  readonly number: number;
  readonly previous: string | null;
  readonly hash: string;
}

function chain(ticket: TicketRow, step: Step, events: readonly NewEvent[]): ChainedWire[] {
  let previous = ticket.last_event_hash;
  return events.map((event, index) => {
    const number = ticket.last_event_number + index + 1;
    const hash = hashEvent(previous, {
      ...event,
      ticketId: ticket.id,
      number,
      at: step.at,
      actor: step.actor,
      inputId: step.inputId,
    });
    const link = { ...event, number, previous: previous?.toString('hex') ?? null, hash: hash.toString('hex') };
    previous = hash;
    return link;
  });
}

/** Tells people something outside a step; `occasion` is what it is told of once. */
export async function tell(
  trx: Transaction,
  about: NoticeAbout,
  occasion: string,
  at: Date,
  notices: readonly NewNotice[],
): Promise<void> {
  await trx.raw(`with ${queueNotices} select count(*) from jobs`, noticeBindings(about, occasion, at, notices));
}
