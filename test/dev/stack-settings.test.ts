/** The environment of the stack's programs: complete by the configuration's own schema, and free of the shell's strays. */

import { expect, test } from '@jest/globals';
import {
  bankSandboxEnvironment,
  paypalSandboxEnvironment,
  type StackSettings,
  shopSandboxEnvironment,
  stackEnvironment,
  stripeSandboxEnvironment,
} from '../../dev/stack-settings.ts';
import { configKeys, readConfig } from '../../runtime/config.ts';

const key = Buffer.alloc(32, 7).toString('base64');

const settings = (shell: Record<string, string> = {}): StackSettings => ({
  dataDirectory: '/data',
  ports: {
    api: 1,
    worker: 2,
    temporal: 3,
    temporalUi: 4,
    postgres: 5,
    smtp: 6,
    mailWeb: 7,
    stripeSandbox: 8,
    shopSandbox: 9,
    paypalSandbox: 10,
    bankSandbox: 11,
    proxyGateway: 12,
  },
  secrets: {
    authSecret: 'a'.repeat(40),
    evidenceKey: key,
    codecKey: `dev:${key}`,
    stripeApiKey: 'sk_test_0123456789',
    stripeWebhookSecret: 'whsec_0123456789',
    shopSigningSecret: `whsec_${key}`,
    paypalClientSecret: key,
    postgresPassword: 'p/a:s@s',
  },
  clock: null,
  shell,
});

test('the configuration’s schema takes it', () => {
  const config = readConfig(stackEnvironment(settings()));
  expect(config).toMatchObject({ NODE_ENV: 'development', PORT: 1, WORKER_PORT: 2, TEMPORAL_ADDRESS: '127.0.0.1:3' });
  expect(new URL(config.DATABASE_URL.reveal()).password).toBe('p%2Fa%3As%40s');
});

test('every key is one of the configuration’s, of the system’s, or the data directory', () => {
  const known = [...Object.keys(configKeys), 'PATH', 'REFUND_DESK_DATA', 'BANK_SANDBOX_URL'];
  const shell = { PATH: '/bin', LOG_LEVEL: 'debug', TEMPORAL_NAMESPACE: 'desk' };
  expect(Object.keys(stackEnvironment(settings(shell))).filter((name) => !known.includes(name))).toEqual([]);
});

test('a stray address in the shell reaches no program, a wanted log level does', () => {
  const shell = { DATABASE_URL: 'postgres://elsewhere', HOST: '0.0.0.0', NODE_ENV: 'production', LOG_LEVEL: 'debug' };
  const environment = stackEnvironment(settings(shell));
  expect(environment).toMatchObject({ HOST: '127.0.0.1', NODE_ENV: 'development', LOG_LEVEL: 'debug' });
  expect(environment['DATABASE_URL']).toContain('@127.0.0.1:5/desk');
});

test('the sandbox signs with the secret that the API checks', () => {
  const secret = stripeSandboxEnvironment(settings())['WEBHOOK_SECRET'];
  expect(stackEnvironment(settings())['STRIPE_WEBHOOK_SECRETS']).toBe(secret);
});

test('the desk signs with the secret that the shop’s sandbox checks, and calls it where it listens', () => {
  const { PORT, SHOP_SIGNING_SECRET } = shopSandboxEnvironment(settings());
  expect(readConfig(stackEnvironment(settings())).SHOP_SIGNING_SECRET).not.toBe('');
  expect(stackEnvironment(settings())).toMatchObject({ SHOP_API_URL: `http://127.0.0.1:${PORT}`, SHOP_SIGNING_SECRET });
});

test('the desk calls PayPal’s sandbox where it listens, trusts its authority, and both know of the same webhook', () => {
  const { PORT, CA_FILE, WEBHOOK_ID, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET } = paypalSandboxEnvironment(settings());
  expect(readConfig(stackEnvironment(settings()))).toMatchObject({
    PAYPAL_ENVIRONMENT: 'sandbox',
    PAYPAL_STAND_IN: `127.0.0.1:${PORT}`,
    PAYPAL_CA_FILE: CA_FILE,
    PAYPAL_WEBHOOK_ID: WEBHOOK_ID,
    PAYPAL_CLIENT_ID,
  });
  expect(stackEnvironment(settings())['PAYPAL_CLIENT_SECRET']).toBe(PAYPAL_CLIENT_SECRET);
});

test('the desk and the bank’s sandbox share one drop and one account', () => {
  const { BANK_DROP_DIRECTORY, BANK_DEBTOR_IBAN } = bankSandboxEnvironment(settings());
  expect(BANK_DROP_DIRECTORY).toBe('/data/bank');
  expect(readConfig(stackEnvironment(settings()))).toMatchObject({ BANK_DROP_DIRECTORY, BANK_DEBTOR_IBAN });
});
