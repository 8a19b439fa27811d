/** Binds what files of CSV are taken by: each record compared, then put by the store that takes it over the wire. */

import type { Imports } from '../api/import-port.ts';
import type { Orders } from '../api/ports.ts';
import { compareOrder, compareUsage } from '../db/imports.ts';
import { comparePastTicket, keepPastTicket } from '../db/past-tickets.ts';
import { isRefusal } from '../domain/errors.ts';
import { readCsv } from '../providers/csv-file.ts';
import { transactionOf } from './transactor.ts';

export const createImportStore = (orders: Pick<Orders, 'put' | 'reportUsage'>): Imports => ({
  read: readCsv,
  orders: {
    compare: (trx, order) => compareOrder(transactionOf(trx), order),
    put: async (trx, order, as) => {
      const kept = await orders.put(trx, { ...order, ...as, onlyNew: true });
      return isRefusal(kept) ? kept : null;
    },
  },
  usage: {
    compare: (trx, usage) => compareUsage(transactionOf(trx), usage),
    put: (trx, usage, as) => orders.reportUsage(trx, { ...usage, ...as }),
  },
  pastTickets: {
    compare: (trx, ticket) => comparePastTicket(transactionOf(trx), ticket),
    put: (trx, ticket, as) => keepPastTicket(transactionOf(trx), { ...ticket, ...as }),
  },
});
