/** One attempt through gateways that fail as they are told: what each failure is classed as, and that nothing waits for ever. */

import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { type AttemptClass, classOf } from '../../domain/attempt-class.ts';
import { causeOfProbe, type ProbeGateway, type ProbeProtocol } from '../../domain/probe.ts';
import { createProber } from '../../providers/probe.ts';
import { gatewayAnswers } from '../client-logs/gateway-faults.ts';
import { targetAnswers } from '../client-logs/target-answers.ts';
import { exit, type ProbeBench, type Site, startProbeBench, targetOf, testAccount } from './probe-bench.ts';

const sites: Readonly<Record<string, Site>> = {
  'works.example': {},
  'challenge.example': { answer: targetAnswers.challenge },
  'forbidden.example': { answer: targetAnswers.forbidden },
  'limited.example': { answer: targetAnswers.limited },
  'geo.example': { answer: targetAnswers.elsewhere },
  'broken.example': { answer: targetAnswers.broken },
  'inspected.example': { inspected: true },
  'no-exit.example': { fault: gatewayAnswers.badGateway, socks: { kind: 'reply', code: 1 } },
  'expired.example': { fault: gatewayAnswers.planExpired, socks: { kind: 'reply', code: 2 } },
  'cap.example': { fault: gatewayAnswers.capReached, socks: { kind: 'reply', code: 2 } },
  'dead.example': { fault: { kind: 'tunnel-reset' }, socks: { kind: 'tunnel-reset' } },
  'silent.example': { fault: { kind: 'tunnel-hang' }, socks: { kind: 'reply', code: 3 } },
  'hangs.example': { fault: { kind: 'hang' }, socks: { kind: 'hang' } },
  'resets.example': { fault: { kind: 'reset' }, socks: { kind: 'reset' } },
  'garbage.example': { fault: { kind: 'garbage' }, socks: { kind: 'garbage' } },
  'refused.example': { fault: { kind: 'unresolvable' }, socks: { kind: 'reply', code: 5 } },
};

let bench: ProbeBench;

beforeAll(async () => {
  bench = await startProbeBench(sites);
});

afterAll(() => bench.close());

const probe = async (host: string, protocol: ProbeProtocol, gateway = bench.gateway(), port = 443) => ({
  ...(await createProber({ ca: bench.ca, stageMsMax: 400 }).probe(gateway, targetOf(host, port), protocol)),
  target: host,
});

const classed = async (...given: Parameters<typeof probe>): Promise<AttemptClass> =>
  classOf(await probe(...given)).class;

const rows: readonly [host: string, byConnect: AttemptClass, bySocks: AttemptClass][] = [
  ['works.example', 'works', 'works'],
  ['challenge.example', 'target_challenge', 'target_challenge'],
  ['forbidden.example', 'target_forbidden', 'target_forbidden'],
  ['limited.example', 'target_rate_limited', 'target_rate_limited'],
  ['geo.example', 'target_geo', 'target_geo'],
  ['broken.example', 'target_error', 'target_error'],
  ['inspected.example', 'target_untrusted', 'target_untrusted'],
  ['no-exit.example', 'gateway_error', 'gateway_error'],
  ['expired.example', 'plan_expired', 'account_restricted'],
  ['cap.example', 'cap_reached', 'account_restricted'],
  ['dead.example', 'egress_dead', 'egress_dead'],
  ['silent.example', 'egress_dead', 'egress_dead'],
  ['hangs.example', 'tunnel_timed_out', 'tunnel_timed_out'],
  ['resets.example', 'gateway_reset', 'gateway_reset'],
  ['garbage.example', 'gateway_error', 'gateway_error'],
  // The exit may be refused by the target, or be forbidden to go there.
  ['refused.example', 'gateway_dns', 'unclear'],
];

