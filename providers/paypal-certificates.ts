/**
 * The certificates that PayPal signs its webhooks with: fetched from PayPal alone, proved up to a root that we trust, and
 * kept. The address comes from who sends, so nothing is fetched from anywhere else (W5).
 */

import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { askOverHttps } from './paypal-https.ts';

const keptMax = 20;
const chainMax = 5;
const addressCharactersMax = 500;

export interface CertificatesOptions {
  readonly agent: Agent;
  /** Trusted beside the system's roots, in PEM. */
  readonly authorities: string;
  /** Links that PayPal's certificate may come without, in PEM: proved like those that came with it, never trusted. */
  readonly intermediates: string;
  readonly timeoutMs: number;
}

export interface Certificates {
  /**
   * The key by which the webhook was signed; `null` for an address or a certificate that is not PayPal's. Throws where
   * PayPal cannot be asked for it just now.
   */
  keyAt(address: string, at: Date): Promise<KeyObject | null>;
}

/** Exactly PayPal's, over https, with nothing that could lead elsewhere. */
export function paypalAddress(address: string): URL | null {
  if (address.length > addressCharactersMax || !URL.canParse(address)) return null;
  const url = new URL(address);
  const isPlain = url.username === '' && url.password === '' && url.port === '';
  // Compared as it was written too: what a parser quietly repairs was not written by PayPal.
  const asWritten = address.startsWith(`https://${url.hostname}/`);
  return url.protocol === 'https:' && isPlain && asWritten && isPaypalHost(url.hostname) ? url : null;
}

const isPaypalHost = (host: string): boolean => host === 'paypal.com' || host.endsWith('.paypal.com');

export function createCertificates({
  agent,
  authorities,
  intermediates,
  timeoutMs,
}: CertificatesOptions): Certificates {
  const roots = [...rootCertificates, ...pemsOf(authorities)].map((pem) => new X509Certificate(pem));
  const known = pemsOf(intermediates).map((pem) => new X509Certificate(pem));
  const kept = new Map<string, Promise<readonly X509Certificate[]>>();

  const fetched = async (url: URL): Promise<readonly X509Certificate[]> => {
    const answer = await askOverHttps(url, { agent, headers: {}, timeoutMs });
    if (answer.status >= 500) throw new Error(`PayPal answered ${answer.status} for a certificate`);
    return answer.status === 200 ? certificatesIn(answer.body) : [];
  };

  const chainAt = (url: URL): Promise<readonly X509Certificate[]> => {
    const had = kept.get(url.href);
    if (had) return had;
    const chain = fetched(url);
    kept.set(url.href, chain);
    const [oldest] = kept.keys();
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return chain;
  };

  return {
    async keyAt(address, at) {
      const url = paypalAddress(address);
      if (!url) return null;
      try {
        const chain = await chainAt(url);
        const [leaf] = chain;
        if (leaf && isPaypals(leaf) && isTrusted(leaf, { chain: [...chain, ...known], roots, at }))
          return leaf.publicKey;
        kept.delete(url.href);
        return null;
      } catch (error) {
        kept.delete(url.href);
        throw error;
      }
    },
  };
}

const pemsOf = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.slice(0, chainMax) ?? [];

function certificatesIn(text: string): X509Certificate[] {
  try {
    return pemsOf(text).map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

function isPaypals(leaf: X509Certificate): boolean {
  const names = leaf.subjectAltName?.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []));
  const common = /^CN=(.+)$/m.exec(leaf.subject)?.[1];
  return (names ?? (common === undefined ? [] : [common])).some(isPaypalHost);
}

interface Proof {
  readonly chain: readonly X509Certificate[];
  readonly roots: readonly X509Certificate[];
  readonly at: Date;
}

/** From the certificate over those that came with it to a root of ours, each in its time and issued by the next. */
function isTrusted(leaf: X509Certificate, { chain, roots, at }: Proof): boolean {
  let current = leaf;
  for (let step = 0; step < chainMax; step += 1) {
    if (!isInTime(current, at)) return false;
    const issuedBy = (issuer: X509Certificate): boolean =>
      issuer.ca && current.checkIssued(issuer) && current.verify(issuer.publicKey);
    if (roots.some((root) => issuedBy(root) && isInTime(root, at))) return true;
    const next = chain.find((issuer) => issuer !== current && issuedBy(issuer));
    if (!next) return false;
    current = next;
  }
  return false;
}

const isInTime = (certificate: X509Certificate, at: Date): boolean =>
  Date.parse(certificate.validFrom) <= at.getTime() && at.getTime() <= Date.parse(certificate.validTo);
