/** What the providers' own books hold of refunds, in one shape: read from the sandboxes as they stand, and checked. */

import { z } from 'zod';
import { payoutOfBankId } from '../domain/bank.ts';
import { fromPaypal, paypalMoneySchema } from '../providers/paypal-money.ts';
import { type AccountCost, costsAtBank, costsAtPaypal, costsAtStripe } from './audit-provider-costs.ts';

export interface ProviderRefund {
  readonly rail: 'card' | 'paypal' | 'bank';
  readonly id: string;
  /** Kept beside it by the desk; `null` for anyone else's. */
  readonly payoutId: string | null;
  readonly minor: bigint;
  readonly currency: string;
  /** `null` where the provider does not tell what it gives back of. */
  readonly captureRef: string | null;
  /** `gone`: failed, refused, called off or come back, so that it holds nothing. */
  readonly state: 'pending' | 'paid' | 'gone';
  /** What it has cost the seller so far, in the currency of the account there; `null` where the books do not say. */
  readonly cost: AccountCost | null;
}

/** As a provider's row tells of it. */
type ListedRefund = Omit<ProviderRefund, 'cost'>;

export interface ProviderUrls {
  /** Of the card provider's sandbox. */
  readonly sandboxUrl: string;
  /** Of PayPal's; left out where there is none. */
  readonly paypalUrl?: string;
  /** Of the bank's; left out where there is none. */
  readonly bankUrl?: string;
}

/** The metadata under which the desk's refunds can be told from anyone else's at the card provider. */
const payoutMetadataKey = 'refund_desk_payout';

const stateOf = <Status extends string>(states: Readonly<Record<Status, ProviderRefund['state']>>) =>
  z.enum(Object.keys(states) as [Status, ...Status[]]).transform((status) => states[status]);

const cardRefund = z
  .object({
    id: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    charge: z.string(),
    status: stateOf({
      pending: 'pending',
      requires_action: 'pending',
      succeeded: 'paid',
      failed: 'gone',
      canceled: 'gone',
    }),
    metadata: z.record(z.string(), z.string()),
  })
  .transform(
    ({ id, amount, currency, charge, status, metadata }): ListedRefund => ({
      rail: 'card',
      id,
      payoutId: metadata[payoutMetadataKey] ?? null,
      minor: BigInt(amount),
      currency: currency.toUpperCase(),
      captureRef: charge,
      state: status,
    }),
  );

const paypalRefund = z
  .object({
    id: z.string(),
    capture_id: z.string(),
    custom_id: z.string().nullable(),
    amount: paypalMoneySchema,
    status: stateOf({ PENDING: 'pending', COMPLETED: 'paid', FAILED: 'gone', CANCELLED: 'gone' }),
  })
  .transform(({ id, capture_id, custom_id, amount, status }, context): ListedRefund => {
    const read = fromPaypal(amount);
    if (!read) {
      context.addIssue({ code: 'custom', message: 'expected an amount of a known currency' });
      return z.NEVER;
    }
    const { minor, currency } = read;
    return { rail: 'paypal', id, payoutId: custom_id, minor, currency, captureRef: capture_id, state: status };
  });

/** The bank pays in euro, and names a payment by what it was told. */
const bankPayment = z
  .object({
    id: z.string(),
    minor: z.string().transform(BigInt),
    state: stateOf({ accepted: 'pending', booked: 'paid', returned: 'gone', rejected: 'gone' }),
  })
  .transform(
    ({ id, minor, state }): ListedRefund => ({
      rail: 'bank',
      id,
      payoutId: payoutOfBankId(id),
      minor,
      currency: 'EUR',
      captureRef: null,
      state,
    }),
  );

const refundsOf = <Refund extends z.ZodType>(refund: Refund) => z.object({ refunds: z.array(refund) });

/** Every refund that a provider has, whoever made it. */
export async function readRefunds({ sandboxUrl, paypalUrl, bankUrl }: ProviderUrls): Promise<ProviderRefund[]> {
  const [card, paypal, bank] = [
    await readBooks(sandboxUrl),
    paypalUrl === undefined ? null : await readBooks(paypalUrl),
    bankUrl === undefined ? null : await readBooks(bankUrl),
  ];
  return [
    ...costed(refundsOf(cardRefund).parse(card).refunds, costsAtStripe(card)),
    ...(paypal === null ? [] : costed(refundsOf(paypalRefund).parse(paypal).refunds, costsAtPaypal(paypal))),
    ...(bank === null
      ? []
      : costed(z.object({ payments: z.array(bankPayment) }).parse(bank).payments, costsAtBank(bank))),
  ];
}

const costed = (refunds: readonly ListedRefund[], costs: ReadonlyMap<string, AccountCost>): ProviderRefund[] =>
  refunds.map((refund) => ({ ...refund, cost: costs.get(refund.id) ?? null }));

/** A sandbox's books, as it tells them to an auditor. */
export async function readBooks(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/_sandbox/books`);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.json();
}
