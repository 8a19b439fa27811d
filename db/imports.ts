/** What a file of CSV tells beside what stands: new, just so, or contrary to it. What stands is never overwritten. */

import { z } from 'zod';
import { rangeText } from '../domain/address-range.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { ImportedOrder } from '../domain/imported-order.ts';
import type { Queryable } from './database.ts';
import { type OrderRow, readOrder, readTenders, type TenderRow } from './orders.ts';
import { readRow } from './row.ts';

const besideSchema = z.object({
  account_ref: z.string(),
  email: z.string(),
  renewal_of: z.string().nullable(),
  places: z.array(z.string()),
  egress: z.array(z.string()),
});

/** `what` names the first field that differs, as the request does. */
export async function compareOrder(db: Queryable, given: ImportedOrder): Promise<'new' | 'same' | Refusal> {
  const known = await readOrder(db, { ref: given.ref });
  if (!known) return 'new';
  const row: unknown = await db('orders')
    .join('accounts', 'accounts.id', 'orders.account_id')
    .join('people', 'people.id', 'orders.subject_id')
    .leftJoin('orders as renewed', 'renewed.id', 'orders.renewal_of')
    .where('orders.id', known.id)
    .first(
      'accounts.ref as account_ref',
      'people.email',
      'renewed.ref as renewal_of',
      'orders.places',
      db.raw('array(select range::text from order_egress where order_id = orders.id) as egress'),
    );
  const beside = readRow('order', besideSchema, row);
  const what =
    differenceOf(known, beside, given) ?? differenceOfTenders(await readTenders(db, [known.id]), given.tenders);
  return what === null ? 'same' : refuse('order-conflict', { what });
}

function differenceOf(known: OrderRow, beside: z.output<typeof besideSchema>, given: ImportedOrder): string | null {
  const pairs: readonly (readonly [string, string | number | null | undefined, string | number | null | undefined])[] =
    [
      ['accountRef', beside.account_ref, given.accountRef],
      ['email', beside.email, given.email],
      ['channel', known.channel, given.channel],
      ['plan/key', known.plan_key, given.plan.key],
      ['plan/kind', known.plan_kind, given.plan.kind],
      ['plan/name', known.plan_name, given.plan.name],
      ['firstPurchasedAt', known.first_purchased_at.getTime(), given.firstPurchasedAt.getTime()],
      ['purchasedAt', known.purchased_at.getTime(), given.purchasedAt.getTime()],
      ['period/from', known.period_from?.getTime(), given.period?.from.getTime()],
      ['period/until', known.period_until?.getTime(), given.period?.until.getTime()],
      ['metered/bytes', known.metered_bytes, given.meteredBytes],
      ['renewalOf', beside.renewal_of, given.renewalOf],
      ['plan/places', listed(beside.places), listed(given.places)],
      ['egress', listed(beside.egress.map(rangeText)), listed(given.egress.map(rangeText))],
    ];
  return pairs.find(([, stands, told]) => stands !== told)?.[0] ?? null;
}

const listed = (texts: readonly string[]): string => [...new Set(texts)].sort().join(' ');

function differenceOfTenders(known: readonly TenderRow[], given: ImportedOrder['tenders']): string | null {
  if (known.length !== given.length) return 'tenders';
  for (const [index, tender] of given.entries()) {
    const row = known[index];
    const pairs: readonly (readonly [string, unknown, unknown])[] = [
      ['method', row?.method, tender.method],
      ['amount/minor', row?.amount_minor, tender.amount.minor],
      ['amount/currency', row?.currency, tender.amount.currency],
      ['tax/minor', row?.tax_minor, tender.tax.minor],
      ['captureRef', row?.capture_ref, tender.captureRef],
      ['capturedAt', row?.captured_at.getTime(), tender.capturedAt.getTime()],
    ];
    const differing = pairs.find(([, stands, told]) => stands !== told);
    if (differing) return `tenders/${index}/${differing[0]}`;
  }
  return null;
}

const usageSchema = z.object({ used_bytes: z.string(), requests: z.string().nullable() });

export async function compareUsage(
  db: Queryable,
  given: {
    readonly ref: string;
    readonly usedBytes: string;
    readonly requests: number | null;
    readonly usedAt: Date;
  },
): Promise<'new' | 'same' | Refusal> {
  const row: unknown = await db('usage_reports')
    .join('orders', 'orders.id', 'usage_reports.order_id')
    .where({ ref: given.ref, at: given.usedAt })
    .first('used_bytes', 'requests');
  if (row === undefined) return 'new';
  const known = readRow('usage report', usageSchema, row);
  if (known.used_bytes !== given.usedBytes) return refuse('usage-conflict', { what: 'usedBytes' });
  const requests = given.requests === null ? null : String(given.requests);
  return known.requests === requests ? 'same' : refuse('usage-conflict', { what: 'requests' });
}
