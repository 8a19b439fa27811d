/**
 * What each program of the embedded stack gets as its environment, built in one place from ports and secrets. Passes on
 * only what it names: a stray variable of the shell, such as another database's address, must never reach a program.
 */

import { join } from 'node:path';
import type { StackClock, StackSecrets } from './data-directory.ts';
import type { Ports } from './ports.ts';
import type { Environment } from './tool-cache.ts';
import { Trouble } from './trouble.ts';

export interface StackSettings {
  readonly dataDirectory: string;
  readonly ports: Ports;
  readonly secrets: StackSecrets;
  readonly clock: StackClock | null;
  /** Where another Temporal server than ours is used. */
  readonly temporalAddress?: string | undefined;
  /** What the stack itself was started with. */
  readonly shell: Environment;
}

/** Keys of the configuration that may be set for the whole stack from the shell. */
const passedOn = [
  'LOG_LEVEL',
  'PAYOUT_MODE',
  'MAIL_FROM',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'TEMPORAL_NAMESPACE',
  'CLAMD_SOCKET',
  'CLAMD_HOST',
  'CLAMD_PORT',
] as const;

/** What Node and the system's libraries need to run at all. */
const systemKeys = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'LANG', 'SystemRoot'] as const;

export const databaseName = 'desk';

/** Of the demo seller, with check digits that hold; no bank has it. */
const demoIban = 'DE89370400440532013000';

export const loopbackUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** The configuration of API, worker, migrations and demo data: keys as in `runtime/config.ts`. */
export function stackEnvironment(settings: StackSettings): Record<string, string> {
  const { ports, secrets, clock, dataDirectory } = settings;
  const password = encodeURIComponent(secrets.postgresPassword);
  return {
    ...systemEnvironment(settings.shell),
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(ports.api),
    WORKER_PORT: String(ports.worker),
    PUBLIC_URL: loopbackUrl(ports.api),
    DATABASE_URL: `postgres://desk:${password}@127.0.0.1:${ports.postgres}/${databaseName}`,
    TEMPORAL_ADDRESS: settings.temporalAddress ?? `127.0.0.1:${ports.temporal}`,
    TEMPORAL_UI_URL: loopbackUrl(ports.temporalUi),
    TEMPORAL_CODEC_KEYS: secrets.codecKey,
    AUTH_SECRET: secrets.authSecret,
    EVIDENCE_DIR: join(dataDirectory, 'evidence'),
    EVIDENCE_KEY: secrets.evidenceKey,
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    STRIPE_API_KEY: secrets.stripeApiKey,
    STRIPE_WEBHOOK_SECRETS: secrets.stripeWebhookSecret,
    STRIPE_API_URL: loopbackUrl(ports.stripeSandbox),
    ...paypalEnvironment(settings),
    SHOP_API_URL: loopbackUrl(ports.shopSandbox),
    SHOP_SIGNING_SECRET: secrets.shopSigningSecret,
    BANK_DROP_DIRECTORY: bankDirectory(settings),
    BANK_DEBTOR_NAME: 'Demo Proxies GmbH',
    BANK_DEBTOR_IBAN: demoIban,
    PROBES_FILE: probesFile(settings),
    CLOCK_START: clock?.start ?? '',
    CLOCK_PACE: String(clock?.pace ?? 1),
    // Ctrl-C should not take long where all that is paid is a sandbox's.
    SHUTDOWN_GRACE_SECONDS: '10',
    // Not of the configuration: where the demo data leaves what the stack prints, and where the bank is told of credits.
    REFUND_DESK_DATA: dataDirectory,
    BANK_SANDBOX_URL: loopbackUrl(ports.bankSandbox),
    ...pick(settings.shell, passedOn),
  };
}

export const systemEnvironment = (shell: Environment): Record<string, string> => pick(shell, systemKeys);

export const stripeSandboxEnvironment = (settings: StackSettings): Record<string, string> => ({
  ...systemEnvironment(settings.shell),
  PORT: String(settings.ports.stripeSandbox),
  STATE_FILE: join(settings.dataDirectory, 'stripe-sandbox.json'),
  WEBHOOK_URL: `${loopbackUrl(settings.ports.api)}/webhooks/stripe`,
  WEBHOOK_SECRET: settings.secrets.stripeWebhookSecret,
  STRIPE_API_KEY: settings.secrets.stripeApiKey,
});

