/** A database to do several things in at once, as the door knows it, and who does them. */

import type { InputId, SubjectId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';

/** A database or a transaction of it; a transaction within one is a savepoint. */
export interface Transactor {
  transaction<Result>(work: (trx: Transactor) => Promise<Result>): Promise<Result>;
}

/** A member of staff or a customer who says or does something in a transaction of the door. */
export interface Doing {
  readonly inputId: InputId;
  readonly by: { readonly id: SubjectId; readonly role: Role };
  readonly at: Date;
}
