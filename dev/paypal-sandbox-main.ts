/** Runs PayPal's sandbox as a process of the embedded stack, with its settings from the environment. */

import { z } from 'zod';
import { createPaypalSandbox } from './paypal-sandbox.ts';
import { endWith, runSandbox } from './sandbox-process.ts';

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(12_113),
  STATE_FILE: z.string().min(1),
  CA_FILE: z.string().min(1),
  WEBHOOK_URL: z.url().optional(),
  WEBHOOK_ID: z.string().min(1),
  PAYPAL_CLIENT_ID: z.string().min(8),
  PAYPAL_CLIENT_SECRET: z.string().min(8),
  SETTLE: z.enum(['at-once', 'webhook']).default('webhook'),
});

async function main(): Promise<void> {
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success)
    return endWith(`The sandbox’s settings are not complete:\n${z.prettifyError(environment.error)}`);
  const settings = environment.data;
  const sandbox = await createPaypalSandbox({
    stateFile: settings.STATE_FILE,
    caFile: settings.CA_FILE,
    ...(settings.WEBHOOK_URL === undefined ? {} : { webhookUrl: settings.WEBHOOK_URL }),
    webhookId: settings.WEBHOOK_ID,
    clientId: settings.PAYPAL_CLIENT_ID,
    clientSecret: settings.PAYPAL_CLIENT_SECRET,
    settle: settings.SETTLE,
    log: (line) => process.stdout.write(`${line}\n`),
  });

  await runSandbox(sandbox, { title: 'PayPal’s sandbox', port: settings.PORT });
}

await main();
