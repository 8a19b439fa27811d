/** The one Temporal client of a process. Connects when first used, so a process starts while Temporal is down. */

import { Client, Connection } from '@temporalio/client';
import type { Core } from './core.ts';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
}

export function createTemporalClient({ config, codec, tracing }: Core): TemporalClient {
  const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS });
  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: { payloadCodecs: [codec] },
    plugins: [tracing.plugin],
  });
  return { client, connection };
}
