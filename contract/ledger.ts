/** The books as finance reads them: entries with their lines, what each account holds, and both as files. */

import { z } from 'zod';
import { ledgerKinds } from '../domain/ledger.ts';
import { exportDaysMax } from '../domain/limits.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema, moneySchema, pageOf, pageQuery, refSchema } from './wire.ts';

const standingSchema = z
  .enum(['pending', 'posted'])
  .meta({ description: '`pending`: owed, on its way, or in dispute; it is not to stay there.' });

const accountSchema = z
  .string()
  .regex(/^[a-z_]{1,40}(:[a-z_]{1,40})?$/, 'expected an account, e.g. provider:card')
  .meta({ example: 'provider:card' });

const lineSchema = z
  .object({ account: accountSchema, standing: standingSchema, side: z.enum(['debit', 'credit']), amount: moneySchema })
  .meta({ id: 'LedgerLine' });

export const ledgerEntrySchema = z
  .object({
    id: idSchema,
    at: instantSchema,
    kind: z.enum(ledgerKinds),
    orderRef: z.string(),
    ticketId: idSchema.nullable(),
    ticketReference: z.string().nullable(),
    payoutId: idSchema.nullable(),
    disputeRef: z.string().nullable().meta({ description: 'The provider’s id of the dispute.' }),
    lines: z.array(lineSchema).meta({ description: 'In balance per currency.' }),
  })
  .meta({ id: 'LedgerEntry' });

const filterFields = {
  orderRef: refSchema.optional(),
  payoutId: idSchema.optional(),
  account: accountSchema.optional(),
  kind: z.enum(ledgerKinds).optional(),
};

const until = instantSchema.meta({ description: 'Not included.' });

export const getLedger = operation({
  id: 'getLedger',
  method: 'get',
  path: '/v1/ledger',
  summary: 'Entries of the ledger with their lines, newest first.',
  tag: 'ledger',
  query: z.object({ ...filterFields, from: instantSchema.optional(), until: until.optional(), ...pageQuery }).strict(),
  answers: { 200: pageOf(ledgerEntrySchema).meta({ id: 'LedgerPage' }) },
  reads: 'customer-data',
});

export const getLedgerBalances = operation({
  id: 'getLedgerBalances',
  method: 'get',
  path: '/v1/ledger/balances',
  summary: 'What each account holds per currency, pending or posted; of one order, or of all.',
  tag: 'ledger',
  query: z.object({ orderRef: refSchema.optional() }).strict(),
  answers: {
    200: z
      .object({
        items: z.array(
          z.object({
            account: accountSchema,
            standing: standingSchema,
            balance: moneySchema.meta({ description: 'Debits less credits.' }),
          }),
        ),
      })
      .meta({ id: 'LedgerBalances' }),
  },
});

const dayMs = 86_400_000;

/** A time that one file is for: it must end, and is bounded. */
const spanFields = { from: instantSchema, until };

/** Of a file: on paper no more rows than somebody reads. */
const format = z.enum(['csv', 'pdf']).default('csv');

const isSpan = (query: { readonly from: string; readonly until: string }): boolean => {
  const ms = Date.parse(query.until) - Date.parse(query.from);
  return ms > 0 && ms <= exportDaysMax * dayMs;
};

const noSpan = { path: ['until'], message: `expected an instant after \`from\`, at most ${exportDaysMax} days` };

export const exportLedger = operation({
  id: 'exportLedger',
  method: 'get',
  path: '/v1/exports/ledger',
  summary:
    'The ledger of a time, a row a line, newest first, as CSV in which no cell can begin a formula, or as PDF with its sums.',
  tag: 'ledger',
  query: z
    .object({ ...filterFields, format, ...spanFields })
    .strict()
    .refine(isSpan, noSpan),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});

export const exportPayouts = operation({
  id: 'exportPayouts',
  method: 'get',
  path: '/v1/exports/payouts',
  summary:
    'Payouts that were made within a time, newest first, as CSV in which no cell can begin a formula, or as PDF.',
  tag: 'ledger',
  query: z
    .object({
      state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]).optional(),
      format,
      ...spanFields,
    })
    .strict()
    .refine(isSpan, noSpan),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});

export const exportCreditNotes = operation({
  id: 'exportCreditNotes',
  method: 'get',
  path: '/v1/exports/credit-notes',
  summary:
    'Credit notes that were issued within a time, newest first, as CSV in which no cell can begin a formula, or as PDF with its sums; a reversal’s amounts are taken back.',
  tag: 'ledger',
  query: z
    .object({ format, ...spanFields })
    .strict()
    .refine(isSpan, noSpan),
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});
