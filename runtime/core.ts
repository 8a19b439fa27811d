/** What every long-running process of the desk has: configuration, log, clock, database, codec and tracing. */

import type { PayloadCodec } from '@temporalio/common';
import { type Database, openDatabase } from '../db/database.ts';
import type { Clock } from '../domain/clock.ts';
import { createClock } from './clock.ts';
import type { Config } from './config.ts';
import { createLog, type Log } from './log.ts';
import { createPayloadCodec } from './payload-codec.ts';
import { createTracing, type Tracing } from './tracing.ts';

/** Below a step's own time-out (activity-options), so that a step given up holds its ticket's row lock no longer. */
const statementMsMax = 9_000;

export interface Core {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly db: Database;
  readonly codec: PayloadCodec;
  readonly tracing: Tracing;
  /** Closes what was opened here; last of all. */
  close(): Promise<void>;
}

export function createCore(config: Config, part: string): Core {
  const db = openDatabase({
    url: config.DATABASE_URL.reveal(),
    max: config.DATABASE_POOL_MAX,
    statementMsMax,
  });
  const tracing = createTracing(config.OTEL_EXPORTER_OTLP_ENDPOINT);
  return {
    config,
    log: createLog(config, part),
    clock: createClock(config),
    db,
    codec: createPayloadCodec(config.TEMPORAL_CODEC_KEYS),
    tracing,
    close: async () => {
      await tracing.close();
      await db.destroy();
    },
  };
}
