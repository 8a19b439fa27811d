/** Starts the servers that all integration tests share, once: PostgreSQL, Temporal, and the workflow bundle. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { postPolicyVersion } from '../../db/policy-versions.ts';
import { readFirstVersion } from '../../dev/first-version.ts';
import { createDatabase } from '../../dev/postgres.ts';
import { startStack } from '../../dev/stack.ts';
import { isRefusal } from '../../domain/errors.ts';
import { bundleWorkflows } from '../../runtime/bundle.ts';
import { registerSearchAttributes } from '../../runtime/search-attributes.ts';
import { keepServers, templateDatabase } from './servers.ts';

/** Workers of jest: each has a Temporal namespace of its own, so that suites side by side never meet. */
const jestWorkersMax = 4;

export default async function setUp(): Promise<void> {
  await bundleWorkflows('build/workflow-bundle.js');
  const stack = await startStack({
    dataDirectory: await mkdtemp(join(tmpdir(), 'refund-desk-test-')),
    ports: 'free',
    parts: ['postgres', 'temporal'],
    durable: false,
  });
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
  keepServers({ databaseUrl: stack.urls.database, temporalAddress: stack.temporalAddress }, stack);
}

/** The seller's first version holds at every desk of a test, as at every desk that people use. */
async function postFirstVersion(url: string): Promise<void> {
  const { effectiveAt, document } = readFirstVersion();
  const db = openDatabase({ url, max: 1 });
  try {
    const given = { effectiveAt: new Date(effectiveAt), document, by: null, at: new Date() };
    const posted = await db.transaction((trx) => postPolicyVersion(trx, given));
    if (isRefusal(posted)) throw new Error(`the first policy version was refused: ${posted.refused}`);
  } finally {
    await db.destroy();
  }
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
