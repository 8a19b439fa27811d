/** Looks at what a provider lists and compares it with our books, page by page; a look that was cut off is begun anew. */

import { Context } from '@temporalio/activity';
import { type Clock, pacedInstant, realClock, realInstant } from '../domain/clock.ts';
import { dayMs } from '../domain/clocks.ts';
import type { RailRecord, Rails } from '../domain/rail.ts';
import type { ReconciliationActivities } from '../workflows/ports.ts';
import { translated } from './payout-gate.ts';
import type { ReconciliationSteps } from './ports.ts';

interface Dependencies {
  readonly steps: ReconciliationSteps;
  readonly rails: Rails;
  readonly clock: Clock;
}

export function createReconciliationActivities({ steps, rails, clock }: Dependencies): ReconciliationActivities {
  const setting = clock.setting ?? realClock;
  return {
    reconcile: ({ rail: name, days }) =>
      translated(async () => {
        const rail = rails.get(name);
        if (!rail?.list) return null;
        const until = clock.now();
        const from = new Date(until.getTime() - days * dayMs);
        const { withinMs, isOurs } = rail.facts.list;
        // Providers keep real time, whatever the pace of the desk's own clock.
        const times = isOurs ? realClock : setting;
        const listedUntil = new Date(until.getTime() - withinMs);
        const look = await steps.beginLook({ rail: name, from, until, listedUntil });
        for await (const page of rail.list({ from: realInstant(times, from), until: realInstant(times, until) })) {
          await steps.takePage(
            look,
            page.map((record): RailRecord => ({ ...record, at: pacedInstant(times, record.at.getTime()) })),
          );
          Context.current().heartbeat();
        }
        return steps.finishLook(look);
      }),
  };
}
