/** The time-skipping test server starts from the path that provisioning leaves, and stops with its environment. */

import { readdirSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findFreePort } from '../../dev/ports.ts';
import { commandLine } from '../../dev/process-identity.ts';
import { findTimeSkippingServer, provisionTimeSkippingServer } from '../../dev/time-skipping-server.ts';
import { until } from '../../dev/until.ts';

let path: string;

beforeAll(async () => {
  const report = (line: string) => void process.stdout.write(`${line}\n`);
  path = await provisionTimeSkippingServer({ environment: process.env, report });
});

/** Processes of the server on the port; where there is no /proc, the environment's own word must do. */
function serversOn(port: number): number[] {
  try {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    return pids.filter((pid) => commandLine(pid).includes('TestServer') && commandLine(pid).endsWith(` ${port}`));
  } catch {
    return [];
  }
}

test('tests find it where provisioning left it', () => {
  expect(findTimeSkippingServer(process.env)).toBe(path);
});

test('a 15-day sleep takes no time, and no server is left behind', async () => {
  const port = await findFreePort();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path }, port },
  });
  const before = await environment.currentTimeMs();
  await environment.sleep('15 days');
  expect((await environment.currentTimeMs()) - Number(before)).toBeGreaterThanOrEqual(15 * 86_400_000);
  await environment.teardown();
  expect(await until(() => serversOn(port).length === 0, { withinMs: 10_000 })).toBe(true);
});
