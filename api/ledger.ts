/** Handlers of the books: finance's look into them, and what a bookkeeper takes away. */

import type { z } from 'zod';
import type { ledgerEntrySchema } from '../contract/ledger.ts';
import { operations } from '../contract/operations.ts';
import { isRefusal } from '../domain/errors.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import { toWire } from '../domain/money.ts';
import { exportRoutes } from './ledger-exports.ts';
import { ledgerFilterOf } from './ledger-filter.ts';
import type { LedgerEntryView } from './ledger-views.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';

type LedgerStores = Pick<Stores, 'ledger' | 'creditNotes'>;

export const ledgerRoutes = (stores: LedgerStores, letters: LetterPrinter): Route[] => [
  ...lookRoutes(stores),
  ...exportRoutes(stores, letters),
];

const presentEntry = (view: LedgerEntryView): z.output<typeof ledgerEntrySchema> => ({
  id: view.id,
  at: view.at.toISOString(),
  kind: view.kind,
  orderRef: view.orderRef,
  ticketId: view.ticketId,
  ticketReference: view.ticketReference,
  payoutId: view.payoutId,
  disputeRef: view.disputeRef,
  lines: view.lines.map(({ account, standing, side, amount }) => ({ account, standing, side, amount: toWire(amount) })),
});

function lookRoutes({ ledger }: LedgerStores): Route[] {
  return [
    route(operations.getLedger, {
      kind: 'read',
      handle: async ({ query: { limit, cursor, ...asked } }) => {
        const found = await ledger.list(ledgerFilterOf(asked), { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return {
          body: { items: found.items.map(presentEntry), next: found.next },
          seen: found.items.map(({ subjectId, ticketId }) => ({ subjectId, ticketId })),
        };
      },
    }),
    route(operations.getLedgerBalances, {
      kind: 'read',
      handle: async ({ query: { orderRef } }) => {
        const balances = await ledger.balances(orderRef ?? null);
        if (isRefusal(balances)) return balances;
        const items = balances.map(({ account, standing, balance }) => ({
          account,
          standing,
          balance: toWire(balance),
        }));
        return { body: { items } };
      },
    }),
  ];
}
