/** How every process begins and ends: configuration told whole, faults logged once, exit codes that mean something. */

import { CannotStart } from './cannot-start.ts';
import { ConfigError } from './config.ts';
import { createLog, type Log } from './log.ts';

/** How long what a fault left open (a pool, a poller) may keep the process alive. */
const afterFaultMs = 5_000;

/** Runs a process's body. A wrong configuration is printed with all its problems and exits with 78, a fault with 1. */
export async function runMain(part: string, body: (log: Log) => Promise<void>): Promise<void> {
  const log = createLog({ LOG_LEVEL: logLevel(process.env['LOG_LEVEL']) }, part);
  process.on('unhandledRejection', (fault) => {
    log.error({ fault }, 'a promise was rejected and nobody looked');
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  });
  try {
    await body(log);
  } catch (fault) {
    if (fault instanceof ConfigError) {
      process.stderr.write(`${fault.message}\n`);
      process.exitCode = 78;
      return;
    }
    if (fault instanceof CannotStart) process.stderr.write(`${fault.message}\n`);
    else log.error({ fault }, `${part} ended by a fault`);
    process.exitCode = 1;
    setTimeout(() => process.exit(), afterFaultMs).unref();
  } finally {
    // A channel to the parent that stays open would keep the process alive.
    if (process.connected) process.disconnect();
  }
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const logLevel = (text: string | undefined): (typeof levels)[number] =>
  levels.find((level) => level === text) ?? 'info';

/** Resolves when the process is asked to stop; a second request changes nothing. Also when a parent that holds our IPC channel is gone. */
export function untilAskedToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
    process.on('disconnect', () => resolve('disconnect'));
  });
}
