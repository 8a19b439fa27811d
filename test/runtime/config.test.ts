/** The configuration: every problem at once, no secret ever told, and what production refuses. */

import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openDatabase } from '../../db/database.ts';
import { bankAccountOf } from '../../runtime/bank.ts';
import { createClock } from '../../runtime/clock.ts';
import { type Config, ConfigError, configKeys, readConfig, Secret } from '../../runtime/config.ts';
import { createProviders } from '../../runtime/providers.ts';
import { createScanner } from '../../runtime/scanner.ts';
import { createScreening } from '../../runtime/screening.ts';
import { createShop } from '../../runtime/shop.ts';
import { anEnvironment } from './environment.ts';

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (fault) {
    if (fault instanceof ConfigError) return fault.problems;
    throw fault;
  }
}

const keysOf = (problems: readonly string[]): string[] => problems.map((problem) => problem.split(' ')[0] ?? '');

/** Opened by nobody: a pool makes no connection before its first statement. */
const providersOf = (config: Config) =>
  createProviders({
    config,
    db: openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', max: 2 }),
    clock: createClock(config),
  });

const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://desk.example', TRUST_PROXY: '10.0.0.1' };

test('every key that is missing is told at once, with what it is for', () => {
  const problems = problemsOf({ NODE_ENV: 'test' });
  const needed = Object.entries(configKeys)
    .filter(([, { schema }]) => !schema.safeParse(undefined).success)
    .map(([key]) => key);
  expect(keysOf(problems)).toEqual(needed);
  expect(problems.every((problem) => / is missing\. .+/.test(problem))).toBe(true);
  expect(needed).toEqual(expect.arrayContaining(['DATABASE_URL', 'AUTH_SECRET', 'STRIPE_API_KEY']));
});

test('wrong and missing keys stand in one list', () => {
  const { AUTH_SECRET: _, ...rest } = anEnvironment({ PORT: '70000', CLOCK_PACE: '0', PUBLIC_URL: 'desk' });
  expect(keysOf(problemsOf(rest)).sort()).toEqual(['AUTH_SECRET', 'CLOCK_PACE', 'PORT', 'PUBLIC_URL']);
});

test.each([
  ['AUTH_SECRET', 'too-short-password'],
  ['STRIPE_API_KEY', 'short-p'],
  ['TEMPORAL_CODEC_KEYS', 'first:not-32-bytes-password'],
  ['EVIDENCE_KEY', 'not-32-bytes-password'],
  ['DATABASE_URL', 'mysql://desk:database-password@host/desk'],
  ['SMTP_URL', 'https://user:smtp-password@host'],
  ['STRIPE_WEBHOOK_SECRETS', 'whsec_p'],
  ['METRICS_TOKEN', 'short-password'],
  ['SHOP_SIGNING_SECRET', 'whsec_c2hvcC1wYXNzd29yZA=='],
  ['SHOP_SIGNING_SECRET', 'not-of-the-scheme-password-but-long-enough'],
])('a wrong %s is told without its value', (key, value) => {
  const problems = problemsOf(anEnvironment({ [key]: value }));
  expect(keysOf(problems)).toEqual([key]);
  expect(problems.join()).not.toContain(value);
  expect(inspect(new ConfigError(problems))).not.toMatch(/password(?!@host)/);
});

describe('production', () => {
  test('takes an https address behind a named proxy', () => {
    expect(readConfig(anEnvironment(production))).toMatchObject({ NODE_ENV: 'production', CLOCK_PACE: 1 });
  });

  test('is what a process is for unless told otherwise', () => {
    const { NODE_ENV: _, ...rest } = anEnvironment();
    expect(keysOf(problemsOf(rest))).toEqual(['PUBLIC_URL', 'TRUST_PROXY']);
  });

  test.each([
    ['a clock at another pace', { CLOCK_PACE: '86400', CLOCK_START: '2026-11-22T00:00:00Z' }, 'CLOCK_PACE'],
    ['plain HTTP (PV-2.3)', { PUBLIC_URL: 'http://desk.example' }, 'PUBLIC_URL'],
    [
      'a shop over plain HTTP (PV-2.3)',
      { SHOP_API_URL: 'http://shop.example', SHOP_SIGNING_SECRET: `whsec_${'A'.repeat(40)}` },
      'SHOP_API_URL',
    ],
    [
      'another server in PayPal’s place (W5)',
      { PAYPAL_STAND_IN: '127.0.0.1:1', PAYPAL_CA_FILE: '/ca.pem', PAYPAL_ENVIRONMENT: 'sandbox' },
      'PAYPAL_STAND_IN',
    ],
    ['TLS that ends nobody knows where (PV-2.3)', { TRUST_PROXY: '' }, 'TRUST_PROXY'],
  ])('refuses %s', (_what, given, key) => {
    expect(keysOf(problemsOf(anEnvironment({ ...production, ...given })))).toEqual([key]);
  });
});

