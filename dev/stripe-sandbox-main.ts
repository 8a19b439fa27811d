/**
 * Runs the card provider's sandbox as a process of the embedded stack: settings from the environment, `ready` to the
 * parent, and an end when asked to or when the parent is gone.
 */

import { z } from 'zod';
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
    return fail(`The sandbox’s settings are not complete:\n${z.prettifyError(environment.error)}`);
  const settings = environment.data;
  const sandbox = createStripeSandbox({
    stateFile: settings.STATE_FILE,
    ...(settings.WEBHOOK_URL === undefined ? {} : { webhookUrl: settings.WEBHOOK_URL }),
    webhookSecret: settings.WEBHOOK_SECRET,
    apiKey: settings.STRIPE_API_KEY,
    settle: settings.SETTLE,
    log: (line) => process.stdout.write(`${line}\n`),
  });

  const stop = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);

  try {
    const port = await sandbox.listen(settings.PORT);
    process.stdout.write(`card provider’s sandbox on http://127.0.0.1:${port}\n`);
    process.send?.('ready');
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!taken) throw error;
    fail(`Port ${settings.PORT} is taken: another process listens there.`);
  }
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

await main();
