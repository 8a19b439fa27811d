/**
 * What the auditor looks at: Postgres, the sandboxes' own books and the caught mails, read as they stand and checked as
 * they come in. Reads only; asks no part of the desk.
 */

import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { findDifferences, type LedgerDifference } from '../db/ledger-proof.ts';
import { currency, instant, minor, readRows } from '../db/row.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import { remedyKinds, remedyStates } from '../domain/remedy.ts';
import { reminderKinds } from '../domain/reminders.ts';
import { roles } from '../domain/role.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { type ProviderRefund, type ProviderUrls, readBooks, readRefunds } from './audit-providers.ts';

/**
 * I1: one payout. I2: books that balance and agree with the provider's. I3: states that were reached by the state
 * table's ways. I4: nothing acknowledged is lost. I5: mails for all that happened, and for nothing else.
 * I7: days that are over when they count as over.
 */
export interface Violation {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I7';
  readonly about: string;
  readonly what: string;
}

export interface AuditSources extends ProviderUrls {
  readonly db: Database;
  /** Of the shop's sandbox. */
  readonly shopUrl: string;
  /** Of the mail catcher's pages. */
  readonly mailUrl: string;
  /** Writes that clients saw answered with a 2xx. */
  readonly acknowledged?: readonly Acknowledged[];
}

/** An answer as a client saw it: whatever becomes of the processes, it must still be true afterwards. */
export interface Acknowledged {
  /** The principal's id. */
  readonly scope: string;
  readonly key: string;
  readonly status: number;
  readonly body: string;
}

const bytes = z.instanceof(Buffer);
const payoutState = z.enum(payoutStates as [PayoutState, ...PayoutState[]]);

const ticketSchema = z.object({
  id: z.string(),
  phase: z.enum(ticketPhases),
  outcome: z.enum(ticketOutcomes).nullable(),
  run: z.number(),
  /** In `gathering`, though all that any version asks for counts for it. */
  stalled: z.boolean(),
  last_event_number: z.number(),
  last_event_hash: bytes.nullable(),
});

const eventSchema = z.object({
  ticket_id: z.string(),
  number: z.number(),
  kind: z.string(),
  at: instant,
  actor_id: z.string().nullable(),
  actor_role: z.enum([...roles, 'system', 'provider']),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
  input_id: z.string().nullable(),
  hash: bytes,
});

const payoutSchema = z.object({
  id: z.string(),
  ticket_id: z.string(),
  tender_id: z.string(),
  /** That its grant came of, at once or by an offer. */
  decision_id: z.string(),
  key: z.string(),
  method: z.string(),
  rail: z.string(),
  amount_minor: minor,
  tax_minor: minor,
  currency,
  state: payoutState,
  approval: z.enum(['finance', 'limit']).nullable(),
  /** Its provider was asked what it has cost since it ended, and told. */
  costed: z.boolean(),
  provider_ref: z.string().nullable(),
  capture_ref: z.string().nullable(),
  /** Of the grant that its ticket was last decided for. */
  newest: z.boolean(),
});

const manualSchema = z.object({
  payout_id: z.string(),
  state: z.string(),
  amount_minor: minor,
  reference: z.string().nullable(),
});

const tenderSchema = z.object({
  id: z.string(),
  method: z.string(),
  capture_ref: z.string().nullable(),
  captured_minor: minor.nullable(),
  committed_minor: minor,
  elsewhere_minor: minor,
  /** Of it, what a former desk's tickets told of. */
  formerly_minor: minor,
});

const lineSchema = z.object({
  entry_id: z.string(),
  kind: z.string(),
  ticket_id: z.string().nullable(),
  payout_id: z.string().nullable(),
  account: z.string(),
  side: z.enum(['debit', 'credit']),
  minor,
  currency,
});

