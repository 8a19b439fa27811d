/**
 * Masks a request's body before anything keeps or handles it (PA-1.2). Fields whose form the contract proves, such as
 * ids, hashes, amounts and instants, pass unread: a masked digit there would change what the request says.
 */

import { maskJson } from '../domain/mask.ts';

const proven: ReadonlySet<string> = new Set([
  'accountRef',
  'amount',
  'assigneeId',
  'askedAt',
  'at',
  'captureRef',
  'capturedAt',
  'cause',
  'channel',
  'choice',
  'clauses',
  'closedAt',
  'decision',
  'document',
  'effectiveAt',
  'egress',
  'email',
  'exception',
  'fact',
  'fault',
  'fileBase64',
  'firstPurchasedAt',
  'from',
  'kind',
  'materials',
  'metered',
  'method',
  'orderRef',
  'outcome',
  'payee',
  'paidOn',
  'paymentMethod',
  'period',
  'protocol',
  'purchasedAt',
  'rail',
  'ref',
  'reference',
  'renewalOf',
  'result',
  'secondFactor',
  'sha256',
  'stops',
  'tax',
  'ticketId',
  'ticketRef',
  'until',
  'uploadIds',
  'usedBytes',
  'value',
]);

export function maskBody(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(maskBody);
  if (typeof body !== 'object' || body === null) return maskJson(body).value;
  const masked: unknown = maskJson(body).value;
  return Object.fromEntries(
    Object.entries(body).map(([key, held]) => {
      if (proven.has(key)) return [key, held];
      // Lists of objects are entered; all else is judged with its neighbours, as a name tells of the value beside it.
      if (Array.isArray(held) && held.some((item) => typeof item === 'object')) return [key, held.map(maskBody)];
      if (key === 'networkContext') return [key, maskBody(held)];
      return [key, typeof masked === 'object' && masked !== null ? (masked as Record<string, unknown>)[key] : held];
    }),
  );
}
