/** The operator's document: what it may say, and that its problems are told by place and never by value. */

import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { ProbeSettingsWrong, readProbeSettings } from '../../providers/probe-gateways.ts';

const gateway = {
  planKind: 'residential',
  host: 'Gate.Example',
  connectPort: 8080,
  socks5Port: 1080,
  username: 'seller-probe',
  password: 'pr0be-s3cret',
};

const read = (document: object, inProduction = true) =>
  readProbeSettings(JSON.stringify(document), { inProduction, ownHosts: ['desk.example'] });

function problemsOf(document: object | string, inProduction = true): readonly string[] {
  try {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    readProbeSettings(text, { inProduction, ownHosts: [] });
    return [];
  } catch (fault) {
    if (fault instanceof ProbeSettingsWrong) return fault.problems;
    throw fault;
  }
}

test('a gateway is found by its plan’s kind and place, and else by the kind alone', () => {
  const berlin = { ...gateway, place: 'de-berlin', host: 'berlin.gate.example' };
  const { gateways, targets, perTargetPerHour } = read({ gateways: [gateway, berlin] });
  expect(gateways.find({ kind: 'residential', place: 'de-berlin' })?.host).toBe('berlin.gate.example');
  expect(gateways.find({ kind: 'residential', place: 'fr-paris' })?.host).toBe('gate.example');
  expect(gateways.find({ kind: 'residential', place: null })).toMatchObject({
    host: 'gate.example',
    ports: { connect: 8080, socks5: 1080 },
    tls: false,
    asks: 'name',
  });
  expect(gateways.find({ kind: 'mobile', place: null })).toBeNull();
  expect(gateways.list()).toEqual([
    { kind: 'residential', place: null, protocols: ['connect', 'socks5'] },
    { kind: 'residential', place: 'de-berlin', protocols: ['connect', 'socks5'] },
  ]);
  // Nobody has the seller's own tried, through the seller's own.
  expect(targets.deniedHosts).toEqual(['desk.example', 'gate.example', 'berlin.gate.example']);
  expect([...targets.ports]).toEqual([
    [80, 'plain'],
    [443, 'tls'],
  ]);
  expect(perTargetPerHour).toBe(60);
});

test('PV-2.3: what was read shows no password, however it is printed', () => {
  const settings = read({ gateways: [gateway] });
  const found = settings.gateways.find({ kind: 'residential', place: null });
  expect(found?.login()).toEqual({ username: 'seller-probe', password: 'pr0be-s3cret' });
  expect(
    inspect([settings, found], { depth: null, showHidden: true }) + JSON.stringify([settings, found]),
  ).not.toContain('pr0be-s3cret');
});

describe('what is wrong is told by its place', () => {
  test.each([
    ['the document is no JSON', '{"gateways": [pr0be-s3cret'],
    ['gateways', {}],
    ['gateways.0.host', { gateways: [{ ...gateway, host: 'pr0be s3cret' }] }],
    ['gateways.0.connectPort', { gateways: [{ planKind: 'residential', host: 'gate.example' }] }],
    ['gateways.0.password', { gateways: [{ ...gateway, password: undefined }] }],
    ['gateways.0 ', { gateways: [{ ...gateway, passwort: 'pr0be-s3cret' }] }],
    ['gateways.1', { gateways: [gateway, gateway] }],
    ['denyRanges.0', { gateways: [gateway], denyRanges: ['pr0be-s3cret'] }],
    ['allowRanges', { gateways: [gateway], allowRanges: ['127.0.0.0/8'] }],
    ['names', { gateways: [gateway], names: { 'shop.example': '1.1.1.1' } }],
  ])('%s', (place, document) => {
    const problems = problemsOf(document);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(place);
    expect(problems[0]).not.toContain('pr0be');
  });

  test('inner ranges and names of its own are for tests and the embedded stack', () => {
    expect(
      problemsOf({ gateways: [gateway], allowRanges: ['127.0.0.0/8'], names: { 'shop.example': '127.0.0.1' } }, false),
    ).toEqual([]);
  });
});
