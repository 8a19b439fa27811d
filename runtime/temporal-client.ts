/**
 * The one Temporal client of a process. Connects when first used, so a process starts while Temporal is down, and closes
 * without leaving a call behind that would be tried again on the closed connection.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { Core } from './core.ts';
import { failureConverterPath } from './failure-encoding.ts';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  close(): Promise<void>;
}

/** Whoever waits for Temporal waits at the most so much longer than it was away; closing waits no longer either. */
const retryDelayMsMax = 1_000;
/** Timers may be a little late. */
const marginMs = 50;

/** The SDK's own retries, but that none is begun once we close; resolves when the last one that was due has begun. */
function createRetries() {
  const usual = defaultGrpcRetryOptions();
  let closing = false;
  let quietAtMs = 0;
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !closing && usual.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const delayMs = Math.min(retryDelayMsMax, usual.delayFunction(attempt, status));
      quietAtMs = Math.max(quietAtMs, performance.now() + delayMs + marginMs);
      return delayMs;
    },
  });
  return {
    interceptor,
    async end(): Promise<void> {
      closing = true;
      // A retry that fires after the connection was closed throws where nobody can catch it.
      await delay(Math.max(0, quietAtMs - performance.now()));
    },
  };
}

export function createTemporalClient({ config, codec, tracing }: Core): TemporalClient {
  const retries = createRetries();
  const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS, interceptors: [retries.interceptor] });
  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: { payloadCodecs: [codec], failureConverterPath },
    plugins: [tracing.plugin],
  });
  return {
    client,
    connection,
    close: async () => {
      await retries.end();
      await connection.close();
    },
  };
}
