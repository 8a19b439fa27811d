/** The demo seller's gateway: what it leaves for the worker leads through it, and its websites answer as they are told. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createProxyGateway } from '../../dev/proxy-gateway.ts';
import type { SandboxServer } from '../../dev/sandbox-server.ts';
import { classOf } from '../../domain/attempt-class.ts';
import { createProber } from '../../providers/probe.ts';
import { readProbeSettings } from '../../providers/probe-gateways.ts';
import { createProbeTargets } from '../../providers/probe-targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'refund-desk-gateway-'));
const [settingsFile, caFile] = [join(folder, 'probes.json'), join(folder, 'ca.pem')];

let gateway: SandboxServer;

beforeAll(async () => {
  gateway = createProxyGateway({
    settingsFile,
    caFile,
    planKinds: ['static_isp', 'datacenter'],
    deadKinds: ['mobile_dynamic'],
  });
  await gateway.listen(0);
});

afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

const settings = () => readProbeSettings(readFileSync(settingsFile, 'utf8'), { inProduction: false, ownHosts: [] });

async function classAt(named: string, kind = 'datacenter'): Promise<string> {
  const { gateways, targets } = settings();
  const found = gateways.find({ kind, place: null });
  const target = await createProbeTargets(targets).admit(named, false);
  if (found === null || 'refused' in target) throw new Error('the demo’s own settings do not fit');
  const prober = createProber({ ca: readFileSync(caFile, 'utf8'), stageMsMax: 2_000 });
  return classOf({ ...(await prober.probe(found, target, 'connect')), target: target.host }).class;
}

test('a worker finds its way to a shop that works, to one that wants no visitors, and to none where the exit is dead', async () => {
  expect(await classAt('shop.example')).toBe('works');
  expect(await classAt('shop.example:80')).toBe('works');
  expect(await classAt('tickets.example')).toBe('target_challenge');
  expect(await classAt('down.example')).toBe('egress_dead');
  // With a plan whose exits are all dead nothing is reached.
  expect(await classAt('shop.example', 'mobile_dynamic')).toBe('egress_dead');
});

test('the test account is its owner’s to read alone, and no production desk takes such settings', () => {
  expect(statSync(settingsFile).mode & 0o077).toBe(0);
  const text = readFileSync(settingsFile, 'utf8');
  expect(() => readProbeSettings(text, { inProduction: true, ownHosts: [] })).toThrow('allowRanges');
});
