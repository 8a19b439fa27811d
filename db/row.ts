/** Rows are checked when read: what the database hands out is parsed by a schema, and a surprise is a named fault. */

import { z } from 'zod';
import { type Currency, isCurrency } from '../domain/money.ts';

/** A row that is not what its schema says; names columns, never values. */
export class RowMalformed extends Error {
  constructor(noun: string, issues: readonly string[]) {
    super(`a ${noun} row is not as expected: ${issues.join('; ')}`);
    this.name = 'RowMalformed';
  }
}

export function readRow<Schema extends z.ZodType>(noun: string, schema: Schema, row: unknown): z.output<Schema> {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new RowMalformed(
    noun,
    parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`),
  );
}

export const readRows = <Schema extends z.ZodType>(
  noun: string,
  schema: Schema,
  rows: readonly unknown[],
): z.output<Schema>[] => rows.map((row) => readRow(noun, schema, row));

/** An id of one brand. */
export const id = <Id extends string>() => z.uuid().transform((text) => text as Id);

/** A bigint column, which pg hands out as digits. */
export const minor = z
  .string()
  .regex(/^-?\d+$/)
  .transform((digits) => BigInt(digits));

export const currency = z
  .string()
  .refine(isCurrency)
  .transform((text) => text as Currency);

export const instant = z.date();
