/** Handlers of credit notes: their list, and each as its paper. */

import type { z } from 'zod';
import type { creditNoteSchema } from '../contract/credit-notes.ts';
import { operations } from '../contract/operations.ts';
import { creditNoteReference } from '../domain/credit-note.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { CreditNoteId, TicketId } from '../domain/ids.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import { toWire } from '../domain/money.ts';
import type { CreditNoteView } from './ledger-views.ts';
import type { Stores } from './ports.ts';
import { type Route, route, type Seen } from './route.ts';

export const presentCreditNote = (view: CreditNoteView): z.output<typeof creditNoteSchema> => ({
  id: view.id,
  reference: view.reference,
  number: view.number,
  entity: view.entity,
  kind: view.kind,
  reverses: view.reversedNumber === null ? null : creditNoteReference(view.reversedNumber),
  ticketId: view.ticketId,
  ticketReference: view.ticketReference,
  orderRef: view.orderRef,
  payoutId: view.payoutId,
  method: view.method,
  net: toWire(view.net),
  tax: toWire(view.tax),
  total: toWire(view.total),
  issuedAt: view.issuedAt.toISOString(),
});

const seenOf = ({ subjectId, ticketId }: CreditNoteView): Seen => ({ subjectId, ticketId });

export function creditNoteRoutes(
  { creditNotes, members }: Pick<Stores, 'creditNotes' | 'members'>,
  letters: LetterPrinter,
): Route[] {
  return [
    route(operations.listCreditNotes, {
      kind: 'read',
      handle: async ({ viewer, query: { ticketId, orderRef, limit, cursor } }) => {
        const filter = {
          ...(ticketId === undefined ? {} : { ticketId: ticketId as TicketId }),
          ...(orderRef === undefined ? {} : { orderRef }),
        };
        const found = await creditNotes.list(viewer, filter, { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return {
          body: { items: found.items.map(presentCreditNote), next: found.next },
          seen: found.items.map(seenOf),
        };
      },
    }),
    route(operations.getCreditNote, {
      kind: 'read',
      handle: async ({ principal, viewer, params, query }) => {
        const view = await creditNotes.read(viewer, params.creditNoteId as CreditNoteId);
        if (!view) return refuse('not-found');
        const language = query.language ?? (await members.languageOf(principal.subjectId));
        const bytes = Buffer.from(await letters.printCreditNote(view, language));
        const file = { bytes, contentType: 'application/pdf', fileName: `${view.reference}-${language}.pdf` };
        return { body: null, file, seen: [seenOf(view)] };
      },
    }),
  ];
}
