/**
 * Holds a file for as long as it is looked through, however long that takes: a lease in its row that is renewed, so that no
 * transaction stays open over a scan. Who dies lets it end, and another looks at the file then.
 */

import type { Database } from '../db/database.ts';
import type { EvidenceRow } from '../db/evidence-row.ts';
import { leaseIntake, renewIntake } from '../db/intake.ts';
import type { Clock } from '../domain/clock.ts';
import type { UploadId } from '../domain/ids.ts';
import { retriesFrom } from '../domain/intake.ts';

/** Real time: what a process that died had in hand waits so long. */
const leaseMs = 30_000;
const renewEveryMs = 10_000;

/** The file is another's by now: what is still made of it is not to be kept. */
export class LeaseLost extends Error {
  constructor() {
    super('the file was looked through for longer than its lease was held');
    this.name = 'LeaseLost';
  }
}

export interface LeasedFile {
  readonly row: EvidenceRow;
  /** Throws `LeaseLost` where it is held no more. */
  hold(): void;
  /** To be called once it is settled or given up. */
  end(): void;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
}

/** `null` where there is nothing to do, or somebody else has it. */
export async function takeLease({ db, clock }: Parts, evidenceId: UploadId): Promise<LeasedFile | null> {
  const until = (): Date => new Date(clock.now().getTime() + leaseMs * (clock.setting?.pace ?? 1));
  let endsAtMs = performance.now() + leaseMs;
  const row = await leaseIntake(db, evidenceId, {
    at: clock.now(),
    until: until(),
    retries: retriesFrom(clock.now()),
  });
  if (row === null) return null;
  const renew = async (): Promise<void> => {
    const renewedAtMs = performance.now();
    // Where the database does not answer it runs out by itself.
    const isHeld = await renewIntake(db, row, until()).catch(() => null);
    if (isHeld !== null) endsAtMs = isHeld ? renewedAtMs + leaseMs : 0;
  };
  const timer = setInterval(() => void renew(), renewEveryMs).unref();
  return {
    row,
    hold() {
      if (performance.now() >= endsAtMs) throw new LeaseLost();
    },
    end: () => clearInterval(timer),
  };
}
