/** What the files of a ticket say together: merged as if they were one, judged for whose fault, how long, and what lacks. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attempt } from '../../domain/attempt.ts';
import { createDiagnosis, type Diagnosis, proofsMax } from '../../domain/diagnosis.ts';
import type { DiagnosisFact } from '../../domain/facts.ts';
import {
  type DiagnosedFile,
  diagnosisFact,
  findingOf,
  mergeDiagnoses,
  suggestedReview,
} from '../../domain/ticket-diagnosis.ts';
import { logsOf } from './client-logs.ts';

const window = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-08T00:00:00.000Z' };

const outcomes = {
  works: { kind: 'answered', by: 'target', status: 200, reason: 'OK', headers: new Map(), excerpt: '' },
  seller: { kind: 'failed', step: 'tunnel', failure: 'timed-out' },
  target: { kind: 'answered', by: 'target', status: 429, reason: '', headers: new Map(), excerpt: '' },
  user: { kind: 'failed', step: 'gateway-tls', failure: 'protocol' },
  unclear: { kind: 'untold' },
} as const satisfies Record<string, Attempt['outcome']>;

type Kind = keyof typeof outcomes;

const attemptAt = (at: string | null, kind: Kind, line = 1): Attempt => ({
  lines: { from: line, until: line },
  at,
  target: 'shop.example',
  egress: '203.0.113.7',
  protocol: 'https',
  outcome: outcomes[kind],
  elapsedMs: null,
});

function diagnose(attempts: readonly Attempt[]): Diagnosis {
  const tally = createDiagnosis();
  for (const attempt of attempts) tally.add(attempt);
  return tally.told();
}

/** One attempt an hour from the first of November, as the letters say: w works, s ours, t the target’s, u the user’s. */
const hourly = (letters: string, fromHour = 0): Attempt[] =>
  [...letters].flatMap((letter, index) => {
    const kind = ({ w: 'works', s: 'seller', t: 'target', u: 'user' } as const)[letter];
    const at = new Date(Date.parse(window.from) + (fromHour + index) * 3_600_000 + 60_000).toISOString();
    return kind ? [attemptAt(at, kind, index + 1)] : [];
  });

const findingFor = (attempts: readonly Attempt[], within: typeof window | null = window) =>
  findingOf(mergeDiagnoses([{ evidenceId: 'a', diagnosis: diagnose(attempts) }]), within);

const arbitraryAttempt = fc
  .tuple(
    fc.option(fc.integer({ min: 0, max: 200 })),
    fc.constantFrom<Kind>('works', 'seller', 'target', 'user', 'unclear'),
    fc.nat({ max: 999 }),
  )
  .map(([hour, kind, line]) =>
    attemptAt(hour === null ? null : new Date(Date.parse(window.from) + hour * 3_600_000).toISOString(), kind, line),
  );

describe('files together', () => {
  test('say what one file of all their attempts says, but for which lines are shown', () => {
    fc.assert(
      fc.property(fc.array(fc.array(arbitraryAttempt, { maxLength: 20 }), { maxLength: 5 }), (parts) => {
        const bare = ({ classes, ...rest }: ReturnType<typeof mergeDiagnoses>) => ({
          ...rest,
          classes: classes.map(({ proofs: _proofs, ...entry }) => entry),
        });
        const files = parts.map((part, index) => ({ evidenceId: String(index), diagnosis: diagnose(part) }));
        const whole = mergeDiagnoses([{ evidenceId: 'whole', diagnosis: diagnose(parts.flat()) }]);
        expect(bare(mergeDiagnoses(files))).toEqual(bare(whole));
        expect(findingOf(mergeDiagnoses(files), window)).toEqual(findingOf(whole, window));
      }),
    );
  });

  test('show places in each of them, at most so many of a class', () => {
    const files: DiagnosedFile[] = ['a', 'b'].map((evidenceId) => ({
      evidenceId,
      diagnosis: diagnose(hourly(evidenceId === 'a' ? 'sss' : 'ssssss')),
    }));
    const [shown] = mergeDiagnoses(files).classes;
    expect(shown?.proofs).toHaveLength(proofsMax);
    expect(shown?.proofs.map(({ evidenceId }) => evidenceId)).toEqual(['a', 'a', 'a', 'b', 'b']);
    expect(shown?.attempts).toBe(9);
  });

  test('none say nothing, and what lacks is attempts', () => {
    expect(findingOf(mergeDiagnoses([]), window)).toEqual({
      cause: null,
      certainty: null,
      persistent: null,
      unusable: null,
      missing: ['attempts'],
    });
  });
});

