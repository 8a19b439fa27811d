/** Looks at what a provider lists and compares it with our books, page by page; a look that was cut off is begun anew. */

import { Context } from '@temporalio/activity';
import { type Clock, pacedInstant, realClock, realInstant } from '../domain/clock.ts';
import { dayMs } from '../domain/clocks.ts';
import {
  ListNotComparable,
  type ListProblem,
  type Rail,
  type RailRecord,
  type Rails,
  RailUnavailable,
} from '../domain/rail.ts';
import type { Look } from '../domain/reconciliation.ts';
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

  /** M6, M7: what has ended is asked about until its provider has told; one that cannot be asked now is asked by the next look. */
  const readCosts = async (rail: Rail, look: Look): Promise<void> => {
    if (!rail.readCosts) return;
    for (const payout of await steps.listUncosted(look)) {
      const askedAt = clock.now();
      const costs = await rail.readCosts(payout).catch(orUnavailable);
      await steps.recordCosts(payout.payoutId, costs === 'unavailable' ? null : costs, askedAt);
      if (costs === 'unavailable') return;
      Context.current().heartbeat();
    }
  };

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
        const window = { from: realInstant(times, from), until: realInstant(times, until) };
        const problem = await takeList(rail.list(window), (page) =>
          steps.takePage(
            look,
            page.map((record): RailRecord => ({ ...record, at: pacedInstant(times, record.at.getTime()) })),
          ),
        );
        const result = await (problem === null ? steps.finishLook(look) : steps.closeLook(look, problem));
        await readCosts(rail, look);
        return result;
      }),
  };
}

/** Page by page; resolves to why it cannot be compared, if it cannot. */
async function takeList(
  list: AsyncIterable<readonly RailRecord[]>,
  take: (page: readonly RailRecord[]) => Promise<void>,
): Promise<ListProblem | null> {
  try {
    for await (const page of list) {
      await take(page);
      Context.current().heartbeat();
    }
    return null;
  } catch (fault) {
    if (fault instanceof ListNotComparable) return fault.problem;
    throw fault;
  }
}

function orUnavailable(fault: unknown): 'unavailable' {
  if (fault instanceof RailUnavailable) return 'unavailable';
  throw fault;
}
