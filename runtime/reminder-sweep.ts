/** Looks every second which reminders are due by the desk's clock. Several workers may: a reminder is taken by one. */

import type { Database } from '../db/database.ts';
import { sendDueReminders } from '../db/reminders.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from './log.ts';
import { type Sweep, startSweep } from './sweep.ts';

const sweepMs = 1_000;

export const startReminderSweep = ({ db, clock, log }: { db: Database; clock: Clock; log: Log }): Sweep =>
  startSweep(sweepMs, async () => {
    try {
      while ((await sendDueReminders(db, clock.now())) > 0);
    } catch (fault) {
      log.warn({ event: 'jobs', fault }, 'reminders could not be sent yet');
    }
  });