test('a clock at another pace needs the instant from which it runs', () => {
  expect(keysOf(problemsOf(anEnvironment({ CLOCK_PACE: '60' })))).toEqual(['CLOCK_START']);
});

test('a shop needs the secret that its calls are signed with, and none of the two is needed without a shop', () => {
  const SHOP_API_URL = 'https://shop.example/desk';
  expect(keysOf(problemsOf(anEnvironment({ SHOP_API_URL })))).toEqual(['SHOP_SIGNING_SECRET']);
  const SHOP_SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const withShop = readConfig(anEnvironment({ SHOP_API_URL, SHOP_SIGNING_SECRET }));
  expect([...providersOf(withShop).rails.keys()]).toEqual(['card', 'store_balance', 'manual']);
  expect(createShop(readConfig(anEnvironment()))).toBeNull();
  expect([...providersOf(readConfig(anEnvironment())).rails.keys()]).toEqual(['card', 'manual']);
});

test('a scanner is reached at one place, and a desk without any says so by having none', () => {
  const CLAMD_SOCKET = '/run/clamav/clamd.ctl';
  expect(keysOf(problemsOf(anEnvironment({ CLAMD_SOCKET, CLAMD_HOST: 'clamd' })))).toEqual(['CLAMD_HOST']);
  const given: Record<string, string>[] = [{ CLAMD_SOCKET }, { CLAMD_HOST: 'clamd' }, {}];
  const scanners = given.map((keys) => createScanner(readConfig(anEnvironment(keys))));
  expect(scanners).toEqual([expect.anything(), expect.anything(), null]);
});

test('a check of payees needs its address and its secret: half of it is refused, and does not silently ask nobody', () => {
  const SCREENING_API_URL = 'https://checks.example';
  const SCREENING_SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  expect(keysOf(problemsOf(anEnvironment({ SCREENING_API_URL })))).toEqual(['SCREENING_SIGNING_SECRET']);
  expect(keysOf(problemsOf(anEnvironment({ SCREENING_SIGNING_SECRET })))).toEqual(['SCREENING_API_URL']);
  const both = readConfig(anEnvironment({ SCREENING_API_URL, SCREENING_SIGNING_SECRET }));
  expect([createScreening(both), createScreening(readConfig(anEnvironment()))]).toEqual([expect.anything(), null]);
});

test('evidence needs a directory or a bucket, and of a bucket’s credentials both or neither', () => {
  const EVIDENCE_S3_BUCKET = 'evidence-of-the-desk';
  const bucket = { EVIDENCE_DIR: undefined, EVIDENCE_S3_BUCKET };
  expect(keysOf(problemsOf({ ...anEnvironment(), EVIDENCE_DIR: undefined }))).toEqual(['EVIDENCE_DIR']);
  expect(keysOf(problemsOf({ ...anEnvironment(), ...bucket }))).toEqual([]);
  const half = { EVIDENCE_S3_ACCESS_KEY_ID: 'desk' };
  const otherHalf = { EVIDENCE_S3_SECRET_ACCESS_KEY: 'a-long-password' };
  expect(keysOf(problemsOf(anEnvironment(half)))).toEqual(['EVIDENCE_S3_SECRET_ACCESS_KEY']);
  expect(keysOf(problemsOf(anEnvironment(otherHalf)))).toEqual(['EVIDENCE_S3_ACCESS_KEY_ID']);
  expect(keysOf(problemsOf(anEnvironment({ ...half, ...otherHalf })))).toEqual([]);
  expect(keysOf(problemsOf(anEnvironment({ EVIDENCE_S3_BUCKET: 'Not_A_Bucket' })))).toEqual(['EVIDENCE_S3_BUCKET']);
  const plain = { EVIDENCE_S3_ENDPOINT: 'http://bucket.example' };
  expect(keysOf(problemsOf(anEnvironment({ ...production, ...plain })))).toEqual(['EVIDENCE_S3_ENDPOINT']);
});

