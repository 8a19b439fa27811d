/** The door knows a transaction only as something to pass on; here it is knex's again. */

import type { Transactor } from '../api/transactor.ts';
import type { Database, Transaction } from '../db/database.ts';

/** Every transactor that the door holds was made from this process's pool by `transactorOf`. */
export const transactionOf = (trx: Transactor): Transaction => trx as Transaction;

export const transactorOf = (db: Database): Transactor => db as Transactor;
