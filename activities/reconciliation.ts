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
  const atDesk = (record: RailRecord): RailRecord => ({ ...record, at: pacedInstant(setting, record.at.getTime()) });
  return {
    reconcile: ({ rail: name, days }) =>
      translated(async () => {
        const rail = rails.get(name);
        if (!rail?.list) return null;
        const until = clock.now();
        const from = new Date(until.getTime() - days * dayMs);
        const look = await steps.beginLook({ rail: name, from, until });
        // Providers keep real time, whatever the pace of the desk's own clock.
        for await (const page of rail.list({ from: realInstant(setting, from), until: realInstant(setting, until) })) {
          await steps.takePage(look, page.map(atDesk));
          Context.current().heartbeat();
        }
        return steps.finishLook(look);
      }),
  };
}
