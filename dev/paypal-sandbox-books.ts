/** The tables of PayPal's sandbox, over the books that all sandboxes keep. */

import type { Authority } from './paypal-sandbox-authority.ts';
import type { SavedAnswer } from './sandbox-answer.ts';
import { type JournalBooks, type JournalPut, openJournal } from './sandbox-books.ts';
import type { DeliveryRow } from './sandbox-webhooks.ts';

export interface Amount {
  readonly currency_code: string;
  readonly value: string;
}

export const captureStatuses = ['COMPLETED', 'PENDING', 'DECLINED', 'FAILED'] as const;
export const refundStatuses = ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export const disputeStages = ['INQUIRY', 'CHARGEBACK', 'PRE_ARBITRATION', 'ARBITRATION'] as const;
export const disputeStatuses = [
  'OPEN',
  'WAITING_FOR_BUYER_RESPONSE',
  'WAITING_FOR_SELLER_RESPONSE',
  'UNDER_REVIEW',
  'RESOLVED',
] as const;
export const disputeOutcomes = [
  'RESOLVED_BUYER_FAVOUR',
  'RESOLVED_SELLER_FAVOUR',
  'RESOLVED_WITH_PAYOUT',
  'CANCELED_BY_BUYER',
  'ACCEPTED',
  'DENIED',
  'NONE',
] as const;

/** What a movement was on the seller's account, in the currency of the transaction and, where it is another, in the account's. */
export interface Breakdown {
  readonly fee: Amount;
  readonly net: Amount;
  readonly settled?: { readonly amount: Amount; readonly rate: string };
}

/** How the account settles from now on. */
export interface SettlementRow {
  readonly id: 'settlement';
  /** Absent: each payment in its own currency. */
  readonly currency?: string;
  readonly rateMillionths: number;
  /** Whether a refund gives back the share of the fee that it had cost to be paid. */
  readonly returnsFee: boolean;
}

export interface CaptureRow {
  readonly id: string;
  /** As it was captured; what refunds make of it is reckoned when it is shown. */
  readonly status: (typeof captureStatuses)[number];
  readonly amount: Amount;
  readonly order_id: string | null;
  readonly payer_id: string;
  readonly created: string;
  readonly breakdown?: Breakdown;
}

export interface RefundRow {
  readonly id: string;
  readonly capture_id: string;
  readonly status: (typeof refundStatuses)[number];
  readonly reason: string | null;
  readonly amount: Amount;
  readonly custom_id: string | null;
  readonly acquirer_reference_number: string | null;
  readonly breakdown?: Breakdown;
  readonly created: string;
  readonly updated: string;
}

/** As PayPal shows it again; of a file its hash too, so that an auditor can tell what was sent. */
export interface EvidenceRow {
  readonly evidence_type: string;
  readonly evidence_info?: { readonly refund_ids: readonly { readonly refund_id: string }[] } | undefined;
  readonly notes?: string | undefined;
  readonly documents?: readonly { readonly name: string; readonly size: string; readonly sha256: string }[] | undefined;
  readonly source: 'SUBMITTED_BY_SELLER';
  readonly date: string;
}

/** `EXTERNAL`: the customer's bank pulled the money, whatever PayPal knows of it. */
export const disputeChannels = ['INTERNAL', 'EXTERNAL'] as const;

export interface MovementRow {
  readonly affected_party: 'BUYER' | 'SELLER';
  readonly amount: Amount;
  readonly type: 'CREDIT' | 'DEBIT';
  readonly reason: 'DISPUTE_SETTLEMENT';
  readonly initiated_time: string;
}

export interface DisputeRow {
  readonly id: string;
  readonly capture_id: string;
  readonly status: (typeof disputeStatuses)[number];
  readonly stage: (typeof disputeStages)[number];
  readonly outcome: (typeof disputeOutcomes)[number] | null;
  readonly channel?: (typeof disputeChannels)[number];
  /** What the customer got by its end, and how that was settled, where the sandbox tells it. */
  readonly refunded?: Amount | undefined;
  readonly movements?: readonly MovementRow[] | undefined;
  readonly amount: Amount;
  /** By when the seller is to answer, once it was asked. */
  readonly due?: string;
  readonly evidences?: readonly EvidenceRow[];
  readonly created: string;
  readonly updated: string;
}

export interface EventRow {
  readonly id: string;
  readonly event_version: '1.0';
  readonly create_time: string;
  readonly resource_type: string;
  readonly event_type: string;
  readonly summary: string;
  readonly resource: object;
}

/** A `PayPal-Request-Id` and what it did: a repeat is told how that stands now, or the error that was kept. */
export interface KeyRow {
  readonly id: string;
  readonly path: string;
  readonly createdMs: number;
  readonly refundId?: string;
  readonly answer?: SavedAnswer;
}

/** What will become of a refund by itself; survives a restart. */
export interface PlanRow {
  readonly id: string;
  readonly dueMs: number;
  readonly step: 'COMPLETED' | 'FAILED';
  readonly reason?: string;
}

export interface Tables {
  capture: CaptureRow;
  refund: RefundRow;
  settlement: SettlementRow;
  dispute: DisputeRow;
  event: EventRow;
  delivery: DeliveryRow;
  key: KeyRow;
  plan: PlanRow;
  clock: { readonly id: 'clock'; readonly offsetMs: number };
  authority: Authority & { readonly id: 'authority' };
}

export type TableName = keyof Tables;

export type Put = JournalPut<Tables>;

export type Books = JournalBooks<Tables>;

export const put = <Name extends TableName>(table: Name, row: Tables[Name]): Put => ({ table, id: row.id, row }) as Put;

interface NewEvent {
  readonly event_type: string;
  readonly resource_type: string;
  readonly resource: object;
}

/** What a rule decided: what is answered, written and told. */
export interface Move {
  readonly answer: object;
  readonly puts: readonly Put[];
  readonly events: readonly NewEvent[];
}

export const strike = (table: TableName, id: string): Put => ({ table, id, row: null });

const tableNames = [
  'capture',
  'refund',
  'settlement',
  'dispute',
  'event',
  'delivery',
  'key',
  'plan',
  'clock',
  'authority',
] as const satisfies readonly TableName[];

export const openBooks = (stateFile: string): Books => openJournal<Tables>(stateFile, tableNames);
