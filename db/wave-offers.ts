/**
 * Offers of a wave as rows: for many orders at once what the steps of a ticket write for one, in a few statements. Each ticket
 * stands in `offering` with its versions, its assessment, the decision of whoever decided the wave, and its offer; its
 * workflow is begun by the kept input, and its customer mailed, at the pace that the jobs are given.
 */

import { dueOfPhase, nextDue } from '../domain/due.ts';
import type { OrderId, SubjectId } from '../domain/ids.ts';
import type { OfferProposal } from '../domain/incident-wave.ts';
import { plannedReminders } from '../domain/reminders.ts';
import { theDesk } from '../domain/ticket.ts';
import { hashAssessment } from './assessments.ts';
import { waitsOf } from './cases.ts';
import type { Transaction } from './database.ts';
import { hashEvent, type NewEvent } from './events.ts';
import { laterJobPriority } from './jobs.ts';
import { assessmentOf, type Judgement } from './judgements.ts';
import { madeOf, termsOf } from './offers.ts';
import type { OrderCase } from './order-cases.ts';

export interface WaveOffer {
  readonly order: OrderCase;
  readonly judged: Judgement;
  readonly proposal: OfferProposal;
}

export interface WaveOffering {
  readonly decidedBy: SubjectId;
  /** Names the incident; the same text on every ticket. */
  readonly description: string;
  /** Of the kept inputs: with the order's id, unique for the incident. */
  readonly inputKey: string;
  readonly at: Date;
}

/** Writes tickets, events, assessments, decisions and offers: two statements. */
export async function insertWaveOffers(
  trx: Transaction,
  offers: readonly WaveOffer[],
  offering: WaveOffering,
): Promise<void> {
  if (offers.length === 0) return;
  const rows = JSON.stringify(offers.map((offer) => rowOf(offer, offering)));
  await trx.raw(insertTickets, { rows, description: offering.description, at: offering.at });
  await trx.raw(insertJudgements, { rows, at: offering.at, by: offering.decidedBy });
}

function rowOf({ order, judged, proposal }: WaveOffer, { at }: WaveOffering) {
  const { kase, assessment } = judged;
  const now = at.toISOString();
  const terms = termsOf(proposal);
  const { currency } = kase.order;
  const { event } = madeOf(terms, currency, { stands: false, at });
  const waits = { ...waitsOf(kase, 'offering', assessment), offeredAt: now, offerDays: terms.days };
  const due = nextDue(waits, now);
  const created: NewEvent = {
    kind: 'ticketCreated',
    data: { orderId: order.orderId, method: order.method, uploads: 0, missing: [], byWave: true },
  };
  const events = chained(order, [created, { kind: 'settledByFacts', data: {} }, event], at);
  const { input, result, occasion } = assessmentOf(order.ticketId, judged, 'decision', at);
  return {
    ticket: order.ticketId,
    order: order.orderId,
    account: order.accountId,
    subject: order.subjectId,
    method: order.method,
    fault: kase.fault,
    events,
    lastHash: events.at(-1)?.hash ?? '',
    dueKind: due?.kind ?? null,
    dueAt: due?.at ?? null,
    reminders: plannedReminders(waits, dueOfPhase(waits, now), assessment.clocks.decision),
    version: input.version.id,
    purchaseVersion: input.purchaseVersion?.id ?? null,
    occasion,
    engine: result.engine,
    facts: input.facts,
    result,
    resultHash: hashAssessment(result).toString('hex'),
    ground: assessment.findings.find(({ clause }) => clause === 'RP-4.5')?.customer.en ?? 'RP-4.5',
    clauses: proposal.clauses,
    currency,
    ...terms,
  };
}

function chained({ ticketId }: OrderCase, events: readonly NewEvent[], at: Date) {
  let previous: Buffer | null = null;
  return events.map((event, index) => {
    const link = { ticketId, number: index + 1, at, actor: theDesk, inputId: null, ...event };
    const hash: Buffer = hashEvent(previous, link);
    const wire = {
      ...event,
      number: link.number,
      previous: previous?.toString('hex') ?? null,
      hash: hash.toString('hex'),
    };
    previous = hash;
    return wire;
  });
}

const insertTickets = `
  with given as (
    select * from jsonb_to_recordset(:rows::jsonb) as (ticket uuid, "order" uuid, account uuid, subject uuid, method text,
      fault text, events jsonb, "lastHash" text, "dueKind" text, "dueAt" timestamptz, reminders jsonb, version uuid,
      "purchaseVersion" uuid)
  ), told as (
    insert into ticket_events (ticket_id, number, kind, at, actor_id, actor_role, data, input_id, previous_hash, hash)
    select ticket, number, kind, :at, null, 'system', data, null, decode(previous, 'hex'), decode(hash, 'hex')
    from given cross join lateral jsonb_to_recordset(events) as (number integer, kind text, data jsonb, previous text, hash text)
    order by ticket, number
  ), reminded as (
    insert into reminders (ticket_id, kind, at, due_at, state)
    select ticket, planned.kind, planned.at, planned."dueAt", 'set'
    from given cross join lateral jsonb_to_recordset(reminders) as planned (kind text, at timestamptz, "dueAt" timestamptz)
    where planned.at > :at
  )
  insert into tickets (id, order_id, account_id, subject_id, phase, asked_at, claimed_method, description, fault, policy_version_id,
    purchase_version_id, materials_complete_at, due_kind, due_at, last_event_number, last_event_hash, created_at, updated_at)
  select ticket, "order", account, subject, 'offering', :at, method, :description, fault, version, "purchaseVersion", :at, "dueKind",
    "dueAt", jsonb_array_length(events), decode("lastHash", 'hex'), :at, :at
  from given order by "order"`;