test('a bank needs the account that pays, and none is needed without a bank', () => {
  const BANK_DROP_DIRECTORY = '/var/lib/desk/bank';
  expect(keysOf(problemsOf(anEnvironment({ BANK_DROP_DIRECTORY })))).toEqual(['BANK_DEBTOR_NAME', 'BANK_DEBTOR_IBAN']);
  const account = { BANK_DEBTOR_NAME: 'Seller', BANK_DEBTOR_IBAN: 'DE89 3704 0044 0532 0130 00' };
  const withBank = readConfig(anEnvironment({ BANK_DROP_DIRECTORY, ...account }));
  expect([...providersOf(withBank).rails.keys()]).toEqual(['card', 'bank', 'manual']);
  expect(bankAccountOf(withBank)).toEqual({ name: 'Seller', iban: 'DE89370400440532013000', bic: null });
  expect(bankAccountOf(readConfig(anEnvironment()))).toBeNull();
});

test.each([
  ['an IBAN whose digits do not hold', { BANK_DEBTOR_IBAN: 'DE89370400440532013001' }, 'BANK_DEBTOR_IBAN'],
  ['a BIC of another form', { BANK_DEBTOR_BIC: 'COBA' }, 'BANK_DEBTOR_BIC'],
  ['a cut-off that is no time', { BANK_CUT_OFF: '25:00' }, 'BANK_CUT_OFF'],
])('B9: %s is refused', (_what, given, key) => {
  expect(keysOf(problemsOf(anEnvironment(given)))).toEqual([key]);
});

test('PayPal needs its app’s secret, and without an app there is no rail for it', () => {
  expect(keysOf(problemsOf(anEnvironment({ PAYPAL_CLIENT_ID: 'app' })))).toEqual(['PAYPAL_CLIENT_SECRET']);
  const withPaypal = readConfig(anEnvironment({ PAYPAL_CLIENT_ID: 'app', PAYPAL_CLIENT_SECRET: 'paypal-password' }));
  expect([...providersOf(withPaypal).rails.keys()]).toEqual(['card', 'paypal', 'manual']);
  expect(withPaypal.PAYPAL_ENVIRONMENT).toBe('live');
});

test.each([
  ['evil.example:443', 'PAYPAL_STAND_IN'],
  ['127.0.0.1', 'PAYPAL_STAND_IN'],
  ['127.0.0.1:1', 'PAYPAL_CA_FILE'],
])(
  'W5: PayPal’s stand-in %s alone is refused: it is of this machine, with an authority to know it by',
  (standIn, key) => {
    const given = { PAYPAL_STAND_IN: standIn, PAYPAL_ENVIRONMENT: 'sandbox' };
    expect(keysOf(problemsOf(anEnvironment(given)))).toContain(key);
  },
);

test('W5: nothing stands in for the live PayPal', () => {
  const given = { PAYPAL_STAND_IN: '127.0.0.1:1', PAYPAL_CA_FILE: '/ca.pem' };
  expect(keysOf(problemsOf(anEnvironment(given)))).toEqual(['PAYPAL_ENVIRONMENT']);
});

test('lists are read as lists, and an unknown queue is refused', () => {
  const config = readConfig(anEnvironment({ WORKER_QUEUES: 'payouts' }));
  expect(config.WORKER_QUEUES).toEqual(['payouts']);
  expect(config.STRIPE_WEBHOOK_SECRETS.map((secret) => secret.reveal())).toEqual([
    'whsec_first-password',
    'whsec_second-password',
  ]);
  expect(keysOf(problemsOf(anEnvironment({ WORKER_QUEUES: 'payouts,mail' })))).toEqual(['WORKER_QUEUES']);
});

test('a secret is told by its own method only, and by nothing else that prints', () => {
  const secret = new Secret('the-password');
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(line) });
  logger.info({ secret, nested: { secret } }, 'text');
  logger.info(secret, 'text');
  const printed = [
    String(secret),
    `${String(secret)}`,
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    Object.entries(secret).join(),
    ...lines,
  ];
  expect(printed.filter((text) => text.includes('the-password'))).toEqual([]);
  expect(printed[2]).toBe('{"secret":"[hidden]"}');
  expect(secret.reveal()).toBe('the-password');
});

test('a whole configuration that is printed shows none of its secrets', () => {
  const environment = anEnvironment({ METRICS_TOKEN: 'metrics-password-1' });
  const config = readConfig(environment);
  const printed = `${inspect(config, { depth: 9, showHidden: true })} ${JSON.stringify(config)}`;
  const secrets = [environment['TEMPORAL_CODEC_KEYS']?.split(':')[1] ?? '', environment['EVIDENCE_KEY'] ?? ''];
  for (const secret of [...secrets, 'password', 'auth-secret']) expect(printed).not.toContain(secret);
});