const inputSchema = z.object({
  id: z.string(),
  source: z.string(),
  scope: z.string(),
  key: z.string(),
  operation: z.string(),
  ticket_id: z.string().nullable(),
  delivery: z.enum(['none', 'due', 'applied', 'refused']),
  recorded_at: instant.nullable(),
  answer_status: z.number().nullable(),
  answer_body: z.string().nullable(),
});

const noticeSchema = z.object({
  id: z.string(),
  key: z.string(),
  ticket_id: z.string().nullable(),
  template: z.string(),
  state: z.enum(['queued', 'sent', 'withheld', 'failed']),
  email: z.string(),
});

const disputeEventSchema = z.object({ dispute_id: z.string(), key: z.string() });

const reminderSchema = z.object({
  id: z.string(),
  ticket_id: z.string(),
  kind: z.enum(reminderKinds),
  state: z.enum(['set', 'sent', 'void']),
});

const remedySchema = z.object({
  id: z.string(),
  ticket_id: z.string(),
  decision_id: z.string(),
  key: z.string(),
  kind: z.enum(remedyKinds),
  state: z.enum(remedyStates),
  shop_ref: z.string().nullable(),
});

const evidenceSchema = z.object({ ticket_id: z.string(), attached: z.number() });

const shopBooksSchema = z.object({
  actions: z.array(
    z.object({
      remedyId: z.string(),
      key: z.string(),
      kind: z.string(),
      outcome: z.discriminatedUnion('status', [
        z.object({ status: z.literal('applied'), shopRef: z.string() }),
        z.object({ status: z.literal('refused'), code: z.string() }),
      ]),
    }),
  ),
  credits: z.array(
    z.object({
      id: z.string(),
      captureRef: z.string(),
      remedyId: z.string().nullable(),
      minor: z.string().transform(BigInt),
    }),
  ),
});

const mailsSchema = z.array(z.object({ messageId: z.string(), to: z.array(z.string()), subject: z.string() }));

export type AuditedTicket = z.output<typeof ticketSchema>;
export type AuditedEvent = z.output<typeof eventSchema>;
export type AuditedPayout = z.output<typeof payoutSchema>;
export type AuditedTender = z.output<typeof tenderSchema>;
export type LedgerLine = z.output<typeof lineSchema>;
export type AuditedInput = z.output<typeof inputSchema>;
export type AuditedNotice = z.output<typeof noticeSchema>;
export type AuditedReminder = z.output<typeof reminderSchema>;
export type AuditedRemedy = z.output<typeof remedySchema>;
export type ShopAction = z.output<typeof shopBooksSchema>['actions'][number];
export type ShopCredit = z.output<typeof shopBooksSchema>['credits'][number];
export type AuditedMail = z.output<typeof mailsSchema>[number];

export interface Facts {
  readonly tickets: readonly AuditedTicket[];
  readonly events: readonly AuditedEvent[];
  readonly payouts: readonly AuditedPayout[];
  /** The desk's own book of what a person paid by hand. */
  readonly manualPayments: readonly z.output<typeof manualSchema>[];
  readonly tenders: readonly AuditedTender[];
  readonly lines: readonly LedgerLine[];
  readonly inputs: readonly AuditedInput[];
  readonly notices: readonly AuditedNotice[];
  readonly reminders: readonly AuditedReminder[];
  readonly disputeEvents: readonly z.output<typeof disputeEventSchema>[];
  readonly remedies: readonly AuditedRemedy[];
  readonly evidence: readonly z.output<typeof evidenceSchema>[];
  /** What the desk's own proof of its books finds wrong. */
  readonly differences: readonly LedgerDifference[];
  /** Tables that refuse every change of a row. */
  readonly appendOnly: readonly string[];
  readonly refunds: readonly ProviderRefund[];
  /** What the shop was asked to do, by its own books. */
  readonly actions: readonly ShopAction[];
  readonly credits: readonly ShopCredit[];
  readonly mails: readonly AuditedMail[];
  readonly acknowledged: readonly Acknowledged[];
}

