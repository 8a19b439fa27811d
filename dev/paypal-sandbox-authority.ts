/**
 * The sandbox's own authority, and what it certifies: PayPal's names for TLS, and the key that signs webhooks. Made at
 * the first start and kept in the books, so that who trusts it needs to learn it once.
 */

import { randomBytes } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Signed {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  readonly ca: string;
  readonly tls: Signed;
  readonly webhooks: Signed;
  /** Under which the webhooks' certificate is served. */
  readonly certId: string;
}

const lifeMs = 10 * 365 * 86_400_000;
const apiHosts = ['api-m.sandbox.paypal.com', 'api.sandbox.paypal.com'];
export const signerHost = 'messageverificationcerts.sandbox.paypal.com';

const named = (value: string) => [{ name: 'commonName', value }];

export async function makeAuthority(): Promise<Authority> {
  const notBeforeDate = new Date(Date.now() - 86_400_000);
  const notAfterDate = new Date(Date.now() + lifeMs);
  const settings = { keyType: 'rsa', keySize: 2048, algorithm: 'sha256', notBeforeDate, notAfterDate } as const;
  const root = await generate(named('Refund Desk sandbox authority'), {
    ...settings,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const certify = async (hosts: readonly string[]): Promise<Signed> => {
    const { private: key, cert } = await generate(named(hosts[0] ?? ''), {
      ...settings,
      ca: { key: root.private, cert: root.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
      ],
    });
    return { key, cert };
  };
  const [tls, webhooks] = await Promise.all([certify(apiHosts), certify([signerHost])]);
  return { ca: root.cert, tls, webhooks, certId: `CERT-${randomBytes(12).toString('hex')}` };
}
