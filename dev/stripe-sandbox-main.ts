/** Runs the card provider's sandbox as a process of the embedded stack, with its settings from the environment. */

import { z } from 'zod';
import { endWith, runSandbox } from './sandbox-process.ts';
import { createStripeSandbox } from './stripe-sandbox.ts';

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4_242),
  STATE_FILE: z.string().min(1),
  WEBHOOK_URL: z.url().optional(),
  WEBHOOK_SECRET: z.string().min(8),
  STRIPE_API_KEY: z.string().min(8),
  SETTLE: z.enum(['at-once', 'webhook']).default('webhook'),
});

async function main(): Promise<void> {
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success)
    return endWith(`The sandbox’s settings are not complete:\n${z.prettifyError(environment.error)}`);
  const settings = environment.data;
  const sandbox = createStripeSandbox({
    stateFile: settings.STATE_FILE,
    ...(settings.WEBHOOK_URL === undefined ? {} : { webhookUrl: settings.WEBHOOK_URL }),
    webhookSecret: settings.WEBHOOK_SECRET,
    apiKey: settings.STRIPE_API_KEY,
    settle: settings.SETTLE,
    log: (line) => process.stdout.write(`${line}\n`),
  });

  await runSandbox(sandbox, { title: 'card provider’s sandbox', port: settings.PORT });
}

await main();
