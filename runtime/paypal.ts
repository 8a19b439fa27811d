/** What of PayPal this desk has by its configuration: calls where there are credentials, the webhook where there is one. */

import { readFileSync } from 'node:fs';
import type { ProviderWebhook } from '../api/ports.ts';
import { createCertificates } from '../providers/paypal-certificates.ts';
import { createPaypalClient, type PaypalClient } from '../providers/paypal-client.ts';
import { type PaypalStandIn, paypalAgent } from '../providers/paypal-https.ts';
import type { Config } from './config.ts';
import { createPaypalInbox } from './paypal-inbox.ts';
import type { InboxParts } from './provider-inbox.ts';

/** A look-up and a reading of the capture are two calls in a row each: with a refund after them they fit into one attempt. */
const readTimeoutMs = 5_000;

/** PayPal waits for an answer while its certificate is fetched. */
const certificateTimeoutMs = 5_000;

export function paypalOf(config: Config, timeoutMs: number): PaypalClient | null {
  if (!config.PAYPAL_CLIENT_ID || !config.PAYPAL_CLIENT_SECRET) return null;
  return createPaypalClient({
    clientId: config.PAYPAL_CLIENT_ID,
    clientSecret: config.PAYPAL_CLIENT_SECRET.reveal(),
    environment: config.PAYPAL_ENVIRONMENT,
    timeoutMs,
    readTimeoutMs,
    standIn: standInOf(config),
  });
}

export function createPaypalWebhook(config: Config, parts: InboxParts): ProviderWebhook | undefined {
  if (!config.PAYPAL_WEBHOOK_ID) return undefined;
  const standIn = standInOf(config);
  const certificates = createCertificates({
    agent: paypalAgent(standIn),
    authorities: standIn?.ca ?? '',
    intermediates: standIn ? '' : certificatesOf(config),
    timeoutMs: certificateTimeoutMs,
  });
  return createPaypalInbox({ ...parts, webhookId: config.PAYPAL_WEBHOOK_ID, certificates });
}

const certificatesOf = ({ PAYPAL_CA_FILE: file }: Config): string => (file === '' ? '' : readFileSync(file, 'utf8'));

function standInOf(config: Config): PaypalStandIn | undefined {
  const [host, port] = config.PAYPAL_STAND_IN.split(':');
  return host && port ? { host, port: Number(port), ca: certificatesOf(config) } : undefined;
}
