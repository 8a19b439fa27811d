/** What the providers' own books hold of refunds, in one shape: read from the sandboxes as they stand, and checked. */

import { z } from 'zod';
import { payoutOfBankId } from '../domain/bank.ts';
import { fromPaypal, paypalMoneySchema } from '../providers/paypal-money.ts';

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
}

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
    ({ id, amount, currency, charge, status, metadata }): ProviderRefund => ({
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
  .transform(({ id, capture_id, custom_id, amount, status }, context): ProviderRefund => {
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
    ({ id, minor, state }): ProviderRefund => ({
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
  const card = refundsOf(cardRefund).parse(await readBooks(sandboxUrl)).refunds;
  const paypal = paypalUrl === undefined ? [] : refundsOf(paypalRefund).parse(await readBooks(paypalUrl)).refunds;
  const bank =
    bankUrl === undefined ? [] : z.object({ payments: z.array(bankPayment) }).parse(await readBooks(bankUrl)).payments;
  return [...card, ...paypal, ...bank];
}

/** A sandbox's books, as it tells them to an auditor. */
export async function readBooks(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/_sandbox/books`);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.json();
}
