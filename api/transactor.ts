/** A database to do several things in at once, as the door knows it. */

/** A database or a transaction of it; a transaction within one is a savepoint. */
export interface Transactor {
  transaction<Result>(work: (trx: Transactor) => Promise<Result>): Promise<Result>;
}