describe('RP-2.4: each way to fail is classed as what it is', () => {
  test.each(rows)('%s: %s by CONNECT, %s by SOCKS5', async (host, byConnect, bySocks) => {
    expect({ host, byConnect: await classed(host, 'connect'), bySocks: await classed(host, 'socks5') }).toEqual({
      host,
      byConnect,
      bySocks,
    });
  });

  test('plain HTTP goes through a tunnel as well, and a page of a target is told with whose defence it is', async () => {
    expect(await classed('works.example', 'connect', bench.gateway(), 80)).toBe('works');
    expect(await classed('works.example', 'socks5', bench.gateway(), 80)).toBe('works');
    expect(classOf(await probe('challenge.example', 'connect'))).toEqual({
      class: 'target_challenge',
      vendor: 'Cloudflare',
    });
  });

  test('a gateway that speaks TLS, one that does not, one that nobody vouches for, and one that is not there', async () => {
    const tls: Partial<ProbeGateway> = { host: 'localhost', tls: true, ports: { connect: bench.tlsPort } };
    expect(await classed('works.example', 'connect', bench.gateway(tls))).toBe('works');
    const plainly = bench.gateway({ ...tls, host: '127.0.0.1', ports: { connect: bench.ports.connect } });
    expect(await classed('works.example', 'connect', plainly)).toBe('wrong_scheme');
    const untrusting = await createProber({ stageMsMax: 400 }).probe(
      bench.gateway(tls),
      targetOf('works.example'),
      'connect',
    );
    expect(classOf({ ...untrusting, target: null }).class).toBe('gateway_tls');
    const nobody = bench.gateway({ ports: { connect: await findFreePort() } });
    expect(await classed('works.example', 'connect', nobody)).toBe('gateway_refused');
    const nameless = bench.gateway({ host: 'gate.invalid' });
    expect(await classed('works.example', 'connect', nameless)).toBe('gateway_name_unknown');
  });

  test('a test account that is not let in tells of itself and of nobody’s fault', async () => {
    const stranger = bench.gateway({ login: () => ({ username: testAccount.username, password: 'wrong' }) });
    const classes = [
      await classed('works.example', 'connect', stranger),
      await classed('works.example', 'socks5', stranger),
      await classed('works.example', 'socks5', bench.gateway({ login: () => null })),
    ];
    expect(classes).toEqual(['auth_refused', 'auth_refused', 'auth_refused']);
    expect(classes.map(causeOfProbe)).toEqual(['unclear', 'unclear', 'unclear']);
  });
});

test('the exit is told where the gateway tells it, and latency in milliseconds', async () => {
  const { egress, latencyMs } = await probe('works.example', 'socks5');
  expect(egress).toBe(exit);
  expect(latencyMs).toBeGreaterThanOrEqual(0);
  expect(latencyMs).toBeLessThan(3_000);
  expect((await probe('works.example', 'connect')).egress).toBeNull();
});

test('a gateway is asked by name, or by the address that was checked', async () => {
  await probe('works.example', 'socks5');
  expect(bench.asked.at(-1)).toBe('works.example:443');
  const byAddress = bench.gateway({ asks: 'address' });
  await createProber({ ca: bench.ca, stageMsMax: 400 }).probe(
    byAddress,
    targetOf('works.example', 443, '9.9.9.9'),
    'socks5',
  );
  expect(bench.asked.at(-1)).toBe('9.9.9.9:443');
});

test('every stage has its time, and an attempt that is called off ends at once and says nothing', async () => {
  const startedMs = performance.now();
  const called = createProber({ ca: bench.ca }).probe(
    bench.gateway(),
    targetOf('hangs.example'),
    'connect',
    AbortSignal.timeout(50),
  );
  expect((await called).outcome).toEqual({ kind: 'untold' });
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});

test('PV-2.3: no attempt and no gateway shows the account that was used', async () => {
  const gateway = bench.gateway();
  const seen = [];
  for (const host of Object.keys(sites))
    for (const protocol of ['connect', 'socks5'] as const) seen.push(await probe(host, protocol));
  const shown = inspect([seen, gateway], { depth: null, showHidden: true }) + JSON.stringify([seen, gateway]);
  expect(shown).not.toContain(testAccount.password);
  expect(shown).not.toContain(Buffer.from(`${testAccount.username}:${testAccount.password}`).toString('base64'));
});
