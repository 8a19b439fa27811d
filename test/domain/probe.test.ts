/** The rules of the desk's own tests: where they stop, whose fault they show, and what they say of a fix. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AttemptClass, attemptClasses } from '../../domain/attempt-class.ts';
import { createDiagnosis } from '../../domain/diagnosis.ts';
import {
  causeOfProbe,
  fixVerdictOf,
  isOwnSetup,
  isProbed,
  type ProbedRound,
  probeAttemptsMax,
  probeStopOf,
  probeTargetsMax,
  readProbeTarget,
} from '../../domain/probe.ts';
import { ticketPhases } from '../../domain/ticket.ts';
import { probeDelays } from '../../workflows/activity-options.ts';

const classes = Object.keys(attemptClasses) as AttemptClass[];

test('nothing is tried outside of review and remediation, whatever else is there', () => {
  expect(ticketPhases.filter(isProbed)).toEqual(['reviewing', 'remediating']);
  const all = { hasContext: true, hasGateway: true, attempts: 0 };
  for (const phase of ticketPhases) expect(probeStopOf({ ...all, phase })).toBe(isProbed(phase) ? null : 'phase');
});

test('why nothing is tried is the first thing that somebody can mend', () => {
  const phase = 'reviewing' as const;
  expect([
    probeStopOf({ phase, hasContext: false, hasGateway: false, attempts: probeAttemptsMax }),
    probeStopOf({ phase, hasContext: true, hasGateway: false, attempts: probeAttemptsMax }),
    probeStopOf({ phase, hasContext: true, hasGateway: true, attempts: probeAttemptsMax }),
    probeStopOf({ phase, hasContext: true, hasGateway: true, attempts: probeAttemptsMax - 1 }),
  ]).toEqual(['no_network_context', 'no_gateway', 'budget_used', null]);
});

test('RP-2.4a: the budget lasts for the 15 days, with every target by both protocols', () => {
  const dayMs = 86_400_000;
  let [rounds, atMs] = [1, 0];
  for (; atMs <= 15 * dayMs; rounds += 1) atMs += probeDelays[Math.min(rounds, probeDelays.length) - 1] ?? 0;
  expect((rounds - 1) * probeTargetsMax * 2).toBeLessThanOrEqual(probeAttemptsMax);
});

test('RP-2.4: no probe is a customer’s fault', () => {
  for (const name of classes) {
    expect(['user', 'account']).not.toContain(causeOfProbe(name));
    expect(causeOfProbe(name) === null).toBe(attemptClasses[name].cause === null);
    expect(isOwnSetup(name) && causeOfProbe(name) !== 'unclear').toBe(false);
  }
});

test('attempts that were classed before are counted by the cause that they are given', () => {
  const diagnosis = createDiagnosis(causeOfProbe);
  const lines = { from: 1, until: 1 };
  const attempt = { lines, at: '2026-11-22T12:10:00.000Z', target: 'shop.example:443', egress: null };
  diagnosis.add(attempt, { class: 'auth_refused', vendor: null });
  diagnosis.add(attempt, { class: 'egress_dead', vendor: null });
  expect(diagnosis.told()).toMatchObject({ attempts: 2, failed: 2, causes: { unclear: 1, seller: 1 } });
});

describe('RP-2.4a: what rounds say of a fix', () => {
  const works: ProbedRound = { attempts: 4, ours: 0 };
  const half: ProbedRound = { attempts: 4, ours: 2 };
  const little: ProbedRound = { attempts: 4, ours: 1 };
  const none: ProbedRound = { attempts: 0, ours: 0 };

  test.each([
    ['untested', []],
    ['untested', [none]],
    ['holds', [works]],
    ['wavers', [half, half]],
    ['fails', [half, half, half]],
    ['fails', [half, none, half, half, works]],
    ['wavers', [half, half, works, half]],
    ['wavers', [little, little, little, little]],
    ['holds', [works, works, works]],
  ] as const)('%s', (verdict, rounds) => {
    expect(fixVerdictOf(rounds)).toBe(verdict);
  });

  test('one good round is enough for it not to fail, and one bad for it not to hold', () => {
    const aRound = fc
      .integer({ min: 1, max: 10 })
      .chain((attempts) => fc.record({ attempts: fc.constant(attempts), ours: fc.integer({ min: 0, max: attempts }) }));
    fc.assert(
      fc.property(fc.array(aRound, { minLength: 1, maxLength: 12 }), (rounds) => {
        const verdict = fixVerdictOf(rounds);
        const hasGoodOne = rounds.slice(0, 3).some(({ ours }) => ours === 0);
        expect(hasGoodOne && verdict === 'fails').toBe(false);
        expect(verdict === 'holds').toBe(rounds.every(({ ours }) => ours === 0));
      }),
    );
  });
});

test('a target is a host and a port, in brackets where it is IPv6; what is neither is none', () => {
  expect(readProbeTarget('Shop.Example.', false)).toEqual({ host: 'shop.example', port: 443 });
  expect(readProbeTarget('shop.example', true)).toEqual({ host: 'shop.example', port: 80 });
  expect(readProbeTarget('[2606:4700::1111]:8443', false)).toEqual({ host: '2606:4700::1111', port: 8443 });
  for (const text of ['', ':443', 'shop.example:', 'shop.example:0', 'shop.example:65536', '2606:4700::1111', '[::1'])
    expect(readProbeTarget(text, false)).toBeNull();
});
