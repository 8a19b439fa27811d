/** Runs the shop's sandbox as a process of the embedded stack, with its settings from the environment. */

import { z } from 'zod';
import { endWith, runSandbox } from './sandbox-process.ts';
import { createShopSandbox } from './shop-sandbox.ts';

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  STATE_FILE: z.string().min(1),
  SHOP_SIGNING_SECRET: z.string().startsWith('whsec_'),
});

async function main(): Promise<void> {
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success)
    return endWith(`The sandbox’s settings are not complete:\n${z.prettifyError(environment.error)}`);
  const settings = environment.data;
  const sandbox = createShopSandbox({
    stateFile: settings.STATE_FILE,
    signingSecret: settings.SHOP_SIGNING_SECRET,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  await runSandbox(sandbox, { title: 'shop’s sandbox', port: settings.PORT });
}

await main();
