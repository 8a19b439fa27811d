/** Looks every second which reminders are due by the desk's clock. Several workers may: a reminder is taken by one. */

import type { Database } from '../db/database.ts';
import { sendDueReminders } from '../db/reminders.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from './log.ts';

const sweepMs = 1_000;

export interface ReminderSweep {
  /** Lets a sweep that is under way finish. */
  stop(): Promise<void>;
}

export function startReminderSweep({ db, clock, log }: { db: Database; clock: Clock; log: Log }): ReminderSweep {
  let sweeping: Promise<void> = Promise.resolve();
  let isBusy = false;
  const sweep = async (): Promise<void> => {
    try {
      while ((await sendDueReminders(db, clock.now())) > 0);
    } catch (fault) {
      log.warn({ event: 'jobs', fault }, 'reminders could not be sent yet');
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    sweeping = sweep();
  }, sweepMs);
  return {
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
