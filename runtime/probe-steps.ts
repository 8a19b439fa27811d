/** Binds the stores' steps of probes to the port that their activities know. */

import type { ProbeSteps } from '../activities/ports.ts';
import type { Database } from '../db/database.ts';
import { finishRound } from '../db/probed-fixes.ts';
import { beginRound, readTicketProbes, recordProbe, recordProbeTarget, reserveAttempt } from '../db/probes.ts';
import type { Clock } from '../domain/clock.ts';
import { probeStopOf } from '../domain/probe.ts';

/** `perTargetPerHour`: attempts at one host, over all tickets. */
export const bindProbeSteps = (
  db: Database,
  clock: Clock,
  { perTargetPerHour }: { readonly perTargetPerHour: number },
): ProbeSteps => ({
  readStop: async (ticketId) => probeStopOf(await readTicketProbes(db, ticketId)),
  beginRound: (given) => beginRound(db, given, clock.now()),
  recordTarget: (given) => recordProbeTarget(db, given, clock.now()),
  reserveAttempt: (attempt) => reserveAttempt(db, attempt, perTargetPerHour, clock.now()),
  recordProbe: (attempt, told) => recordProbe(db, attempt, told, clock.now()),
  finishRound: (given) => finishRound(db, given, clock.now()),
});
