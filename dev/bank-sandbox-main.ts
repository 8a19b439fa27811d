/** Runs the bank's sandbox as a process of the embedded stack, with its settings from the environment. */

import { z } from 'zod';
import { createBankSandbox } from './bank-sandbox.ts';
import { endWith, runSandbox } from './sandbox-process.ts';

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  STATE_FILE: z.string().min(1),
  BANK_DROP_DIRECTORY: z.string().min(1),
  BANK_DEBTOR_IBAN: z.string().min(15),
  /** Between an instruction and its booking lies one sweep, as there lies a day at a bank. */
  SWEEP_MS: z.coerce.number().int().min(50).default(2_000),
});

async function main(): Promise<void> {
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success)
    return endWith(`The sandbox’s settings are not complete:\n${z.prettifyError(environment.error)}`);
  const settings = environment.data;
  const sandbox = createBankSandbox({
    stateFile: settings.STATE_FILE,
    directory: settings.BANK_DROP_DIRECTORY,
    iban: settings.BANK_DEBTOR_IBAN,
    sweepMs: settings.SWEEP_MS,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  await runSandbox(sandbox, { title: 'bank’s sandbox', port: settings.PORT });
}

await main();
