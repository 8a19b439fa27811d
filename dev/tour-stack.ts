/**
 * Finds the desk that the tour goes through: one that runs here already with a quick clock, else a stack of its own
 * beside whatever runs, on free ports and with data that is emptied at its start.
 */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Report } from './long-step.ts';
import { type Ports, readPorts } from './ports.ts';
import { type Stack, startStack } from './stack.ts';
import { loopbackUrl } from './stack-settings.ts';
import type { Environment } from './tool-cache.ts';
import { readHealth, type TourAccess, type TourStaff } from './tour-desk.ts';

/** A day of the desk lasts two seconds: at twice the pace a busy machine has people answer days late. */
const tourPace = 43_200;

export interface TourStack {
  readonly access: TourAccess;
  readonly temporalUi: string;
  /** `null` where it was running before. */
  readonly own: Stack | null;
}

const demoSchema = z.object({
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string().default('') })),
});

interface TourStackOptions {
  readonly shell: Environment;
  /** Of the stack that may run. */
  readonly dataDirectory: string;
  /** Of the tour's own. */
  readonly tourDirectory: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export async function findOrStartStack(options: TourStackOptions): Promise<TourStack> {
  const ports = readPorts(options.shell);
  const paceHere = await readHealth(loopbackUrl(ports.api)).then(
    ({ pace }) => pace,
    () => null,
  );
  if (paceHere !== null && paceHere >= tourPace && existsSync(join(options.dataDirectory, 'demo.json'))) {
    options.report(`The desk at ${loopbackUrl(ports.api)} has a quick clock already: the tour goes there.`);
    return { ...reach(ports, options.dataDirectory), own: null };
  }
  options.report(`The tour brings up a desk of its own, on which a day lasts two seconds (${options.tourDirectory}).`);
  rmSync(options.tourDirectory, { recursive: true, force: true });
  const own = await startStack({
    dataDirectory: options.tourDirectory,
    ports: 'free',
    shell: { ...options.shell, CLOCK_PACE: String(tourPace) },
    report: options.report,
    signal: options.signal,
  });
  return { ...reach(own.ports, options.tourDirectory), own };
}

function reach(ports: Ports, dataDirectory: string): Pick<TourStack, 'access' | 'temporalUi'> {
  const { logins } = demoSchema.parse(JSON.parse(readFileSync(join(dataDirectory, 'demo.json'), 'utf8')));
  const passwordOf = (role: string): { email: string; password: string } => {
    const login = logins.find((each) => each.role === role);
    if (!login) throw new Error(`the demo data has no ${role}`);
    return login;
  };
  const login = (role: TourStaff) => passwordOf(role);
  return {
    access: {
      url: loopbackUrl(ports.api),
      stripeUrl: loopbackUrl(ports.stripeSandbox),
      shopUrl: loopbackUrl(ports.shopSandbox),
      mailUrl: loopbackUrl(ports.mailWeb),
      apiKey: passwordOf('service').password,
      logins: { agent: login('agent'), lead: login('lead'), finance: login('finance') },
    },
    temporalUi: loopbackUrl(ports.temporalUi),
  };
}
