/**
 * A certificate authority of a sandbox or of one test run: its root, for whoever is to trust it, and what it certifies
 * for names of hosts.
 */

import { generate } from 'selfsigned';

export interface Signed {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  readonly ca: string;
  certify(hosts: readonly string[]): Promise<Signed>;
}

const dayMs = 86_400_000;
const dnsName = 2;

const named = (value: string) => [{ name: 'commonName', value }];

export async function makeAuthority(name: string, { lifeDays = 30 } = {}): Promise<Authority> {
  const notBeforeDate = new Date(Date.now() - dayMs);
  const notAfterDate = new Date(Date.now() + lifeDays * dayMs);
  const settings = { keyType: 'rsa', keySize: 2048, algorithm: 'sha256', notBeforeDate, notAfterDate } as const;
  const root = await generate(named(name), {
    ...settings,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    ca: root.cert,
    async certify(hosts) {
      const { private: key, cert } = await generate(named(hosts[0] ?? ''), {
        ...settings,
        ca: { key: root.private, cert: root.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: dnsName, value })) },
        ],
      });
      return { key, cert };
    },
  };
}