/** Postgres in one snapshot, so that no half of a step is seen; the provider's books before it, as they come first. */
export async function gatherFacts(sources: AuditSources): Promise<Facts> {
  const refunds = await readRefunds(sources);
  const { actions, credits } = shopBooksSchema.parse(await readBooks(sources.shopUrl));
  const rows = await sources.db.transaction(readAll, { isolationLevel: 'repeatable read', readOnly: true });
  const mails = mailsSchema.parse(await (await fetch(`${sources.mailUrl}/api/mails`)).json());
  return { ...rows, refunds, actions, credits, mails, acknowledged: sources.acknowledged ?? [] };
}

async function readAll(
  db: Database,
): Promise<Omit<Facts, 'refunds' | 'actions' | 'credits' | 'mails' | 'acknowledged'>> {
  const all = async <Schema extends z.ZodType>(
    noun: string,
    schema: Schema,
    query: string,
  ): Promise<z.output<Schema>[]> => readRows(noun, schema, (await db.raw<{ rows: unknown[] }>(query)).rows);
  const triggers = await all('trigger', z.object({ table: z.string() }), appendOnlyQuery);
  return {
    tickets: await all('ticket', ticketSchema, ticketsQuery),
    events: await all('event', eventSchema, 'select * from ticket_events order by ticket_id, number'),
    payouts: await all('payout', payoutSchema, payoutsQuery),
    manualPayments: await all('payment by hand', manualSchema, 'select * from manual_payments'),
    tenders: await all('tender', tenderSchema, tendersQuery),
    lines: await all(
      'ledger line',
      lineSchema,
      `select entry_id, kind, ticket_id, payout_id, account, side, minor, currency
       from ledger_lines join ledger_entries on ledger_entries.id = entry_id`,
    ),
    differences: await findDifferences(db),
    inputs: await all('input', inputSchema, 'select * from inputs'),
    notices: await all(
      'notice',
      noticeSchema,
      'select notices.*, people.email from notices join people on people.id = subject_id',
    ),
    reminders: await all('reminder', reminderSchema, 'select id, ticket_id, kind, state from reminders'),
    disputeEvents: await all('dispute event', disputeEventSchema, 'select dispute_id, key from dispute_events'),
    remedies: await all('remedy', remedySchema, 'select * from remedies'),
    evidence: await all(
      'evidence',
      evidenceSchema,
      `select ticket_id, count(*)::integer as attached from evidence_files where state = 'attached' and origin_id is null group by ticket_id`,
    ),
    appendOnly: triggers.map(({ table }) => table),
  };
}

const ticketsQuery = `
  select id, phase, outcome, run, last_event_number, last_event_hash,
    phase = 'gathering' and trim(description) <> '' and exists (select from ticket_evidence join evidence_files as files on files.id = evidence_id
        where ticket_evidence.ticket_id = tickets.id and files.intake <> 'refused' and files.kind is distinct from 'archive')
      and exists (select from tickets as given join ticket_network_contexts on ticket_id = given.id
        where given.id = tickets.id or given.request_id = tickets.request_id) as stalled
  from tickets`;

const tendersQuery = `
  select *, (select least(coalesce(sum(amount_minor), 0), captured_minor)::text from past_refunds
    where tender_id = order_tenders.id) as formerly_minor
  from order_tenders`;

const payoutsQuery = `
  select payouts.*, order_tenders.capture_ref, grants.decision_id,
    exists (select from payout_costs where payout_id = payouts.id and told_at > state_since) as costed,
    grant_id = (select id from grants where ticket_id = payouts.ticket_id order by at desc, id desc limit 1)
      and not exists (select from payouts as newer where newer.replaces = payouts.id) as newest
  from payouts join order_tenders on order_tenders.id = tender_id join grants on grants.id = grant_id
  order by payouts.created_at, payout_no`;

const appendOnlyQuery = `
  select distinct tgrelid::regclass::text as table from pg_trigger join pg_proc on pg_proc.oid = tgfoid
  where proname = 'refuse_change' and tgenabled = 'O'`;
