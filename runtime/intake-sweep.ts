/**
 * Looks every second which files wait to be looked through: those too large to be waited for, those whose looker died,
 * those that are held. In the API's processes, which alone have the evidence store's key; several may.
 */

import type { Database } from '../db/database.ts';
import { listDueIntakes } from '../db/intake.ts';
import type { Clock } from '../domain/clock.ts';
import type { Intake } from './intake.ts';
import type { Log } from './log.ts';
import { type Sweep, startSweep } from './sweep.ts';

const sweepMs = 1_000;
const filesAtOnceMax = 20;

interface Parts {
  readonly db: Database;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

export function startIntakeSweep({ db, intake, clock, log }: Parts): Sweep {
  let isStopped = false;
  const sweep = startSweep(sweepMs, async () => {
    try {
      for (const evidenceId of await listDueIntakes(db, clock.now(), filesAtOnceMax)) {
        if (isStopped) return;
        await intake.inspect(evidenceId);
      }
    } catch (fault) {
      log.warn({ event: 'intake', fault }, 'files in quarantine could not be listed yet');
    }
  });
  return {
    // Lets the file that is being looked through be finished, and begins no other.
    stop() {
      isStopped = true;
      return sweep.stop();
    },
  };
}
