/** What the attempts of a log say together, for any attempts and for the recorded logs. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Attempt, attemptFailures, attemptSteps } from '../../domain/attempt.ts';
import { attemptClasses, classOf } from '../../domain/attempt-class.ts';
import { createDiagnosis, type Diagnosis, groupsMax, proofsMax } from '../../domain/diagnosis.ts';
import { formatOf, headLinesMax } from '../../domain/read-log.ts';
import { clients, logsOf } from './client-logs.ts';

const outcome = fc.oneof(
  fc.record({ kind: fc.constant('untold' as const) }),
  fc.record({
    kind: fc.constant('failed' as const),
    step: fc.constantFrom(...attemptSteps),
    failure: fc.constantFrom(...attemptFailures),
  }),
  fc.record({
    kind: fc.constant('answered' as const),
    by: fc.constantFrom('target' as const, 'gateway' as const, 'either' as const),
    status: fc.integer({ min: 100, max: 599 }),
    reason: fc.string(),
    headers: fc.constant(new Map<string, string>()),
    excerpt: fc.string(),
  }),
);

const attempt: fc.Arbitrary<Attempt> = fc.record({
  lines: fc.nat({ max: 1_000_000 }).map((line) => ({ from: line, until: line + 3 })),
  at: fc.option(
    fc
      .date({ min: new Date('2026-01-01'), max: new Date('2026-01-03'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  ),
  target: fc.option(fc.constantFrom('shop.example:443', 'tickets.example')),
  egress: fc.option(fc.constantFrom('203.0.113.7', '198.51.100.9')),
  protocol: fc.constantFrom('http' as const, 'https' as const, null),
  outcome,
  elapsedMs: fc.option(fc.nat()),
});

function diagnose(attempts: Iterable<Attempt>): Diagnosis {
  const tally = createDiagnosis();
  for (const one of attempts) tally.add(one);
  return tally.told();
}

const sumOf = (groups: Readonly<Record<string, { attempts: number }>>): number =>
  Object.values(groups).reduce((sum, { attempts }) => sum + attempts, 0);

describe('for any attempts', () => {
  test('each is counted once, by its class, its cause, its hour, its target and its egress', () => {
    fc.assert(
      fc.property(fc.array(attempt), (attempts) => {
        const told = diagnose(attempts);
        const failed = attempts.filter((one) => attemptClasses[classOf(one).class].cause !== null);
        expect([told.attempts, told.failed]).toEqual([attempts.length, failed.length]);
        expect(told.classes.reduce((sum, { attempts: own }) => sum + own, 0)).toBe(attempts.length);
        expect(Object.values(told.causes).reduce((sum, own) => sum + own, 0)).toBe(failed.length);
        expect(sumOf(told.hours) + told.undated).toBe(attempts.length);
        expect(sumOf(told.targets)).toBe(attempts.filter(({ target }) => target !== null).length);
        expect(sumOf(told.egress)).toBe(attempts.filter(({ egress }) => egress !== null).length);
        expect(told.classes.every(({ proofs }) => proofs.length > 0 && proofs.length <= proofsMax)).toBe(true);
        expect(told.beyond).toBe(0);
      }),
    );
  });

  test('what it says does not hang on their order, but for which lines are shown first', () => {
    fc.assert(
      fc.property(fc.array(attempt), (attempts) => {
        const bare = (all: readonly Attempt[]) => {
          const { classes, ...rest } = diagnose(all);
          return { ...rest, classes: new Set(classes.map((own) => JSON.stringify({ ...own, proofs: [] }))) };
        };
        expect(bare(attempts.toReversed())).toEqual(bare(attempts));
      }),
    );
  });

  test('a million targets take no more room than those that are told apart', () => {
    const one: Attempt = {
      lines: { from: 1, until: 1 },
      at: null,
      target: null,
      egress: null,
      protocol: null,
      outcome: { kind: 'untold' },
      elapsedMs: null,
    };
    function* many() {
      for (let count = 0; count < 10_000; count += 1) yield { ...one, target: `host-${count}.example` };
    }
    const told = diagnose(many());
    expect([told.attempts, Object.keys(told.targets).length, told.beyond]).toEqual([
      10_000,
      groupsMax,
      10_000 - groupsMax,
    ]);
  });
});

const formats: Readonly<Record<string, string>> = {
  playwright: 'har',
  'aiohttp-json': 'json_lines',
  'undici-json': 'json_lines',
};
const all = clients.flatMap(logsOf);

test.each(all.map((log) => [`${log.client}: ${log.scenario}`, log] as const))(
  'the format of %s is told',
  (_name, { client, text }) => {
    const expected = client.startsWith('curl') ? 'curl' : (formats[client] ?? 'plain');
    expect(formatOf(text.split('\n').slice(0, headLinesMax))).toBe(expected);
  },
);

test('RP-3.4, RP-2.4: a longer run by curl shows what failed, by whose fault, when and where to', () => {
  const log = all.find(({ client, scenario }) => client === 'curl' && scenario === 'mixed');
  const lines = (log?.text ?? '').split('\n').map((text, index) => ({ number: index + 1, text }));
  const told = diagnose(log?.read(log.text) ?? []);
  expect([told.attempts, told.failed, told.causes, told.undated]).toEqual([28, 10, { target: 7, seller: 3 }, 0]);
  expect(told.classes.map((one) => [one.class, one.vendor, one.attempts])).toEqual([
    ['works', null, 18],
    ['target_challenge', 'Cloudflare', 7],
    ['gateway_error', null, 3],
  ]);
  const shown = told.classes[2]?.proofs.map(({ from, until }) => lines.slice(from - 1, until).map(({ text }) => text));
  expect(shown?.every((span) => span.some((text) => text.includes('CONNECT tunnel failed, response 502')))).toBe(true);
  expect(told.targets['tickets.example:443']).toEqual({ attempts: 7, failed: 7, nonUser: 7 });
});
