/** An environment that the configuration accepts, with nothing real in it. */

import { randomBytes } from 'node:crypto';

export const anEnvironment = (given: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  NODE_ENV: 'test',
  DATABASE_URL: 'postgres://desk:database-password@127.0.0.1:1/desk',
  TEMPORAL_CODEC_KEYS: `first:${randomBytes(32).toString('base64')}`,
  AUTH_SECRET: 'auth-secret-of-more-than-32-characters',
  EVIDENCE_DIR: '/nowhere',
  EVIDENCE_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'smtp://user:smtp-password@127.0.0.1:1',
  STRIPE_API_KEY: 'sk_test_stripe-password',
  STRIPE_WEBHOOK_SECRETS: 'whsec_first-password,whsec_second-password',
  ...given,
});
