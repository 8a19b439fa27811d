/**
 * The one configuration schema: every key with its meaning, all problems told at once. Reads the environment it is
 * handed; nothing else in the product looks at `process.env`.
 */

import { z } from 'zod';
import { ibanOf, isBic, isIban } from '../domain/iban.ts';
import { cutOffPattern } from '../domain/target-days.ts';
import { buildKeys } from './config-build.ts';
import { evidencePlaceKeys, problemsOfEvidencePlace } from './config-evidence.ts';
import { limits } from './config-limits.ts';
import { waveKeys } from './config-waves.ts';

/** A value that never prints itself: in logs, in JSON, in an error's text. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '[hidden]';
  }
  toJSON(): string {
    return '[hidden]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[hidden]';
  }
}

const secret = (minLength: number) =>
  z
    .string()
    .min(minLength, `expected a secret of at least ${minLength} characters`)
    .transform((value) => new Secret(value));

const port = (preset: number) => z.coerce.number().int().min(0).max(65_535).default(preset);

const base64Key = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'expected 32 bytes in base64');

/** `id:base64,id:base64`: the first encrypts, all decrypt, so that keys can be rotated. */
const keyRing = z.string().transform((text, context) => {
  const keys = text.split(',').map((part) => {
    const [id, key] = part.split(':');
    if (!id || !key || !base64Key.safeParse(key).success) {
      context.addIssue({ code: 'custom', message: 'expected id:base64 pairs of 32-byte keys, separated by commas' });
      return z.NEVER;
    }
    return { id, key: new Secret(key) };
  });
  return keys;
});

/** As Standard Webhooks writes a secret. */
const signingSecret = z
  .string()
  .refine((text) => {
    const bytes = Buffer.from(/^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? '', 'base64').length;
    return bytes >= 24 && bytes <= 64;
  }, 'expected whsec_ and 24 to 64 bytes in base64')
  .transform((value) => new Secret(value));

const url = (preset?: string) => (preset === undefined ? z.url() : z.url().default(preset));

