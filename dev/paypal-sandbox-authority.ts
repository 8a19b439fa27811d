/**
 * The sandbox's own authority, and what it certifies: PayPal's names for TLS, and the key that signs webhooks. Made at
 * the first start and kept in the books, so that who trusts it needs to learn it once.
 */

import { randomBytes } from 'node:crypto';
import { makeAuthority as makeRoot, type Signed } from './authority.ts';

export interface Authority {
  readonly ca: string;
  readonly tls: Signed;
  readonly webhooks: Signed;
  /** Under which the webhooks' certificate is served. */
  readonly certId: string;
}

const apiHosts = ['api-m.sandbox.paypal.com', 'api.sandbox.paypal.com'];
export const signerHost = 'messageverificationcerts.sandbox.paypal.com';

export async function makeAuthority(): Promise<Authority> {
  const { ca, certify } = await makeRoot('Refund Desk sandbox authority', { lifeDays: 3_650 });
  const [tls, webhooks] = await Promise.all([certify(apiHosts), certify([signerHost])]);
  return { ca, tls, webhooks, certId: `CERT-${randomBytes(12).toString('hex')}` };
}
