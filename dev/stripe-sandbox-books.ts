/** The tables of the card provider's sandbox, over the books that all sandboxes keep. */

import type { SavedAnswer } from './sandbox-answer.ts';
import { type JournalBooks, type JournalPut, openJournal } from './sandbox-books.ts';
import type { DeliveryRow } from './sandbox-webhooks.ts';
import type {
  BalanceObject,
  ChargeObject,
  DisputeObject,
  EventObject,
  FileObject,
  PaymentIntentObject,
  RefundObject,
  WarningObject,
} from './stripe-sandbox-objects.ts';

export interface KeyRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly requestId: string;
  readonly createdMs: number;
  readonly answer: SavedAnswer;
}

/** What will become of a refund by itself; survives a restart. */
export interface PlanRow {
  readonly id: string;
  readonly dueMs: number;
  readonly step: 'succeed' | 'fail' | 'reference';
  readonly failureReason?: string;
}

/** How the account settles from now on; rates in millionths of the currency that it settles in. */
export interface SettlementRow {
  readonly id: 'settlement';
  /** Absent: each sale in its own currency. */
  readonly currency?: string;
  readonly rateMillionths: number;
  /** What Stripe takes for a refund, in minor units; usually nothing. */
  readonly refundFee: number;
}

export interface Tables {
  charge: ChargeObject;
  intent: PaymentIntentObject;
  refund: RefundObject;
  balance: BalanceObject;
  settlement: SettlementRow;
  dispute: DisputeObject;
  warning: WarningObject;
  file: FileObject;
  event: EventObject;
  delivery: DeliveryRow;
  key: KeyRow;
  plan: PlanRow;
  clock: { readonly id: 'clock'; readonly offsetMs: number };
}

export type TableName = keyof Tables;

export type Put = JournalPut<Tables>;

export type Books = JournalBooks<Tables>;

export const put = <Name extends TableName>(table: Name, row: Tables[Name]): Put => ({ table, id: row.id, row }) as Put;

export const strike = (table: TableName, id: string): Put => ({ table, id, row: null });

const tableNames = [
  'charge',
  'intent',
  'refund',
  'balance',
  'settlement',
  'dispute',
  'warning',
  'file',
  'event',
  'delivery',
  'key',
  'plan',
  'clock',
] as const satisfies readonly TableName[];

export const openBooks = (stateFile: string): Books => openJournal<Tables>(stateFile, tableNames);