/** Every key, its schema and what it means; `docs/operations/configuration.md` is printed from this. */
export const configKeys = {
  NODE_ENV: {
    schema: z.enum(['production', 'development', 'test']).default('production'),
    doc: 'What the process is for. Production refuses plain HTTP but behind a named proxy, and any clock pace but 1.',
  },
  HOST: { schema: z.string().default('127.0.0.1'), doc: 'Address that the API binds to.' },
  PORT: { schema: port(3000), doc: 'Port of pages and API; 0 takes a free one.' },
  WORKER_PORT: { schema: port(3001), doc: 'Port of the worker’s health, readiness and metrics; 0 takes a free one.' },
  PUBLIC_URL: {
    schema: url('http://127.0.0.1:3000'),
    doc: 'Address under which people reach the desk; used in mails and for the origin check.',
  },
  TRUST_PROXY: {
    schema: z.string().default(''),
    doc: 'Addresses or ranges, separated by commas, of proxies whose X-Forwarded headers count. Empty: none.',
  },
  DATABASE_URL: {
    schema: z
      .string()
      .startsWith('postgres')
      .transform((value) => new Secret(value)),
    doc: 'PostgreSQL, e.g. postgres://user:password@host:5432/desk.',
  },
  DATABASE_POOL_MAX: {
    schema: z.coerce.number().int().min(2).max(100).default(10),
    doc: 'Connections to PostgreSQL per process.',
  },
  TEMPORAL_ADDRESS: { schema: z.string().default('127.0.0.1:7233'), doc: 'Temporal frontend, host:port.' },
  TEMPORAL_NAMESPACE: { schema: z.string().default('default'), doc: 'Temporal namespace.' },
  TEMPORAL_UI_URL: {
    schema: url('http://127.0.0.1:8233'),
    doc: 'Temporal’s UI; its origin may ask the codec endpoint, with a staff session.',
  },
  TEMPORAL_CODEC_KEYS: {
    schema: keyRing,
    doc: 'Keys that encrypt Temporal payloads: id:base64 pairs of 32 bytes, separated by commas. The first encrypts, all decrypt.',
  },
  ...buildKeys,
  WORKER_QUEUES: {
    schema: z
      .string()
      .default('tickets,payouts,probes')
      .transform((text, context) => {
        const queues = text
          .split(',')
          .filter((queue) => queue === 'tickets' || queue === 'payouts' || queue === 'probes');
        if (queues.length > 0 && queues.length === text.split(',').length) return queues;
        context.addIssue({ code: 'custom', message: 'expected tickets, payouts or probes, separated by commas' });
        return z.NEVER;
      }),
    doc: 'What this worker does: `tickets` (workflows, jobs), `payouts` (calls to payment providers, which alone need their secrets), `probes` (tests of plans, which alone need their file), or several.',
  },
  AUTH_SECRET: { schema: secret(32), doc: 'Signs sessions and codes.' },
  ...evidencePlaceKeys(secret),
  EVIDENCE_KEY: {
    schema: base64Key.transform((value) => new Secret(value)),
    doc: 'Wraps the evidence keys of each person: 32 bytes in base64.',
  },
  CLAMD_SOCKET: {
    schema: z.string().default(''),
    doc: 'Unix socket of ClamAV’s daemon, which looks through what people hand in (evidence.md). Empty: it is reached at CLAMD_HOST.',
  },
  CLAMD_HOST: {
    schema: z.string().default(''),
    doc: 'Host of ClamAV’s daemon. With neither, nothing is scanned: PDFs are held, and nothing opens but text and images encoded anew.',
  },
  CLAMD_PORT: { schema: z.coerce.number().int().min(1).max(65_535).default(3310), doc: 'Port of that host.' },
  STAFF_TIES_KEY: {
    schema: z.union([z.literal(''), base64Key.transform((value) => new Secret(value))]).default(''),
    doc: 'Hashes the addresses and instruments that staff declare of themselves: 32 bytes in base64, the same in every process, and for good (staff.md). Empty: nothing can be declared; what the desk knows by itself holds all the same.',
  },
  SMTP_URL: {
    schema: z
      .string()
      .startsWith('smtp')
      .transform((value) => new Secret(value)),
    doc: 'Outgoing mail, e.g. smtps://user:password@host:465.',
  },
  MAIL_FROM: { schema: z.string().default('Refund Desk <desk@refund-desk.example>'), doc: 'Sender of every mail.' },
  STRIPE_API_KEY: { schema: secret(8), doc: 'Secret key of the Stripe account.' },
  STRIPE_WEBHOOK_SECRETS: {
    schema: z
      .string()
      .min(8)
      .transform((value) => value.split(',').map((part) => new Secret(part))),
    doc: 'Signing secrets of the Stripe webhook, separated by commas, so that one can be rotated.',
  },
  STRIPE_API_URL: {
    schema: z.union([z.literal(''), z.url()]).default(''),
    doc: 'Empty for the real Stripe; else a server that speaks its API, such as the sandbox.',
  },
  PAYPAL_ENVIRONMENT: {
    schema: z.enum(['live', 'sandbox']).default('live'),
    doc: 'Which of PayPal’s two worlds the credentials and the webhook belong to.',
  },
  PAYPAL_CLIENT_ID: {
    schema: z.string().default(''),
    doc: 'Client id of the PayPal REST app. Empty: nothing is paid back by PayPal itself.',
  },
  PAYPAL_CLIENT_SECRET: {
    schema: z.union([z.literal(''), secret(8)]).default(''),
    doc: 'Secret of the PayPal REST app. Needed where there is a client id.',
  },
  PAYPAL_WEBHOOK_ID: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9-]{0,50}$/, 'expected the id that PayPal shows')
      .default(''),
    doc: 'Id of the webhook that points at this desk, for which alone PayPal’s signatures hold. Empty: PayPal’s events are not taken.',
  },
  PAYPAL_STAND_IN: {
    schema: z
      .string()
      .regex(/^(|(127\.0\.0\.1|localhost):\d{1,5})$/, 'expected host:port of this machine')
      .default(''),
    doc: 'Empty for the real PayPal; else where the sandbox answers in place of PayPal’s hosts. Refused in production.',
  },
  PAYPAL_CA_FILE: {
    schema: z.string().default(''),
    doc: 'PEM file. With PAYPAL_STAND_IN: the sandbox’s authority. Else links that PayPal’s webhook certificate comes without; they are proved up to the system’s roots.',
  },
  SHOP_API_URL: {
    schema: z.union([z.literal(''), z.url()]).default(''),
    doc: 'Where the shop serves the desk’s protocol (shop.md). Empty: there is no shop, so that plans are neither extended, ended nor replaced and store balance does not go back.',
  },
  SHOP_SIGNING_SECRET: {
    schema: z.union([z.literal(''), signingSecret]).default(''),
    doc: 'Signs each call to the shop: whsec_ and 24 to 64 bytes in base64. Needed where there is a shop.',
  },
  SCREENING_API_URL: {
    schema: z.union([z.literal(''), z.url()]).default(''),
    doc: 'Where the check of payees against sanctions lists is served (screening.md). Empty: nobody is asked, and each rerouted payout says so.',
  },
  SCREENING_SIGNING_SECRET: {
    schema: z.union([z.literal(''), signingSecret]).default(''),
    doc: 'Signs each call to that check: whsec_ and 24 to 64 bytes in base64. Needed where there is one.',
  },
  PROBES_FILE: {
    schema: z.string().default(''),
    doc: 'JSON file with the seller’s gateways and test accounts, through which the desk tests plans itself (probes.md). Empty: nothing is tested.',
  },
  BANK_DROP_DIRECTORY: {
    schema: z.string().default(''),
    doc: 'Directory that is shared with the bank (bank.md): files for it in `out`, its own in `in`. Empty: there is no bank, so that nothing is paid back by transfer.',
  },
  BANK_DEBTOR_NAME: {
    schema: z.string().max(70).default(''),
    doc: 'Whose account pays, as the bank knows them. Needed where there is a bank.',
  },
  BANK_DEBTOR_IBAN: {
    schema: z.union([z.literal(''), z.string().refine((text) => isIban(ibanOf(text)), 'expected an IBAN')]).default(''),
    doc: 'The account that pays and whose statements are read. Needed where there is a bank.',
  },
  BANK_DEBTOR_BIC: {
    schema: z.union([z.literal(''), z.string().refine(isBic, 'expected a BIC')]).default(''),
    doc: 'The bank of that account. Empty: it is told by the IBAN.',
  },
  BANK_CUT_OFF: {
    schema: z.string().regex(cutOffPattern, 'expected a time such as 15:00').default('15:00'),
    doc: 'From when on, by Berlin’s clock, the bank makes a payment on its next business day.',
  },
  PAYOUT_MODE: {
    schema: z.enum(['live', 'dry-run']).default('live'),
    doc: 'dry-run proposes and decides but sends neither money nor customer mail.',
  },
  PAYOUT_APPROVAL_MAX: {
    schema: limits,
    doc: 'Up to which amount finance releases what one decision grants, in however many payouts it goes, in minor units per currency as JSON, e.g. {"USD":"100000"}; what is more, or in a currency that is not listed, takes an admin. Empty: finance releases any.',
  },
  ...waveKeys,
  PAYOUT_DAILY_MAX: {
    schema: limits,
    doc: 'How much may leave within 24 hours, in minor units per currency as JSON; what is more is held in plain sight and goes by itself when there is room, in the order of approval; a payout above the cap by itself waits until that is raised. A currency that is not listed, and all where it is empty: no cap.',
  },
  PAYOUT_SECOND_FACTOR: {
    schema: z.enum(['', 'required', 'enrolled']).default(''),
    doc: 'required: who has no second factor releases no payout. enrolled: a code is asked of those who have one. Empty: required in production, enrolled elsewhere.',
  },
  CLOCK_START: {
    schema: z.union([z.literal(''), z.iso.datetime()]).default(''),
    doc: 'Real instant from which the desk’s clock runs at its own pace. Empty where the pace is 1.',
  },
  CLOCK_PACE: {
    schema: z.coerce.number().positive().max(1_000_000).default(1),
    doc: 'Desk seconds per real second; production accepts 1 only.',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    doc: 'What is logged, as JSON lines on standard output.',
  },
  METRICS_TOKEN: {
    schema: z.union([z.literal(''), secret(16)]).default(''),
    doc: 'Bearer token for /metrics. Empty: served to loopback only.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: z.union([z.literal(''), z.url()]).default(''),
    doc: 'Where traces go, OTLP over HTTP. Empty: nowhere, at no cost.',
  },
  SHUTDOWN_DRAIN_SECONDS: {
    schema: z.coerce.number().int().min(0).max(120).default(0),
    doc: 'How long the API says that it is not ready before it takes no more connections: as long as its load balancer needs to notice.',
  },
  SHUTDOWN_GRACE_SECONDS: {
    schema: z.coerce.number().int().min(1).max(600).default(45),
    doc: 'How long running payments may finish once the process was asked to stop.',
  },
} as const;

