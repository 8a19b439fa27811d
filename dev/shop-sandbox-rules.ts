/**
 * What the shop's sandbox does with each action: reads the books, and returns the outcome with what is to be written.
 * An action is done or refused once and for good; the books decide, never the order in which calls arrive.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type ActionOutcome, type Books, type PlanRow, type Put, put } from './shop-sandbox-books.ts';

const orderRef = z.string().min(1).max(255);
const minorDigits = z.string().regex(/^[1-9]\d{0,12}$/);
/** Five years: more is a mistake, not a remedy. */
const extensionMinutesMax = 5 * 366 * 24 * 60;

export const actionSchema = z.strictObject({
  remedyId: z.string().min(1).max(255),
  action: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('extend_plan'),
      orderRef,
      minutes: z.number().int().min(0).max(extensionMinutesMax),
      bytes: z.string().regex(/^(0|[1-9]\d{0,17})$/),
      grantedAt: z.iso.datetime(),
    }),
    z.strictObject({ kind: z.literal('end_plan'), orderRef }),
    z.strictObject({ kind: z.literal('replace_plan'), orderRef }),
    z.strictObject({
      kind: z.literal('credit_balance'),
      captureRef: z.string().min(1).max(255),
      amount: z.strictObject({ minor: minorDigits, currency: z.string().regex(/^[A-Z]{3}$/) }),
    }),
  ]),
});

export type AskedAction = z.output<typeof actionSchema>;

type Extension = Extract<AskedAction['action'], { kind: 'extend_plan' }>;
type Credit = Extract<AskedAction['action'], { kind: 'credit_balance' }>;

export interface Done {
  readonly outcome: ActionOutcome;
  readonly puts: readonly Put[];
}

export function runAction(books: Books, { remedyId, action }: AskedAction): Done {
  if (action.kind === 'credit_balance') return credit(books, remedyId, action);
  const plan = books.get('plan', action.orderRef);
  if (!plan) return refused(404, 'plan_not_found');
  // M11: what became of it is another order's, and only people can say what of that to end, extend or replace.
  if (plan.upgraded) return refused(409, 'plan_upgraded');
  // Ended by whom and when does not matter: it has ended, which is what was asked for.
  if (action.kind === 'end_plan') return changed({ ...plan, ended: true });
  if (plan.ended) return refused(409, 'plan_ended');
  if (action.kind === 'replace_plan')
    return changed({ ...plan, planRef: mintRef('plan'), replacements: plan.replacements + 1 });
  return extend(plan, action);
}

/** M11: from the end that the plan has now, which a renewal may have moved; from the grant where it has run out. */
function extend(plan: PlanRow, { minutes, bytes, grantedAt }: Extension): Done {
  if (minutes === 0 && bytes === '0') return refused(422, 'extension_empty');
  if (minutes > 0 && plan.endsAt === null) return refused(422, 'plan_has_no_term');
  if (bytes !== '0' && plan.bytes === null) return refused(422, 'plan_not_metered');
  const from = Math.max(Date.parse(plan.endsAt ?? grantedAt), Date.parse(grantedAt));
  return changed({
    ...plan,
    endsAt: minutes === 0 ? plan.endsAt : new Date(from + minutes * 60_000).toISOString(),
    bytes: plan.bytes === null ? null : String(BigInt(plan.bytes) + BigInt(bytes)),
  });
}

function credit(books: Books, remedyId: string, { captureRef, amount }: Credit): Done {
  const payment = books.get('payment', captureRef);
  if (!payment) return refused(404, 'payment_not_found');
  if (payment.disputed) return refused(409, 'payment_disputed');
  if (payment.currency !== amount.currency) return refused(422, 'currency_mismatch');
  if (creditedOf(books, captureRef) + BigInt(amount.minor) > BigInt(payment.minor))
    return refused(422, 'amount_over_payment');
  const shopRef = mintRef('bal');
  const row = { id: shopRef, captureRef, remedyId, minor: amount.minor, at: new Date().toISOString() };
  return { outcome: { status: 'applied', shopRef }, puts: [put('credit', row)] };
}

export const creditsOf = (books: Books, captureRef: string) =>
  books.all('credit').filter((row) => row.captureRef === captureRef);

const pageRows = 100;

/** A page of what was put back in a stretch of time, oldest first; the next is asked for by the last one's id. */
export function listCredits(books: Books, query: URLSearchParams): { credits: object[]; next: string | null } {
  const [from, until, after] = ['from', 'until', 'after'].map((name) => query.get(name));
  const found = books
    .all('credit')
    .map((row) => ({ ...row, at: row.at ?? new Date(0).toISOString() }))
    .filter(({ at }) => (!from || at >= from) && (!until || at < until))
    .sort((left, right) => (left.at + left.id < right.at + right.id ? -1 : 1));
  const start = after ? found.findIndex(({ id }) => id === after) + 1 : 0;
  const page = found.slice(start, start + pageRows);
  return {
    credits: page.map(({ id, remedyId, captureRef, minor, at }) => ({
      shopRef: id,
      remedyId,
      captureRef,
      amount: { minor, currency: books.get('payment', captureRef)?.currency ?? '' },
      at,
    })),
    next: start + pageRows < found.length ? (page.at(-1)?.id ?? null) : null,
  };
}

export const creditedOf = (books: Books, captureRef: string): bigint =>
  creditsOf(books, captureRef).reduce((sum, { minor }) => sum + BigInt(minor), 0n);

export const mintRef = (kind: 'act' | 'bal' | 'plan'): string => `${kind}_${randomUUID().replaceAll('-', '')}`;

const refused = (httpStatus: 404 | 409 | 422, code: string): Done => ({
  outcome: { status: 'refused', code, httpStatus },
  puts: [],
});

const changed = (plan: PlanRow): Done => ({
  outcome: {
    status: 'applied',
    shopRef: mintRef('act'),
    ...(plan.ended || plan.endsAt === null ? {} : { planEndsAt: plan.endsAt }),
  },
  puts: [put('plan', plan)],
});