describe('whose fault it was', () => {
  test.each([
    ['one failure of the target', 't', 'target'],
    ['two of three of the target', 'tts', 'target'],
    ['half and half', 'tsts', null],
    ['failures among much that works', 'wwwwwwwwwwt', 'target'],
    ['the user’s own', 'uu', 'user'],
    ['nothing but what works', 'ww', null],
  ])('%s', (_what, letters, cause) => {
    expect(findingFor(hourly(letters)).cause).toBe(cause);
  });

  test('failures that are mostly unclear name none, and say that clearer attempts lack', () => {
    const finding = findingFor([...hourly('t'), attemptAt(null, 'unclear'), attemptAt(null, 'unclear')]);
    expect([finding.cause, finding.missing.includes('clear_attempts')]).toEqual([null, true]);
  });
});

describe('RP-2.4a: persistently unusable within the window', () => {
  test.each([
    ['a day through, seen in many hours', 's'.repeat(24), true, 24],
    ['an hour short of a day, and then the log ends', 's'.repeat(23), null, 23],
    ['an hour short of a day, and then it works', `${'s'.repeat(23)}w`, false, 23],
    ['a day through, and then it works', `${'s'.repeat(24)}w`, true, 24],
    ['a day that is broken by an hour that worked', `${'s'.repeat(12)}w${'s'.repeat(11)}`, null, 12],
    ['seen at both ends of a silence of a day, in too few hours', `s${' '.repeat(24)}s`, null, 26],
    ['seen in four hours of a day', `s${' '.repeat(10)}ss${' '.repeat(10)}s`, true, 24],
    ['a silence of more than a day', `ss${' '.repeat(25)}ss`, null, 2],
    ['by the target', 't'.repeat(30), true, 30],
    ['by the user alone', 'u'.repeat(30), false, null],
    ['it always worked', 'wwww', false, null],
  ])('%s', (_what, letters, persistent, hours) => {
    const finding = findingFor(hourly(letters));
    expect([finding.persistent, finding.unusable?.hours ?? null]).toEqual([persistent, hours]);
  });

  test('what came before or after the window does not count', () => {
    expect(findingFor(hourly('s'.repeat(30), 24 * 7 + 1))).toMatchObject({
      persistent: null,
      unusable: null,
      missing: ['times_in_window'],
    });
    expect(findingFor(hourly('s'.repeat(30), -31)).persistent).toBeNull();
    expect(findingFor(hourly('s'.repeat(40), 24 * 7 - 23)).unusable?.hours).toBe(24);
  });

  test('an hour in which a tenth or more went well was usable', () => {
    const at = '2026-11-02T10:00:00.000Z';
    const mixed = (works: number, fails: number) => [
      ...Array.from({ length: works }, () => attemptAt(at, 'works')),
      ...Array.from({ length: fails }, () => attemptAt(at, 'seller')),
    ];
    expect(findingFor(mixed(1, 9)).unusable?.hours).toBe(1);
    expect(findingFor(mixed(2, 9)).unusable).toBeNull();
  });

  test('an hour whose failures are mostly unclear or the user’s says nothing against the service', () => {
    const at = '2026-11-02T10:00:00.000Z';
    const failing = (...kinds: Kind[]) => findingFor(kinds.map((kind) => attemptAt(at, kind))).unusable?.hours ?? null;
    expect(failing('seller', 'unclear')).toBe(1);
    expect(failing('seller', 'unclear', 'user')).toBeNull();
  });

  test('attempts without a time, and a window that is not known, leave it open and say so', () => {
    expect(findingFor([attemptAt(null, 'seller')])).toMatchObject({
      cause: 'seller',
      persistent: null,
      missing: ['times'],
    });
    expect(findingFor(hourly('s'.repeat(30)), null)).toMatchObject({ persistent: null, unusable: null, missing: [] });
  });
});

