/** A Temporal namespace of a suite's own, for what would disturb the others: task queues by version, other attributes. */

import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { until } from '../../dev/until.ts';
import { readServers } from '../environment/servers.ts';

const registeredWithinMs = 60_000;

export interface OwnNamespace {
  readonly name: string;
  readonly connection: Connection;
  close(): Promise<void>;
}

export async function registerNamespace(): Promise<OwnNamespace> {
  const connection = await Connection.connect({ address: readServers().temporalAddress });
  const name = `suite-${randomBytes(6).toString('hex')}`;
  await connection.workflowService.registerNamespace({
    namespace: name,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // The server's parts come to know of a new namespace one after the other.
  const isKnown = async (): Promise<boolean> => {
    try {
      await connection.operatorService.listSearchAttributes({ namespace: name });
      await connection.workflowService.listWorkflowExecutions({ namespace: name });
      return true;
    } catch {
      return false;
    }
  };
  if (!(await until(isKnown, { withinMs: registeredWithinMs, everyMs: 250 })))
    throw new Error('the new namespace never became known');
  return { name, connection, close: () => connection.close() };
}
