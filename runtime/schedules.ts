/** What happens by the hour, without anybody asking: the comparison with each provider's list. Kept by Temporal. */

import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import { ValueError } from '@temporalio/common';
import { type ClockSetting, realClock } from '../domain/clock.ts';
import type { RailName, Rails } from '../domain/rail.ts';
import { type ReconciliationLook, reconciliationWorkflowType, ticketTaskQueue } from '../workflows/messages.ts';

const hourMs = 3_600_000;

/** Lately sent ones often; all that may still fail late or come back (S1) once a day. */
const looks = [
  { name: 'recent', days: 3, everyMs: hourMs },
  { name: 'long', days: 45, everyMs: 24 * hourMs },
] as const;

/** On a desk whose days last seconds, no look begins before the last may have ended. */
const everyMsMin = 5_000;

const scheduleOf = (rail: RailName, look: (typeof looks)[number], pace: number): ScheduleOptions => ({
  scheduleId: `reconcile/${rail}/${look.name}`,
  spec: { intervals: [{ every: Math.max(Math.round(look.everyMs / pace), everyMsMin) }] },
  // After an outage the next look goes over the same days, so that none is made up for.
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: hourMs },
  action: {
    type: 'startWorkflow',
    workflowType: reconciliationWorkflowType,
    taskQueue: ticketTaskQueue,
    args: [{ rail, days: look.days } satisfies ReconciliationLook],
  },
});

/** Has each schedule as it stands here, whatever an earlier build made of it; whether it is paused stays as it is. */
export async function ensureSchedules(client: Client, rails: Rails, setting: ClockSetting = realClock): Promise<void> {
  for (const rail of rails.values()) {
    if (!rail.list) continue;
    for (const look of looks) await ensureSchedule(client, scheduleOf(rail.name, look, setting.pace));
  }
}

async function ensureSchedule(client: Client, schedule: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(schedule);
  } catch (fault) {
    if (!(fault instanceof ScheduleAlreadyRunning)) throw fault;
    const handle = client.schedule.getHandle(schedule.scheduleId);
    const { spec, policies, action } = schedule;
    try {
      await handle.update((known) => ({ ...known, spec, action, policies: { ...known.policies, ...policies } }));
    } catch (unreadable) {
      // What is known of it was encrypted with a key that is gone: there is nothing in it that is not made anew.
      if (!(unreadable instanceof ValueError)) throw unreadable;
      await handle.delete();
      await client.schedule.create(schedule);
    }
  }
}