/** The app and the webhook that the sandbox knows: what is secret of them comes from the data directory. */
const paypalClientId = 'refund-desk-of-this-machine';
const paypalWebhookId = '1RD00000DEMO00000';

const paypalCaFile = ({ dataDirectory }: StackSettings): string => join(dataDirectory, 'paypal-sandbox-ca.pem');

const paypalEnvironment = (settings: StackSettings): Record<string, string> => ({
  PAYPAL_ENVIRONMENT: 'sandbox',
  PAYPAL_CLIENT_ID: paypalClientId,
  PAYPAL_CLIENT_SECRET: settings.secrets.paypalClientSecret,
  PAYPAL_WEBHOOK_ID: paypalWebhookId,
  PAYPAL_STAND_IN: `127.0.0.1:${settings.ports.paypalSandbox}`,
  PAYPAL_CA_FILE: paypalCaFile(settings),
});

export const paypalSandboxEnvironment = (settings: StackSettings): Record<string, string> => ({
  ...systemEnvironment(settings.shell),
  PORT: String(settings.ports.paypalSandbox),
  STATE_FILE: join(settings.dataDirectory, 'paypal-sandbox.json'),
  CA_FILE: paypalCaFile(settings),
  WEBHOOK_URL: `${loopbackUrl(settings.ports.api)}/webhooks/paypal`,
  WEBHOOK_ID: paypalWebhookId,
  PAYPAL_CLIENT_ID: paypalClientId,
  PAYPAL_CLIENT_SECRET: settings.secrets.paypalClientSecret,
});

export const shopSandboxEnvironment = (settings: StackSettings): Record<string, string> => ({
  ...systemEnvironment(settings.shell),
  PORT: String(settings.ports.shopSandbox),
  STATE_FILE: join(settings.dataDirectory, 'shop-sandbox.json'),
  SHOP_SIGNING_SECRET: settings.secrets.shopSigningSecret,
});

export const bankSandboxEnvironment = (settings: StackSettings): Record<string, string> => ({
  ...systemEnvironment(settings.shell),
  PORT: String(settings.ports.bankSandbox),
  STATE_FILE: join(settings.dataDirectory, 'bank-sandbox.json'),
  BANK_DROP_DIRECTORY: bankDirectory(settings),
  BANK_DEBTOR_IBAN: demoIban,
});

export const proxyGatewayEnvironment = (settings: StackSettings): Record<string, string> => ({
  ...systemEnvironment(settings.shell),
  PORT: String(settings.ports.proxyGateway),
  SETTINGS_FILE: probesFile(settings),
  CA_FILE: join(settings.dataDirectory, 'proxy-gateway-ca.pem'),
});

/** The gateway leaves there what the worker tests plans by. */
const probesFile = ({ dataDirectory }: StackSettings): string => join(dataDirectory, 'probes.json');

/** The drop that the desk and the bank's sandbox share. */
const bankDirectory = ({ dataDirectory }: StackSettings): string => join(dataDirectory, 'bank');

export const mailCatcherEnvironment = (settings: StackSettings): Record<string, string> => ({
  ...systemEnvironment(settings.shell),
  SMTP_PORT: String(settings.ports.smtp),
  WEB_PORT: String(settings.ports.mailWeb),
  MAIL_DIR: join(settings.dataDirectory, 'mail'),
});

/** The pace asked for in the shell; `null` where none is, and the data directory's own holds. */
export function readPace(shell: Environment): number | null {
  const text = shell['CLOCK_PACE'];
  if (text === undefined || text === '') return null;
  const pace = Number(text);
  if (!Number.isFinite(pace) || pace <= 0) throw new Trouble(`CLOCK_PACE must be a number above 0, but is "${text}".`);
  return pace;
}

function pick(source: Environment, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = source[key];
      return value === undefined || value === '' ? [] : [[key, value] as const];
    }),
  );
}
