/** Limits of money as the configuration writes them: JSON of minor units as digits, per currency. */

import { z } from 'zod';
import { type Currency, isCurrency } from '../domain/money.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';

const minorUnits = z.string().regex(/^(0|[1-9]\d{0,17})$/);

/** Minor units as digits, per currency. */
export const limits = z
  .string()
  .default('')
  .transform((text, context): LimitPerCurrency => {
    if (text === '') return {};
    const parsed = z
      .partialRecord(
        z.custom<Currency>((key) => typeof key === 'string' && isCurrency(key)),
        minorUnits,
      )
      .safeParse(readJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'expected JSON of minor units as digits per currency' });
    return z.NEVER;
  });

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
