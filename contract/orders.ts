/** Orders as the shop reports them, measured usage, and the list of one's own. */

import { z } from 'zod';
import { egressRangesMax, placesMax } from '../domain/limits.ts';
import { tenderMethods } from '../domain/rail.ts';
import { egressSchema, placeSchema } from './network-places.ts';
import { operation } from './operation.ts';
import {
  amountSchema,
  byteCountSchema,
  holdsNoCard,
  idSchema,
  instantSchema,
  minorOf,
  moneySchema,
  pageOf,
  pageQuery,
  refExpectation,
  refSchema,
} from './wire.ts';

export const channels = ['official', 'designated_link', 'reseller', 'marketplace'] as const;

const periodSchema = z
  .object({ from: instantSchema, until: instantSchema })
  .strict()
  .refine((period) => Date.parse(period.from) < Date.parse(period.until), {
    path: ['until'],
    message: 'expected an instant after `from`',
  });

const tenderSchema = z
  .object({
    method: z.enum(tenderMethods),
    amount: amountSchema,
    tax: amountSchema,
    captureRef: z
      .string()
      .min(1)
      .max(255)
      .refine(holdsNoCard, refExpectation)
      .optional()
      .meta({ description: 'The provider’s id of what was captured.' }),
    capturedAt: instantSchema,
  })
  .strict()
  .refine((tender) => tender.tax.currency === tender.amount.currency, {
    path: ['tax', 'currency'],
    message: 'expected the currency of the amount',
  })
  .refine((tender) => minorOf(tender.tax.minor) <= minorOf(tender.amount.minor), {
    path: ['tax', 'minor'],
    message: 'expected at most the amount',
  });

const planSchema = z
  .object({
    key: z.string().min(1).max(100),
    kind: z.string().min(1).max(100),
    name: z.string().min(1).max(200),
    places: z.array(placeSchema).max(placesMax, `expected at most ${placesMax} places`).optional(),
  })
  .strict();

const params = z.object({ orderRef: refSchema });

export const orderSchema = z
  .object({
    id: idSchema,
    ref: z.string(),
    channel: z.enum(channels),
    plan: z.object({
      key: z.string(),
      kind: z.string(),
      name: z.string(),
      places: z.array(z.string()).meta({ description: 'Where its proxies are; empty where the shop did not say.' }),
    }),
    firstPurchasedAt: instantSchema,
    purchasedAt: instantSchema,
    period: z.object({ from: instantSchema, until: instantSchema }).nullable(),
    metered: z.object({ bytes: byteCountSchema }).nullable(),
    renewalOf: z.string().nullable(),
    egress: z.array(z.string()).meta({ description: 'Exits that are assigned to it, as CIDR ranges.' }),
    tenders: z.array(
      z.object({
        method: z.enum(tenderMethods),
        amount: moneySchema,
        tax: moneySchema,
        capturedAt: instantSchema,
      }),
    ),
    openTicketId: idSchema.nullable(),
  })
  .meta({ id: 'Order' });

export const listOrders = operation({
  id: 'listOrders',
  method: 'get',
  path: '/v1/orders',
  summary: 'Orders, newest first: those of one’s accounts, or all to staff.',
  tag: 'orders',
  query: z.object({ ref: refSchema.optional(), ...pageQuery }).strict(),
  answers: { 200: pageOf(orderSchema).meta({ id: 'OrderPage' }) },
  reads: 'customer-data',
});

export const putOrder = operation({
  id: 'putOrder',
  method: 'put',
  path: '/v1/orders/{orderRef}',
  summary: 'Reports an order with what paid for it. What was captured is read from the provider, never from here.',
  tag: 'orders',
  params,
  body: z
    .object({
      accountRef: refSchema,
      email: z
        .email('expected an e-mail address')
        .max(320)
        .transform((text) => text.toLowerCase())
        .meta({ description: 'Of the buyer, who becomes the account’s owner.' }),
      channel: z.enum(channels),
      plan: planSchema,
      firstPurchasedAt: instantSchema,
      purchasedAt: instantSchema,
      period: periodSchema.nullable(),
      metered: z
        .object({ bytes: byteCountSchema.refine((digits) => digits !== '0', 'expected more than zero') })
        .strict()
        .nullable(),
      renewalOf: refSchema.optional(),
      egress: z
        .array(egressSchema)
        .max(egressRangesMax, `expected at most ${egressRangesMax} ranges`)
        .optional()
        .meta({ description: 'Exits that are assigned to the order: addresses and CIDR ranges.' }),
      tenders: z.array(tenderSchema).min(1, 'expected at least one tender').max(10),
    })
    .strict()
    .refine((order) => Date.parse(order.firstPurchasedAt) <= Date.parse(order.purchasedAt), {
      path: ['firstPurchasedAt'],
      message: 'expected an instant that is not after `purchasedAt`',
    })
    .superRefine((order, context) => {
      for (const [index, tender] of order.tenders.entries()) {
        if (tender.amount.currency === order.tenders[0]?.amount.currency) continue;
        context.addIssue({
          code: 'custom',
          path: ['tenders', index, 'amount', 'currency'],
          message: 'expected the same currency in every tender',
        });
      }
    }),
  answers: { 200: z.object({ id: idSchema, ref: z.string(), accountRef: z.string() }).meta({ id: 'OrderKept' }) },
  writes: 'direct',
});

export const reportUsage = operation({
  id: 'reportUsage',
  method: 'post',
  path: '/v1/orders/{orderRef}/usage',
  summary: 'Reports what an order has used up to an instant.',
  tag: 'orders',
  params,
  body: z
    .object({
      usedBytes: byteCountSchema,
      requests: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
      at: instantSchema,
    })
    .strict(),
  answers: { 200: z.object({ ref: z.string(), usedBytes: byteCountSchema, at: instantSchema }).meta({ id: 'Usage' }) },
  writes: 'direct',
});
