/**
 * What the door needs of the inner side: stores, delivery, evidence, mail. Implemented in `db`, `providers` and
 * `runtime` and handed in.
 */

import type { Assessment, Suggestion } from '../domain/assessment.ts';
import type { Messenger } from '../domain/contact.ts';
import type { Refusal } from '../domain/errors.ts';
import type { AccountId, InputId, OrderId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { ImportedOrder } from '../domain/imported-order.ts';
import type { Currency } from '../domain/money.ts';
import type { NetworkContext, SeenFilter } from '../domain/network-context.ts';
import type { PayoutState } from '../domain/payout.ts';
import type { FaultKind, PolicyDocument, PolicyLanguage } from '../domain/policy.ts';
import type { RailName, TenderMethod } from '../domain/rail.ts';
import type { TicketPhase } from '../domain/ticket.ts';
import type { BankFiles } from './bank-port.ts';
import type { Conduct, StaffTies } from './conduct-port.ts';
import type { ContactView } from './customer-views.ts';
import type { Disputes } from './dispute-port.ts';
import type { ExplainedView } from './explained-views.ts';
import type { Imports } from './import-port.ts';
import type { Incidents } from './incident-port.ts';
import type { CreditNotes, Ledger } from './ledger-ports.ts';
import type { NewPayee, PayeeView, ToldCapture } from './payee-port.ts';
import type { PayoutCellView, PayoutView, PayoutWholeView, StopView } from './payout-views.ts';
import type { Membership, Viewer } from './principal.ts';
import type { Probes } from './probe-port.ts';
import type { Reconciliation } from './reconciliation-port.ts';
import type { Doing, Transactor } from './transactor.ts';
import type { Uploads } from './upload-port.ts';
import type {
  BacktestView,
  OrderView,
  Page,
  PageOf,
  PolicyVersionView,
  SaidView,
  TicketSummaryView,
  TicketView,
  TimelineView,
} from './views.ts';

// ---- Inputs and their delivery

export interface KeepInput {
  readonly source: 'api';
  readonly scope: string;
  readonly key: string;
  readonly operation: string;
  readonly requestHash: Buffer;
  readonly subjectId: SubjectId;
  readonly ticketId: TicketId | null;
  readonly payoutId: PayoutId | null;
  readonly body: unknown;
  readonly at: Date;
  readonly delivery: 'none' | 'due';
}

export interface KeptInput {
  readonly id: InputId;
  readonly operation: string;
  readonly subject_id: SubjectId | null;
  readonly ticket_id: TicketId | null;
  readonly payout_id: PayoutId | null;
  readonly kept_at: Date;
  readonly delivery: 'none' | 'due' | 'applied' | 'refused';
  readonly refusal: Refusal | null;
  readonly answer_status: number | null;
  readonly answer_body: string | null;
}

export interface Inputs {
  keep(
    trx: Transactor,
    given: KeepInput,
  ): Promise<{ readonly kind: 'new' | 'same' | 'reused'; readonly input: KeptInput }>;
  /** Whether something was kept under a key of the API. */
  isKept(scope: string, key: string): Promise<boolean>;
  answer(trx: Transactor, inputId: InputId, answer: { status: number; body: string }): Promise<void>;
  read(inputId: InputId): Promise<KeptInput | null>;
}

export type DeliveryOutcome =
  | { readonly state: 'applied' }
  | { readonly state: 'refused'; readonly refusal: Refusal }
  | { readonly state: 'kept' };

export interface Delivery {
  /** Waits at the most `waitMs`; an input that was delivered before answers with its stored outcome. */
  deliver(inputId: InputId, waitMs: number): Promise<DeliveryOutcome>;
}

// ---- Stores

/** Where an operation of a ticket is aimed: enough to judge who may do what. */
export interface TicketTarget {
  readonly ticketId: TicketId;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly phase: TicketPhase;
}

export interface OpenTicket extends Doing {
  /** Accounts for which the person may ask. */
  readonly accountIds: readonly AccountId[];
  readonly orderRef: string;
  readonly paymentMethod: TenderMethod;
  /** Asked for in the same request, each a ticket of its own: all are opened or none. */
  readonly linkedOrders: readonly { readonly orderRef: string; readonly paymentMethod: TenderMethod }[];
  readonly fault: FaultKind;
  readonly description: string;
  readonly networkContext: NetworkContext | null;
  readonly uploadIds: readonly string[];
}

export interface TicketFilter {
  readonly phase?: TicketPhase;
  readonly assignee?: string;
  readonly orderRef?: string;
  /** An incident’s id. */
  readonly incident?: string;
  readonly urgent?: true;
  readonly seen?: SeenFilter;
}

export interface Tickets {
  /** `null` where it is not there or not this viewer's. */
  find(viewer: Viewer, ticketId: string): Promise<TicketTarget | null>;
  /** Within a transaction where one is given, so that a write answers with what it wrote. */
  read(viewer: Viewer, ticketId: TicketId, trx?: Transactor): Promise<TicketView | null>;
  list(viewer: Viewer, filter: TicketFilter, page: Page): Promise<PageOf<TicketSummaryView> | Refusal>;
  list(viewer: Viewer, filter: TicketFilter, page: Page): Promise<PageOf<TicketSummaryView> | Refusal>;
  timeline(viewer: Viewer, ticketId: TicketId, page: Page): Promise<PageOf<TimelineView> | Refusal>;
  /** Also makes the input due: its delivery is enqueued in the same transaction. */
  open(trx: Transactor, ticket: OpenTicket): Promise<{ readonly ticketId: TicketId } | Refusal>;
  assign(
    trx: Transactor,
    given: Doing & { readonly ticketId: TicketId; readonly assigneeId: string | null },
  ): Promise<Refusal | null>;
}

export interface Proposals {
  /** What the engine says as of now; refused where no policy version was in force when it was asked for. */
  read(ticketId: TicketId, at: Date): Promise<(Assessment & { readonly suggestion: Suggestion | null }) | Refusal>;
}

export interface Decisions {
  /** Every decision of a ticket, and every closing without one, with what it stands on, oldest first. */
  explain(ticketId: TicketId): Promise<readonly ExplainedView[]>;
}

export interface Say extends Doing {
  readonly ticketId: TicketId;
  readonly text: string;
}

export interface Messages {
  post(trx: Transactor, said: Say): Promise<SaidView | Refusal>;
  note(trx: Transactor, said: Say): Promise<SaidView | Refusal>;
}

export interface PayoutFilter {
  readonly order: 'urgent' | 'newest';
  readonly states?: readonly PayoutState[] | undefined;
  readonly rail?: RailName | undefined;
  readonly method?: TenderMethod | undefined;
  readonly currency?: Currency | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly ticket?: string | undefined;
  readonly orderRef?: string | undefined;
  readonly reference?: string | undefined;
  readonly exceptions?: boolean | undefined;
}

export interface Payouts {
  find(payoutId: string): Promise<{ readonly payoutId: PayoutId; readonly ticketId: TicketId } | null>;
  read(payoutId: PayoutId): Promise<PayoutView | null>;
  readWhole(payoutId: PayoutId): Promise<PayoutWholeView | null>;
  /** What is an exception is told as of `at`, and on later pages as of the first page's. */
  list(filter: PayoutFilter, page: Page, at: Date): Promise<PageOf<PayoutView> | Refusal>;
  readCells(at: Date): Promise<readonly PayoutCellView[]>;
  readPayee(payoutId: PayoutId): Promise<PayeeView | null>;
  /** Keeps the details of a reroute apart from its input, and makes that due. */
  keepPayee(trx: Transactor, payee: NewPayee): Promise<void>;
  tellCapture(trx: Transactor, told: ToldCapture): Promise<{ readonly confirmed: boolean } | Refusal>;
  stop(trx: Transactor, given: { by: SubjectId; ground: string; at: Date }): Promise<Refusal | null>;
  resume(trx: Transactor, given: { by: SubjectId; at: Date }): Promise<Refusal | null>;
  readStop(): Promise<StopView>;
}

export interface PutOrder extends ImportedOrder {
  /** The report's own input, under which the ticket on the order hears of what is new. */
  readonly inputId: InputId;
  readonly at: Date;
  /** An order that stands already is not to be corrected. */
  readonly onlyNew?: true;
}

export interface OrderIncident {
  readonly orderRef: string;
  readonly ref: string;
  readonly confirmed: boolean;
  readonly widelyImpacting: boolean;
  readonly covers: boolean;
  readonly from: Date;
  readonly until: Date | null;
  /** The report's own input, under which the ticket hears of it once. */
  readonly inputId: InputId;
  readonly at: Date;
}

export interface Orders {
  list(viewer: Viewer, filter: { ref?: string }, page: Page): Promise<PageOf<OrderView> | Refusal>;
  put(trx: Transactor, order: PutOrder): Promise<{ readonly id: OrderId } | Refusal>;
  reportUsage(
    trx: Transactor,
    usage: { ref: string; usedBytes: string; requests: number | null; usedAt: Date; inputId: InputId; at: Date },
  ): Promise<Refusal | null>;
  /** Keeps the incident; the ticket that stands on the order, if any, is due to hear of what is new in it. */
  noteIncident(trx: Transactor, incident: OrderIncident): Promise<{ readonly ticketId: TicketId | null } | Refusal>;
}

export interface PolicyVersions {
  list(page: Page): Promise<PageOf<PolicyVersionView> | Refusal>;
  post(
    trx: Transactor,
    given: { effectiveAt: Date; document: PolicyDocument; by: SubjectId; at: Date },
  ): Promise<PolicyVersionView | Refusal>;
  /** Judges all past tickets by a draft, and keeps nothing of it. */
  backtest(document: PolicyDocument): Promise<BacktestView | Refusal>;
}

/** Codes shown at a release: each counts once, and too many wrong ones lock for a while. */
export interface ReleaseCodes {
  isLocked(personId: SubjectId, at: Date): Promise<boolean>;
  noteWrong(personId: SubjectId, at: Date): Promise<void>;
  /** Whether the code of this counter had not been taken yet. */
  take(trx: Transactor, personId: SubjectId, counter: bigint): Promise<boolean>;
}

export interface AccessLog {
  record(
    seen: readonly {
      readonly viewerId: SubjectId;
      readonly operation: string;
      readonly subjectId: SubjectId | null;
      readonly ticketId: TicketId | null;
      readonly at: Date;
    }[],
  ): Promise<void>;
}

export interface Members {
  accountsOf(subjectId: SubjectId): Promise<readonly Membership[]>;
  /** For staff's eyes only. */
  nameOf(subjectId: SubjectId): Promise<string | null>;
  languageOf(subjectId: SubjectId): Promise<PolicyLanguage>;
}

export interface Contacts {
  list(subjectId: SubjectId): Promise<readonly ContactView[]>;
  /** In place of all named before; answers with all that then stand. */
  putMessengers(
    trx: Transactor,
    given: Doing & { readonly messengers: readonly Messenger[] },
  ): Promise<readonly ContactView[]>;
}

export interface Stores {
  readonly inputs: Inputs;
  readonly tickets: Tickets;
  readonly proposals: Proposals;
  readonly decisions: Decisions;
  readonly messages: Messages;
  readonly payouts: Payouts;
  readonly reconciliation: Reconciliation;
  readonly disputes: Disputes;
  readonly ledger: Ledger;
  readonly creditNotes: CreditNotes;
  readonly bankFiles: BankFiles;
  readonly orders: Orders;
  readonly incidents: Incidents;
  readonly imports: Imports;
  readonly policyVersions: PolicyVersions;
  readonly uploads: Uploads;
  readonly probes: Probes;
  readonly members: Members;
  readonly contacts: Contacts;
  readonly staffTies: StaffTies;
  readonly conduct: Conduct;
  readonly releaseCodes: ReleaseCodes;
  readonly accessLog: AccessLog;
}

/** A structured log; never handed personal data. */
export interface Log {
  info(facts: Readonly<Record<string, unknown>>, text: string): void;
  warn(facts: Readonly<Record<string, unknown>>, text: string): void;
  error(facts: Readonly<Record<string, unknown>>, text: string): void;
}

export interface ProviderWebhook {
  /**
   * Stores the event under its id, once, with the job that acts on it, or says why it is none. Throws where it could
   * not be proved or stored just now, so that the provider sends it again.
   */
  take(rawBody: Buffer, headerOf: (name: string) => string | undefined): Promise<Refusal | 'kept'>;
}
