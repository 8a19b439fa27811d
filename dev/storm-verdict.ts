/**
 * What a storm left behind, judged from outside: what the providers' own books hold for each order against what was
 * captured for it, what the auditor finds, and what finance's own screen says of it.
 */

import { z } from 'zod';
import { operations } from '../contract/operations.ts';
import type { RailName } from '../domain/rail.ts';
import { audit } from './audit.ts';
import type { AuditSources, Violation } from './audit-facts.ts';
import { readBooks, readRefunds } from './audit-providers.ts';
import type { StormOrder } from './storm-orders.ts';
import type { TourClient } from './tour-client.ts';

export interface Verdict {
  /** Every rail by which a payout was to go, whatever became of it there. */
  readonly rails: readonly RailName[];
  /** Settled payouts, by the rail that they went by in the end. */
  readonly payouts: Readonly<Partial<Record<RailName, number>>>;
  /** Orders for which more went out than was captured, and whatever went out for none of them. */
  readonly paidTwice: readonly string[];
  /** Orders for which less went out, though all of it was granted. */
  readonly lost: readonly string[];
  /** Tickets that are not closed as refunded. */
  readonly inLimbo: readonly string[];
  readonly violations: readonly Violation[];
  /** The least proven currency's share of value, in hundredths of a per cent. */
  readonly provenBasisPoints: number;
}

export const isWell = ({ paidTwice, lost, inLimbo, violations, provenBasisPoints }: Verdict): boolean =>
  paidTwice.length + lost.length + inLimbo.length + violations.length === 0 && provenBasisPoints === 10_000;

export interface Judged {
  readonly sources: AuditSources;
  readonly finance: TourClient;
  readonly orders: readonly StormOrder[];
}

const creditsSchema = z.object({
  credits: z.array(z.object({ captureRef: z.string(), minor: z.string().transform(BigInt) })),
});

/** What left the seller’s account by hand says for which order, as the last word of its remittance. */
const debitsSchema = z.object({
  bookings: z.array(
    z.object({
      direction: z.enum(['credit', 'debit']),
      endToEndId: z.string().nullable(),
      minor: z.string().transform(BigInt),
      remittance: z.string().nullable(),
    }),
  ),
});

const dueSchema = z.object({ due: z.number() });

/** Whether a provider has a refund whose later life has not come yet. */
export async function hasMoreToTell({ sandboxUrl, paypalUrl }: AuditSources): Promise<boolean> {
  const urls = [sandboxUrl, ...(paypalUrl === undefined ? [] : [paypalUrl])];
  for (const url of urls) if (dueSchema.parse(await readBooks(url)).due > 0) return true;
  return false;
}

export async function judgeStorm(judged: Judged): Promise<Verdict> {
  const { sources, finance, orders } = judged;
  const paid = await paidPerOrder(judged);
  const captured = ({ tenders }: StormOrder): bigint => tenders.reduce((sum, { amount }) => sum + amount.minor, 0n);
  const paidFor = ({ ref }: StormOrder): bigint => paid.get(ref) ?? 0n;
  const refs = (wrong: (order: StormOrder) => boolean) => orders.filter(wrong).map(({ ref }) => ref);
  const known = new Set(orders.map(({ ref }) => ref));
  const strangers = [...paid.keys()].filter((ref) => !known.has(ref));
  const { cells, proven } = await finance.call(operations.getPayoutSums);
  const settled = cells.filter(({ state }) => state === 'settled');
  const payouts: Partial<Record<RailName, number>> = {};
  for (const { rail, count } of settled) payouts[rail] = (payouts[rail] ?? 0) + count;
  return {
    rails: [...new Set(cells.map(({ rail }) => rail))],
    payouts,
    paidTwice: [...refs((order) => paidFor(order) > captured(order)), ...strangers],
    lost: refs((order) => paidFor(order) < captured(order)),
    inLimbo: await notRefunded(sources),
    violations: await audit(sources),
    provenBasisPoints: Math.min(...proven.map(({ basisPoints }) => basisPoints ?? 0)),
  };
}

async function paidPerOrder({ sources, orders }: Judged): Promise<Map<string, bigint>> {
  const paid = new Map<string, bigint>();
  const count = (ref: string, minor: bigint) => paid.set(ref, (paid.get(ref) ?? 0n) + minor);
  const refunds = (await readRefunds(sources)).filter(({ state }) => state === 'paid');
  const orderOf = await ordersOfPayouts(sources);
  for (const { payoutId, minor } of refunds) count(orderOf.get(payoutId ?? '') ?? 'nobody’s', minor);
  const orderOfName = new Map(orders.flatMap(({ ref, tenders }) => tenders.map(({ name }) => [name, ref] as const)));
  for (const { captureRef, minor } of creditsSchema.parse(await readBooks(sources.shopUrl)).credits)
    count(orderOfName.get(captureRef) ?? 'nobody’s', minor);
  if (sources.bankUrl === undefined) return paid;
  for (const { direction, endToEndId, minor, remittance } of debitsSchema.parse(await readBooks(sources.bankUrl))
    .bookings)
    if (direction === 'debit' && endToEndId === null) count(remittance?.split(' ').at(-1) ?? 'nobody’s', minor);
  return paid;
}

const orderOfPayout = z.object({ id: z.string(), ref: z.string() });

async function ordersOfPayouts({ db }: AuditSources): Promise<ReadonlyMap<string, string>> {
  const rows: unknown[] = await db('payouts').join('orders', 'orders.id', 'order_id').select('payouts.id', 'ref');
  return new Map(
    z
      .array(orderOfPayout)
      .parse(rows)
      .map(({ id, ref }) => [id, ref]),
  );
}

async function notRefunded({ db }: AuditSources): Promise<string[]> {
  const rows: unknown[] = await db('tickets')
    .whereRaw(`(phase, coalesce(outcome, '')) <> ('closed', 'refunded')`)
    .select('id', 'phase', 'outcome');
  const schema = z.object({ id: z.string(), phase: z.string(), outcome: z.string().nullable() });
  return z
    .array(schema)
    .parse(rows)
    .map(({ id, phase, outcome }) => `${id} ${phase} ${outcome ?? ''}`.trim());
}
