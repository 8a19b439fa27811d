/** Tickets whose plan is tested through gateways of a bench, round by round, as a worker does it. */

import { createProbeActivities } from '../../activities/probe.ts';
import type { Database } from '../../db/database.ts';
import { storeNetworkContext } from '../../db/network-contexts.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { Prober, ProbeTargets } from '../../domain/probe.ts';
import { createProber } from '../../providers/probe.ts';
import { readProbeSettings } from '../../providers/probe-gateways.ts';
import { createProbeTargets } from '../../providers/probe-targets.ts';
import { bindProbeSteps } from '../../runtime/probe-steps.ts';
import type { ProbeActivities } from '../../workflows/ports.ts';
import { anOrder, aTender, aTicket, granted, noon, step } from '../db/builders.ts';
import { type ProbeBench, testAccount } from '../providers/probe-bench.ts';

export interface Rounds extends ProbeActivities {
  /** The desk's present instant. */
  setNow(at: Date): void;
}

export interface RoundsGiven {
  readonly db: Database;
  readonly bench: ProbeBench;
  readonly names: readonly string[];
  readonly perTargetPerHour?: number;
  /** Looks on at each attempt before it is made. */
  readonly onProbe?: (host: string) => Promise<void>;
  readonly signal?: AbortSignal;
}

export const settingsText = (bench: ProbeBench, names: readonly string[], more: object = {}): string =>
  JSON.stringify({
    gateways: [
      {
        planKind: 'metered',
        host: '127.0.0.1',
        connectPort: bench.ports.connect,
        socks5Port: bench.ports.socks5,
        ...testAccount,
      },
    ],
    allowRanges: ['127.0.0.0/8'],
    names: Object.fromEntries(names.map((name) => [name, '127.0.0.1'])),
    ...more,
  });

export function roundsOf({ db, bench, names, perTargetPerHour = 60, onProbe, signal }: RoundsGiven): Rounds {
  let now = noon;
  const settings = readProbeSettings(settingsText(bench, names), { inProduction: false, ownHosts: [] });
  const real = createProber({ ca: bench.ca, stageMsMax: 400 });
  const prober: Prober = {
    async probe(gateway, target, ...rest) {
      await onProbe?.(target.host);
      return real.probe(gateway, target, ...rest);
    },
  };
  const targets: ProbeTargets = createProbeTargets(settings.targets);
  const activities = createProbeActivities({
    steps: bindProbeSteps(db, { now: () => now }, { perTargetPerHour }),
    gateways: settings.gateways,
    targets,
    prober,
    breathe: () => ({ signal: signal ?? new AbortController().signal }),
  });
  return {
    ...activities,
    setNow(at) {
      now = at;
    },
  };
}

export interface Reviewed {
  readonly ticketId: TicketId;
  readonly subjectId: SubjectId;
}

/** A ticket in review whose network context names these hosts. */
export async function aProbedTicket(db: Database, targets: readonly string[]): Promise<Reviewed> {
  const order = await anOrder(db, [aTender(1999n)], { covered: false });
  const ticketId = await aTicket(db, order);
  const times = [{ from: noon.toISOString(), until: noon.toISOString() }];
  const client = { name: 'curl' };
  const context = { targets, times, egress: ['203.0.113.7'], protocol: 'https', client } as const;
  await db.transaction((trx) => storeNetworkContext(trx, ticketId, context));
  granted(await step(db, ticketId, { move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] }));
  return { ticketId, subjectId: order.subjectId };
}
