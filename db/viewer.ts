/** Whose rows a read may show: staff see all, a customer those of their accounts. Every read for the door names one. */

import type { Knex } from 'knex';
import type { AccountId, SubjectId } from '../domain/ids.ts';

export type Viewer =
  | { readonly kind: 'staff'; readonly subjectId: SubjectId }
  | { readonly kind: 'customer'; readonly subjectId: SubjectId; readonly accountIds: readonly AccountId[] };

/** Narrows a query over a table with `account_id` to what the viewer may see. */
export function withinSight(query: Knex.QueryBuilder, viewer: Viewer, column: string): void {
  if (viewer.kind === 'customer') void query.whereIn(column, [...viewer.accountIds]);
}