describe('as a fact of the case', () => {
  test('PV-2.1: it names codes, counts and places in files, and no host or exit', () => {
    for (const client of ['curl', 'requests', 'playwright'])
      for (const { scenario, text, read } of logsOf(client)) {
        const merged = mergeDiagnoses([{ evidenceId: 'f', diagnosis: diagnose(read(text)) }]);
        const fact = diagnosisFact(merged, findingOf(merged, window));
        expect(JSON.stringify({ scenario, fact })).not.toMatch(/\.example|\d+\.\d+\.\d+\.\d+/);
      }
  });

  test('it suggests the finding that a reviewer would confirm, and none where no cause stands out', () => {
    const merged = mergeDiagnoses([{ evidenceId: 'f', diagnosis: diagnose(hourly('s'.repeat(30))) }]);
    const fact = diagnosisFact(merged, findingOf(merged, window));
    const stated = (value: DiagnosisFact) => ({ value, source: 'desk' as const, at: window.from });
    expect(suggestedReview({ diagnosis: stated(fact) })).toEqual({
      cause: 'seller',
      persistent: true,
      sellerMistake: false,
      lost: [{ from: '2026-11-01T00:00:00.000Z', until: '2026-11-02T06:00:00.000Z' }],
    });
    expect(suggestedReview({ diagnosis: stated({ ...fact, cause: null }) })).toBeNull();
    expect(suggestedReview({})).toBeNull();
  });

  test('what the files leave open the desk’s own tests may tell; where they name another cause nobody guesses', () => {
    const merged = mergeDiagnoses([{ evidenceId: 'f', diagnosis: diagnose(hourly('ss')) }]);
    const short = diagnosisFact(merged, findingOf(merged, window));
    const stated = (value: DiagnosisFact) => ({ value, source: 'desk' as const, at: window.from });
    const persistent = { ...short, persistent: true, unusable: window };
    expect(suggestedReview({ diagnosis: stated(short), probes: stated(persistent) })).toMatchObject({
      cause: 'seller',
      persistent: true,
    });
    expect(suggestedReview({ probes: stated(persistent) })).toMatchObject({ cause: 'seller', lost: [window] });
    expect(suggestedReview({ diagnosis: stated(short), probes: stated({ ...short, cause: 'target' }) })).toBeNull();
  });

  test('a persistent fault that our own tests do not bear out, or of modest evidence, is left to a person', () => {
    const merged = mergeDiagnoses([{ evidenceId: 'f', diagnosis: diagnose(hourly('s'.repeat(30))) }]);
    const claimed = diagnosisFact(merged, findingOf(merged, window));
    const stated = (value: DiagnosisFact) => ({ value, source: 'desk' as const, at: window.from });
    const probed = (letters: string) => {
      const ours = mergeDiagnoses([{ evidenceId: '', diagnosis: diagnose(hourly(letters, 40)) }]);
      return stated(diagnosisFact(ours, findingOf(ours, window)));
    };
    const persistentBeside = (letters: string) =>
      suggestedReview({ diagnosis: stated(claimed), probes: probed(letters) })?.persistent;
    expect(['w'.repeat(5), 'w'.repeat(6), `${'w'.repeat(9)}s`, 'ssssss'].map(persistentBeside)).toEqual([
      true,
      null,
      null,
      true,
    ]);
    expect(suggestedReview({ diagnosis: stated({ ...claimed, certainty: 'modest' }) })?.persistent).toBeNull();
  });
});
