/** Words that all operations share: amounts, instants, ids, texts and pages, as they stand in JSON. */

import { z } from 'zod';
import { groundCharactersMax, pageRowsDefault, pageRowsMax, uploadsPerTicketMax } from '../domain/limits.ts';
import { findCards } from '../domain/mask-card.ts';
import { amountMinorMax, currencyExponents } from '../domain/money.ts';

export const currencySchema = z
  .enum(Object.keys(currencyExponents) as [keyof typeof currencyExponents, ...(keyof typeof currencyExponents)[]])
  .meta({ id: 'Currency', description: 'ISO 4217 code of a currency that the desk knows.' });

const minorMax = amountMinorMax.toString();

/** Digits as a number; anything else as one that no bound admits, since checks run on ill-formed values as well. */
export const minorOf = (digits: string): bigint => (/^\d{1,30}$/.test(digits) ? BigInt(digits) : -1n);

const upToMax = (digits: string): boolean => minorOf(digits) <= amountMinorMax;

/** An amount in an answer. */
export const moneySchema = z
  .object({
    minor: z.string().regex(/^-?\d+$/),
    currency: currencySchema,
  })
  .meta({
    id: 'Money',
    description: 'Minor units as digits, e.g. 1999 for 19.99 USD.',
    example: { minor: '1999', currency: 'USD' },
  });

/** An amount in a request that may be zero, such as a tax. */
export const amountSchema = z
  .object({
    minor: z
      .string()
      .regex(/^(0|[1-9]\d{0,12})$/, 'expected digits only, in minor units')
      .refine(upToMax, `expected at most ${minorMax}`),
    currency: currencySchema,
  })
  .strict()
  .meta({ id: 'Amount', description: `Minor units as digits, 0 to ${minorMax}.` });

/** An amount in a request that must be greater than zero (R9). */
export const positiveAmountSchema = z
  .object({
    minor: z
      .string()
      .regex(/^[1-9]\d{0,12}$/, 'expected digits only, in minor units, greater than zero')
      .refine(upToMax, `expected at most ${minorMax}`),
    currency: currencySchema,
  })
  .strict()
  .meta({ id: 'PositiveAmount', description: `Minor units as digits, 1 to ${minorMax}.` });

/** An instant in a request or an answer: RFC 3339, UTC. */
export const instantSchema = z.iso
  .datetime('expected an RFC 3339 instant in UTC, e.g. 2026-03-01T12:00:00Z')
  .meta({ example: '2026-03-01T12:00:00.000Z' });

export const idSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'expected a UUID in lower case')
  .meta({ format: 'uuid' });

/** A byte count as digits: JSON's numbers end where a plan's traffic may go on. */
export const byteCountSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,17})$/, 'expected digits only')
  .meta({ example: '5368709120' });

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hex');

/** Text of people: not only blanks, and free of NUL, which PostgreSQL cannot keep. */
export const textSchema = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax, `expected at most ${charactersMax} characters`)
    .refine((text) => text.trim().length > 0, 'expected some text')
    .refine((text) => !text.includes('\u0000'), 'expected text without NUL characters');

export const groundSchema = textSchema(groundCharactersMax).meta({ description: 'The written reason, kept for ever.' });

/** References are kept unmasked, so that a card's number must not pass as one (PA-1.2). */
export const holdsNoCard = (ref: string): boolean => [...findCards(ref)].length === 0;
export const refExpectation = 'expected a reference, not what looks like a payment card’s number';

/** The shop's name of an order or account. */
export const refSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'expected 1 to 100 letters, digits, dots, dashes, colons or underscores')
  .refine(holdsNoCard, refExpectation);

/** Complete uploads that are to join a ticket. */
export const uploadIdsSchema = z
  .array(idSchema)
  .max(uploadsPerTicketMax, `expected at most ${uploadsPerTicketMax} uploads`)
  .refine((ids) => new Set(ids).size === ids.length, 'expected each upload once')
  .default([]);

export const noFieldsSchema = z.object({}).strict();

export const pageQuery = {
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,400}$/, 'expected the `next` of an earlier answer')
    .optional(),
  limit: z.coerce
    .number('expected a whole number')
    .int('expected a whole number')
    .min(1, 'expected at least 1')
    .max(pageRowsMax, `expected at most ${pageRowsMax}`)
    .default(pageRowsDefault),
};

/** A page of a list; `next` is the cursor of the page after it. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** A member of staff, to staff. */
export const colleagueSchema = z.object({ id: idSchema, name: z.string() }).meta({ id: 'Colleague' });
