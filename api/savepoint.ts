/** Work that leaves nothing behind where it is refused: a savepoint within a transaction, else a transaction of its own. */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { Transactor } from './transactor.ts';

/** Undoes what a refused handler wrote. */
class RolledBack extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.refused);
    this.refusal = refusal;
  }
}

export async function inSavepoint<Result>(
  trx: Transactor,
  work: (inner: Transactor) => Promise<Result | Refusal>,
): Promise<Result | Refusal> {
  try {
    return await trx.transaction(async (inner) => {
      const result = await work(inner);
      if (isRefusal(result)) throw new RolledBack(result);
      return result;
    });
  } catch (fault) {
    if (fault instanceof RolledBack) return fault.refusal;
    throw fault;
  }
}
