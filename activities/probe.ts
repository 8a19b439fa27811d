/** A round of probes: each target that a ticket names and that may be tried, by each protocol of its plan's gateway. */

import { classOf } from '../domain/attempt-class.ts';
import {
  type AdmittedTarget,
  type ProbeAttemptKey,
  type ProbeGateway,
  type ProbeGateways,
  type Prober,
  type ProbeTargets,
  type ProbeTurn,
  probeTargetsMax,
  protocolsOf,
} from '../domain/probe.ts';
import type { ProbeActivities } from '../workflows/ports.ts';
import type { ProbeSteps } from './ports.ts';

export interface ProbeParts {
  readonly steps: ProbeSteps;
  readonly gateways: ProbeGateways;
  readonly targets: ProbeTargets;
  readonly prober: Prober;
  /** Says between two attempts that the round goes on, and throws where it is to stop: another worker takes it up. */
  readonly breathe: () => { readonly signal: AbortSignal };
}

export const createProbeActivities = (parts: ProbeParts): ProbeActivities => ({
  readProbeStop: ({ ticketId }) => parts.steps.readStop(ticketId),
  async probeRound(given) {
    const { steps, gateways } = parts;
    const turn = await steps.beginRound(given);
    if ('over' in turn) return turn;
    // A worker that was started with other settings than those that were told.
    const gateway = gateways.find(turn.plan);
    if (gateway === null) return { over: 'no_gateway' };
    await tryTargets(parts, gateway, { ...turn, ticketId: given.ticketId });
    await steps.finishRound({ ticketId: given.ticketId, round: turn.round });
    return { round: turn.round };
  },
});

type Round = Extract<ProbeTurn, { readonly round: number }> & Pick<ProbeAttemptKey, 'ticketId'>;

async function tryTargets(parts: ProbeParts, gateway: ProbeGateway, round: Round): Promise<void> {
  const seen = new Set<string>();
  for (const [index, named] of round.targets.entries()) {
    const { signal } = parts.breathe();
    signal.throwIfAborted();
    const target =
      index >= probeTargetsMax ? ({ refused: 'too_many' } as const) : await parts.targets.admit(named, round.isPlain);
    const refused = 'refused' in target ? target.refused : null;
    await parts.steps.recordTarget({ ticketId: round.ticketId, target: named, refused });
    if ('refused' in target || seen.has(`${target.host} ${target.port}`)) continue;
    seen.add(`${target.host} ${target.port}`);
    if ((await tryTarget(parts, gateway, round, target)) === 'over') return;
  }
}

async function tryTarget(
  { steps, prober, breathe }: ProbeParts,
  gateway: ProbeGateway,
  { ticketId, round }: Round,
  target: AdmittedTarget,
): Promise<'over' | 'on'> {
  for (const protocol of protocolsOf(gateway)) {
    const { signal } = breathe();
    signal.throwIfAborted();
    const attempt = { ticketId, round, host: target.host, port: target.port, protocol };
    const place = await steps.reserveAttempt(attempt);
    if (place === 'over') return 'over';
    if (place !== 'go') continue;
    const probed = await prober.probe(gateway, target, protocol, signal);
    // What we broke off says nothing; another worker makes it again in its place.
    signal.throwIfAborted();
    await steps.recordProbe(attempt, {
      probed,
      classed: classOf({ ...probed, target: `${target.host}:${target.port}` }),
    });
  }
  return 'on';
}
