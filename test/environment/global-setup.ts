/** Starts the servers that all integration tests share, once: PostgreSQL, Temporal, and the workflow bundle. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { migrate } from '../../db/migrate.ts';
import { buildPages } from '../../dev/pages.ts';
import { createDatabase } from '../../dev/postgres.ts';
import { compilePrograms } from '../../dev/programs.ts';
import { startStack } from '../../dev/stack.ts';
import { bundleWorkflows } from '../../runtime/bundle.ts';
import { registerSearchAttributes } from '../../runtime/search-attributes.ts';
import { postFirstVersion } from './first-version.ts';
import { keepServers, templateDatabase } from './servers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Workers of jest: each has a Temporal namespace of its own, so that suites side by side never meet. */
const jestWorkersMax = 4;

export default async function setUp(): Promise<void> {
  await bundleWorkflows('build/workflow-bundle.js');
  buildPages();
  const stack = await startStack({
    dataDirectory: await mkdtemp(join(tmpdir(), 'refund-desk-test-')),
    ports: 'free',
    parts: ['postgres', 'temporal'],
    durable: false,
  });
  const programs = join(stack.dataDirectory, 'programs');
  const logFile = join(stack.dataDirectory, 'logs/compiler.log');
  await compilePrograms({ root, folder: programs, logFile, signal: new AbortController().signal });
  const template = await createDatabase(stack.urls.database, templateDatabase);
  await migrate(template);
  await postFirstVersion(template);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const namespaces = Array.from({ length: jestWorkersMax }, (_, index) => `test-${index + 1}`);
  for (const namespace of namespaces) {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
  }
  for (const namespace of namespaces) await untilRegistered(connection, namespace);
  await connection.close();
  keepServers({ databaseUrl: stack.urls.database, temporalAddress: stack.temporalAddress, programs }, stack);
}

/** A new namespace is known to all of the server's parts only after a while. */
async function untilRegistered(connection: Connection, namespace: string): Promise<void> {
  for (;;) {
    try {
      await registerSearchAttributes(connection, namespace);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
