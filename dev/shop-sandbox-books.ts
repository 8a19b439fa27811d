/** The tables of the shop's sandbox, over the books that all sandboxes keep. */

import type { SavedAnswer } from './sandbox-answer.ts';
import { type JournalBooks, type JournalPut, openJournal } from './sandbox-books.ts';

/** What was sold with an order; its id is the order's reference. */
export interface PlanRow {
  readonly id: string;
  /** The plan as delivered now; another after a replacement. */
  readonly planRef: string;
  /** `null` for a plan without a term. */
  readonly endsAt: string | null;
  /** Digits: traffic left; `null` for a plan that is not metered. */
  readonly bytes: string | null;
  readonly ended: boolean;
  /** The customer has another plan for it, with an order of its own. */
  readonly upgraded: boolean;
  readonly replacements: number;
}

/** What was paid from store balance. */
export interface PaymentRow {
  readonly id: string;
  readonly accountRef: string;
  readonly minor: string;
  readonly currency: string;
  /** Whether the top-up behind it is disputed. */
  readonly disputed: boolean;
}

/** Store balance given back; `remedyId` is null where the shop's own people gave it. */
export interface CreditRow {
  readonly id: string;
  readonly captureRef: string;
  readonly remedyId: string | null;
  readonly minor: string;
  /** Left out in books of before. */
  readonly at?: string;
}

export type ActionOutcome =
  | { readonly status: 'applied'; readonly shopRef: string; readonly planEndsAt?: string }
  | { readonly status: 'refused'; readonly code: string; readonly httpStatus: 404 | 409 | 422 };

/** An action by the desk's id of its remedy, kept for good. */
export interface ActionRow {
  readonly id: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly kind: string;
  readonly outcome: ActionOutcome;
}

export interface KeyRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly answer: SavedAnswer;
}

interface Tables {
  plan: PlanRow;
  payment: PaymentRow;
  credit: CreditRow;
  action: ActionRow;
  key: KeyRow;
}

export type Put = JournalPut<Tables>;

export type Books = JournalBooks<Tables>;

export const put = <Name extends keyof Tables>(table: Name, row: Tables[Name]): Put =>
  ({ table, id: row.id, row }) as Put;

const tableNames = ['plan', 'payment', 'credit', 'action', 'key'] as const satisfies readonly (keyof Tables)[];

export const openBooks = (stateFile: string): Books => openJournal<Tables>(stateFile, tableNames);
