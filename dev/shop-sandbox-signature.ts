/**
 * How a shop checks that a call is the desk's: the Standard Webhooks scheme over id, time and the call itself, and an
 * age at which a call that was caught on its way is no longer good. Written from the protocol, not from the client.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Either way, for clocks that differ. */
export const ageSecondsMax = 300;

export interface SignedCall {
  readonly method: string;
  /** As it was called, with its query. */
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** Why the call is not taken, or `null`. */
export function signatureProblem(call: SignedCall, secret: string, nowSeconds: number): string | null {
  const id = call.headers['webhook-id'];
  const timestamp = call.headers['webhook-timestamp'];
  const signatures = call.headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'signature_missing';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > ageSecondsMax)
    return 'signature_too_old';
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${id}.${timestamp}.${call.method} ${call.path}\n${call.body}`;
  const expected = createHmac('sha256', key).update(signed).digest();
  const matches = signatures.split(' ').some((part) => {
    const given = Buffer.from(part.startsWith('v1,') ? part.slice(3) : '', 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return matches ? null : 'signature_wrong';
}
