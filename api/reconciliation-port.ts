/** What the door needs of reconciliation. */

import type { Refusal } from '../domain/errors.ts';
import type { BreakId, OrderId, SubjectId } from '../domain/ids.ts';
import type { BreakEnd } from '../domain/reconciliation.ts';
import type { BreakView, ReconciliationView } from './reconciliation-views.ts';
import type { Transactor } from './transactor.ts';
import type { Page, PageOf } from './views.ts';

export interface Reconciliation {
  read(at: Date): Promise<ReconciliationView>;
  listBreaks(filter: { state: 'open' | 'closed' }, page: Page): Promise<PageOf<BreakView> | Refusal>;
  /** `orderId` is `null` where no order that the desk knows is behind it. */
  findBreak(breakId: string): Promise<{ readonly orderId: OrderId | null } | null>;
  takeBreak(trx: Transactor, given: { breakId: BreakId; by: SubjectId }): Promise<BreakView | Refusal>;
  resolveBreak(
    trx: Transactor,
    given: { breakId: BreakId; by: SubjectId; closedAs: BreakEnd; ground: string; at: Date },
  ): Promise<BreakView | Refusal>;
}