const schema = z
  .object(
    Object.fromEntries(Object.entries(configKeys).map(([key, { schema }]) => [key, schema])) as {
      [Key in keyof typeof configKeys]: (typeof configKeys)[Key]['schema'];
    },
  )
  .superRefine((config, context) => {
    const issue = (key: keyof typeof configKeys, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (config.CLOCK_PACE !== 1 && !config.CLOCK_START) issue('CLOCK_START', 'is needed where CLOCK_PACE is not 1');
    if (config.SHOP_API_URL && !config.SHOP_SIGNING_SECRET)
      issue('SHOP_SIGNING_SECRET', 'is needed where SHOP_API_URL is set');
    if (config.SCREENING_API_URL && !config.SCREENING_SIGNING_SECRET)
      issue('SCREENING_SIGNING_SECRET', 'is needed where SCREENING_API_URL is set');
    if (config.CLAMD_SOCKET && config.CLAMD_HOST) issue('CLAMD_HOST', 'must be empty where CLAMD_SOCKET is set');
    // Half of it would silently ask nobody.
    if (config.SCREENING_SIGNING_SECRET && !config.SCREENING_API_URL)
      issue('SCREENING_API_URL', 'is needed where SCREENING_SIGNING_SECRET is set');
    if (config.PAYPAL_CLIENT_ID && !config.PAYPAL_CLIENT_SECRET)
      issue('PAYPAL_CLIENT_SECRET', 'is needed where PAYPAL_CLIENT_ID is set');
    if (config.PAYPAL_STAND_IN && !config.PAYPAL_CA_FILE)
      issue('PAYPAL_CA_FILE', 'is needed where PAYPAL_STAND_IN is set');
    if (config.PAYPAL_STAND_IN && config.PAYPAL_ENVIRONMENT === 'live')
      issue('PAYPAL_ENVIRONMENT', 'must be sandbox where PAYPAL_STAND_IN is set');
    for (const key of ['BANK_DEBTOR_NAME', 'BANK_DEBTOR_IBAN'] as const)
      if (config.BANK_DROP_DIRECTORY && !config[key]) issue(key, 'is needed where BANK_DROP_DIRECTORY is set');
    for (const [key, problem] of problemsOfEvidencePlace(config)) issue(key, problem);
    if (config.NODE_ENV !== 'production') return;
    if (config.PAYPAL_STAND_IN) issue('PAYPAL_STAND_IN', 'must be empty in production (W5)');
    if (config.CLOCK_PACE !== 1) issue('CLOCK_PACE', 'must be 1 in production');
    if (!config.PUBLIC_URL.startsWith('https:')) issue('PUBLIC_URL', 'must be https in production (PV-2.3)');
    if (config.SHOP_API_URL.startsWith('http:')) issue('SHOP_API_URL', 'must be https in production (PV-2.3)');
    if (config.SCREENING_API_URL.startsWith('http:'))
      issue('SCREENING_API_URL', 'must be https in production (PV-2.3)');
    if (!config.TRUST_PROXY) issue('TRUST_PROXY', 'must name the proxy that ends TLS in production (PV-2.3)');
  });

export type Config = z.output<typeof schema>;

/** All that is wrong with the environment, a line a key. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads the environment, or throws `ConfigError` with every problem; values of secrets are never told. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = Object.fromEntries(Object.keys(configKeys).map((key) => [key, environment[key]]));
  const parsed = schema.safeParse(known);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const key = String(issue.path[0]) as keyof typeof configKeys;
      const missing = environment[key] === undefined ? 'is missing' : issue.message;
      return `${key} ${missing}. ${configKeys[key]?.doc ?? ''}`;
    }),
  );
}
