/** Which targets are tried: nothing but the public net, whatever notation an address hides in. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createProbeTargets, type LookUp, type TargetSettings } from '../../providers/probe-targets.ts';

const settings: TargetSettings = {
  ports: new Map([
    [80, 'plain'],
    [443, 'tls'],
  ]),
  allowedRanges: [],
  deniedRanges: [],
  deniedHosts: ['gate.example', 'desk.example'],
  names: {},
};

/** What the system makes of a host: the old notations of IPv4 are numbers to it. */
const inetAton = (host: string): string | null => {
  const parts = host.split('.').map((part) => (/^(?:0x[0-9a-f]*|\d+)$/i.test(part) ? part : ''));
  if (parts.length > 4 || parts.includes('')) return null;
  const numbers = parts.map((part) => (/^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() ?? 0;
  const value = numbers.reduce((sum, number, index) => sum + number * 256 ** (3 - index), 0) + last;
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
};

const known: Readonly<Record<string, readonly string[]>> = {
  'shop.example': ['1.1.1.1'],
  'both.example': ['1.1.1.1', '10.0.0.7'],
  'inner.example': ['192.168.7.7'],
  'six.example': ['2606:4700::1111'],
};

const lookUp: LookUp = (host) => {
  const numeric = inetAton(host);
  const found = known[host] ?? (numeric === null ? undefined : [numeric]);
  return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
};

const admit = (named: string, given: Partial<TargetSettings> = {}, isPlain = false) =>
  createProbeTargets({ ...settings, ...given }, lookUp).admit(named, isPlain);

const inner: readonly (readonly [base: number, bits: number])[] = [
  [0x00_00_00_00, 8],
  [0x0a_00_00_00, 8],
  [0x64_40_00_00, 10],
  [0x7f_00_00_00, 8],
  [0xa9_fe_00_00, 16],
  [0xac_10_00_00, 12],
  [0xc0_a8_00_00, 16],
  [0xc6_12_00_00, 15],
  [0xe0_00_00_00, 4],
  [0xf0_00_00_00, 4],
  [0xa8_3f_81_10, 32],
];

const anInnerAddress = fc
  .tuple(fc.constantFrom(...inner), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }))
  .map(([[base, bits], share]) => {
    const value = base + Math.floor(share * 2 ** (32 - bits));
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
  });

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const asNumber = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const inHextets = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string => `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`;

const notations: Readonly<Record<string, (bytes: readonly number[]) => string>> = {
  dotted: (bytes) => bytes.join('.'),
  'with a dot at its end': (bytes) => `${bytes.join('.')}.`,
  decimal: (bytes) => String(asNumber(bytes)),
  hexadecimal: (bytes) => `0x${asNumber(bytes).toString(16)}`,
  octal: (bytes) => bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
  'in hexadecimal parts': (bytes) => bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
  short: ([a = 0, ...rest]) => `${a}.${asNumber(rest)}`,
  'mapped into IPv6': (bytes) => `[::ffff:${bytes.join('.')}]`,
  'mapped, in hextets': (bytes) => `[::ffff:${inHextets(bytes)}]`,
  'translated by NAT64': (bytes) => `[64:ff9b::${inHextets(bytes)}]`,
  'carried by 6to4': (bytes) => `[2002:${inHextets(bytes)}::1]`,
};

describe('nobody has an inner address tried', () => {
  test.each(Object.keys(notations))('%s', async (name) => {
    const write = notations[name] ?? notations['dotted'];
    await fc.assert(
      fc.asyncProperty(anInnerAddress, fc.constantFrom('', ':80', ':443'), async (bytes, port) => {
        const answer = await admit(`${write?.(bytes)}${port}`);
        expect('refused' in answer && ['private', 'unreadable'].includes(answer.refused)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test.each(['[::1]', '[::]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]', '[2001::1]'])(
    '%s',
    async (named) => {
      expect(await admit(named)).toEqual({ refused: 'private' });
    },
  );

  test('nor a name that leads to one, alone or among public ones', async () => {
    expect(await admit('inner.example')).toEqual({ refused: 'private' });
    expect(await admit('both.example')).toEqual({ refused: 'private' });
  });
});

test('what is public is tried, under one name however it is written', async () => {
  const shop = { host: 'shop.example', port: 443, tls: true, address: '1.1.1.1' };
  expect(await admit('shop.example')).toEqual(shop);
  expect(await admit('Shop.Example.')).toEqual(shop);
  expect(await admit('shop.example:80')).toEqual({ ...shop, port: 80, tls: false });
  expect(await admit('shop.example', {}, true)).toEqual({ ...shop, port: 80, tls: false });
  expect(await admit('9.9.9.9')).toMatchObject({ host: '9.9.9.9', address: '9.9.9.9' });
  expect(await admit('[2606:4700::1111]')).toMatchObject({ host: '2606:4700::1111', address: '2606:4700::1111' });
  expect(await admit('six.example')).toMatchObject({ address: '2606:4700::1111' });
});

test('ports that are not allowed, hosts that are the seller’s own, and what nobody knows are refused by name', async () => {
  expect(await admit('shop.example:22')).toEqual({ refused: 'port' });
  expect(await admit('shop.example:0')).toEqual({ refused: 'unreadable' });
  expect(await admit('shop.example:99999')).toEqual({ refused: 'unreadable' });
  expect(await admit('gate.example')).toEqual({ refused: 'denied' });
  expect(await admit('eu.gate.example')).toEqual({ refused: 'denied' });
  expect(await admit('notgate.example')).toEqual({ refused: 'unknown_name' });
  expect(await admit('nowhere.example')).toEqual({ refused: 'unknown_name' });
  expect(await admit('shop.example', { deniedRanges: ['1.1.0.0/16'] })).toEqual({ refused: 'denied' });
});

test('a range that is allowed is tried although it is inner, and a name may have an address of its own', async () => {
  const allowed = { allowedRanges: ['127.0.0.0/8'], names: { 'demo.example': '127.0.0.1' } };
  expect(await admit('demo.example', allowed)).toMatchObject({ host: 'demo.example', address: '127.0.0.1' });
  expect(await admit('inner.example', allowed)).toEqual({ refused: 'private' });
});

test('DNS rebinding: a name is looked up once, and its answer is what is judged and told', async () => {
  const answers = [['1.1.1.1'], ['127.0.0.1']];
  const rebinding = createProbeTargets(settings, () => Promise.resolve(answers.shift() ?? []));
  expect(await rebinding.admit('rebind.example', false)).toMatchObject({ address: '1.1.1.1' });
  expect(answers).toHaveLength(1);
});
