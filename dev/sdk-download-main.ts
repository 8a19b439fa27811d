/**
 * Downloads a test server by the SDK into a directory, by starting and stopping it once. Run as a process of its own,
 * with the kind of server and the directory as arguments.
 */

import { TestWorkflowEnvironment } from '@temporalio/testing';

const [server, downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('expected the kind of server and a directory');
const executable = { type: 'cached-download', downloadDir } as const;

try {
  const environment =
    server === 'time-skipping'
      ? await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
      : await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