const insertJudgements = `
  with given as (
    select * from jsonb_to_recordset(:rows::jsonb) as (ticket uuid, occasion text, engine integer, version uuid,
      "purchaseVersion" uuid, facts jsonb, result jsonb, "resultHash" text, ground text, clauses jsonb, currency text,
      "refundMinor" bigint, minutes integer, bytes bigint, intervals jsonb, days integer, "endsPlan" boolean)
  ), assessed as (
    insert into assessments (ticket_id, number, at, occasion, engine, policy_version_id, purchase_version_id, facts, result, result_sha256)
    select ticket, 1, :at, occasion, engine, version, "purchaseVersion", facts, result, decode("resultHash", 'hex') from given
    returning id, ticket_id
  ), decided as (
    insert into decisions (ticket_id, decided_by, decision, ground, clauses, currency, assessment_id, state, at)
    select ticket, :by, 'offer', ground, array(select jsonb_array_elements_text(clauses)), null, assessed.id, 'final', :at
    from given join assessed on assessed.ticket_id = ticket returning id, ticket_id
  )
  insert into offers (ticket_id, decision_id, refund_minor, currency, extend_minutes, extend_bytes, intervals, offered_at, offer_days,
    ends_plan)
  select ticket, decided.id, "refundMinor", currency, minutes, bytes, intervals, :at, days, "endsPlan"
  from given join decided on decided.ticket_id = ticket`;

/** What leaves the desk on account of an order, in the order in which it is handed on. */
export type Handing =
  | { readonly kind: 'offered'; readonly offer: WaveOffer }
  | { readonly kind: 'told'; readonly order: OrderCase; readonly parameters: object }
  | { readonly kind: 'read'; readonly orderId: OrderId };

export interface HandingOn {
  readonly waveId: string;
  readonly perSecond: number;
  readonly offering: WaveOffering;
}

/** Keeps inputs and notices, and dates their jobs one after the other behind those that the wave has handed on before. */
export async function handOn(
  trx: Transaction,
  handings: readonly Handing[],
  { waveId, perSecond, offering }: HandingOn,
): Promise<void> {
  if (handings.length === 0) return;
  await trx.raw(insertHandings, {
    rows: JSON.stringify(handings.map((handing, turn) => ({ turn, ...handingOf(handing, waveId, offering) }))),
    wave: waveId,
    at: offering.at,
    every: 1 / perSecond,
    count: handings.length,
    key: offering.inputKey,
    priority: laterJobPriority,
  });
}

function handingOf(handing: Handing, waveId: string, { at, inputKey }: WaveOffering) {
  if (handing.kind === 'read') return { order: handing.orderId, capture: true };
  const { order } = handing.kind === 'told' ? handing : handing.offer;
  if (handing.kind === 'told') {
    const { orderId, subjectId } = order;
    // A wave tells an order once; a later one tells it again where the mail of a former one did not go.
    const noticeKey = `order/${orderId}/${inputKey}/${waveId}`;
    return {
      order: orderId,
      subject: subjectId,
      template: 'full-refund-due',
      parameters: handing.parameters,
      noticeKey,
    };
  }
  const { judged, proposal } = handing.offer;
  const { event, notice } = madeOf(termsOf(proposal), judged.kase.order.currency, { stands: false, at });
  const noticeKey = `${order.ticketId}/3`;
  return {
    order: order.orderId,
    ticket: order.ticketId,
    subject: order.subjectId,
    noticeKey,
    ...notice,
    event: event.kind,
  };
}

const insertHandings = `
  with given as (
    select * from jsonb_to_recordset(:rows::jsonb) as (turn integer, "order" uuid, ticket uuid, subject uuid, template text,
      parameters jsonb, "noticeKey" text, capture boolean)
  ), begun as (
    select greatest(clock_timestamp(), handed_until) as from_at from incident_waves where id = :wave
  ), dated as (
    select given.*, begun.from_at + turn * make_interval(secs => :every) as run_at from given, begun
  ), handed as (
    update incident_waves set handed_until = begun.from_at + :count * make_interval(secs => :every) from begun where id = :wave
  ), kept as (
    insert into inputs (source, scope, key, operation, request_hash, subject_id, ticket_id, body, kept_at, delivery)
    select 'desk', 'wave', concat_ws('/', :key::text, "order"), 'createTicket', sha256(convert_to(concat_ws('/', :key::text, "order"), 'UTF8')),
      subject, ticket, '{}', :at, 'due' from given where ticket is not null returning id, ticket_id
  ), queued as (
    insert into notices (key, ticket_id, order_id, subject_id, audience, template, parameters, state, created_at)
    select concat_ws('/', "noticeKey", template, subject), ticket, case when ticket is null then "order" end, subject, 'customer',
      template, parameters, 'queued', :at from given where template is not null
    on conflict (key) do nothing returning id, key
  ), jobs as (
    select 'deliver_input' as task, json_build_object('inputId', kept.id) as payload, null as key, run_at
    from kept join dated on dated.ticket = kept.ticket_id
    union all
    select 'send_notice', json_build_object('noticeId', queued.id), null, run_at
    from queued join dated on queued.key = concat_ws('/', "noticeKey", template, subject)
    union all
    select 'read_captures', json_build_object('orderId', "order", 'orReading', true), 'read_captures_or_reading/' || "order", run_at
    from dated where capture
  )
  select count(*) from graphile_worker.add_jobs(array(
    select row(task, payload, null, run_at, 1000, key, :priority::integer, null)::graphile_worker.job_spec from jobs),
    job_key_preserve_run_at => true)`;
