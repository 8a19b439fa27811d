/** Credit notes: their list, to finance all and to a customer their own, and each as the paper to keep. */

import { z } from 'zod';
import { creditNoteKinds } from '../domain/credit-note.ts';
import { tenderMethods } from '../domain/rail.ts';
import { languageSchema } from './assessments.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema, moneySchema, pageOf, pageQuery, refSchema } from './wire.ts';

export const creditNoteSchema = z
  .object({
    id: idSchema,
    reference: z.string(),
    number: z.number().int().meta({ description: 'Without a gap within its legal entity, for both kinds.' }),
    entity: z.string().meta({ description: 'The legal entity that sold.' }),
    kind: z.enum(creditNoteKinds).meta({ description: '`reversal`: the money of an earlier note came back.' }),
    reverses: z.string().nullable().meta({ description: 'Reference of the note that a reversal reverses.' }),
    ticketId: idSchema,
    ticketReference: z.string(),
    orderRef: z.string(),
    payoutId: idSchema,
    method: z.enum(tenderMethods),
    net: moneySchema,
    tax: moneySchema,
    total: moneySchema,
    issuedAt: instantSchema,
  })
  .meta({ id: 'CreditNote' });

export const listCreditNotes = operation({
  id: 'listCreditNotes',
  method: 'get',
  path: '/v1/credit-notes',
  summary: 'Credit notes, newest first: one for each payout that settled, and one for each that came back.',
  tag: 'ledger',
  query: z.object({ ticketId: idSchema.optional(), orderRef: refSchema.optional(), ...pageQuery }).strict(),
  answers: { 200: pageOf(creditNoteSchema).meta({ id: 'CreditNotePage' }) },
  reads: 'customer-data',
});

export const getCreditNote = operation({
  id: 'getCreditNote',
  method: 'get',
  path: '/v1/credit-notes/{creditNoteId}',
  summary: 'A credit note as the paper to keep: a PDF.',
  tag: 'ledger',
  params: z.object({ creditNoteId: idSchema }),
  query: z
    .object({ language: languageSchema.optional().meta({ description: 'The reader’s own where left out.' }) })
    .strict(),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});
