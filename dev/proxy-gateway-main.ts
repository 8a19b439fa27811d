/** Runs the demo seller's gateway as a process of the embedded stack, with its settings from the environment. */

import { z } from 'zod';
import { demoOrders } from './demo-orders.ts';
import { createProxyGateway } from './proxy-gateway.ts';
import { endWith, runSandbox } from './sandbox-process.ts';
import { mobile } from './tour-goods.ts';

/** Of the demo's plans, so that there is a fault to be found. */
const deadKinds = [mobile.kind];

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  SETTINGS_FILE: z.string().min(1),
  CA_FILE: z.string().min(1),
});

async function main(): Promise<void> {
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success)
    return endWith(`The gateway’s settings are not complete:\n${z.prettifyError(environment.error)}`);
  const settings = environment.data;
  const gateway = createProxyGateway({
    settingsFile: settings.SETTINGS_FILE,
    caFile: settings.CA_FILE,
    planKinds: [...new Set(demoOrders.map(({ plan }) => plan.kind))].filter((kind) => !deadKinds.includes(kind)),
    deadKinds,
  });
  await runSandbox(gateway, { title: 'demo seller’s gateway', port: settings.PORT });
}

await main();
