/** A policy that contradicts itself is told where; the seller's first version does not. */

import { describe, expect, test } from '@jest/globals';
import { clauseIds } from '../../domain/clauses.ts';
import type { PolicyDocument, PolicyParameters } from '../../domain/policy.ts';
import { policyProblems } from '../../domain/policy-check.ts';
import { firstVersion } from './case-builder.ts';

const { document } = firstVersion;
const { calendar, remediation, response, waiting, abuse, system, limits, plans, methods, materials } =
  document.parameters;

/** Paths of the problems of the first version with other parameters. */
const pathsWith = (parameters: Partial<PolicyParameters>): string[] =>
  policyProblems({ ...document, parameters: { ...document.parameters, ...parameters } }).map(({ path }) => path);

const period = { usageCaps: [null, null], compensation: 'period' } as const;

test('the seller’s first version has no problem, and begins with the year of its holidays', () => {
  expect(policyProblems(document)).toEqual([]);
  expect(firstVersion.effectiveAt).toBe(`${calendar.firstYear}-01-01T00:00:00Z`);
});

describe('texts', () => {
  test('every clause of the refund policy has a text in every language, and an empty one counts for nothing', () => {
    const refundClauses = clauseIds.filter((id) => id.startsWith('RP-'));
    const mute: PolicyDocument = {
      ...document,
      texts: { ...document.texts, ru: { ...document.texts.ru, 'RP-2.3': '  ' } },
    };
    expect(policyProblems(mute)).toEqual([{ path: 'texts.ru.RP-2.3', problem: 'is missing' }]);
    const bare = { ...document, texts: JSON.parse('{"en":{}}') as PolicyDocument['texts'] };
    expect(policyProblems(bare).map(({ path }) => path)).toEqual(
      ['en', 'ru'].flatMap((language) => refundClauses.map((id) => `texts.${language}.${id}`)),
    );
  });

  test('RP-7.1, RP-1.1: the seller has a name, a contact and advice for a reseller’s customers', () => {
    const seller = { name: ' ', contact: '', resellerAdvice: { en: '', ru: 'Обратитесь к продавцу.' } };
    expect(policyProblems({ ...document, seller }).map(({ path }) => path)).toEqual([
      'seller.name',
      'seller.contact',
      'seller.resellerAdvice.en',
    ]);
  });
});

describe('times', () => {
  test.each([0, -1, 1.5, Number.NaN, 3_661])('%p days are no days', (days) => {
    expect(pathsWith({ requestWindowDays: days, appealDays: days })).toEqual([
      'parameters.requestWindowDays',
      'parameters.appealDays',
    ]);
    expect(pathsWith({ waiting: { ...waiting, reminderDays: [days] } })).toEqual(['parameters.waiting.reminderDays.0']);
  });

  test('days from the first to the last are days', () => {
    expect(pathsWith({ requestWindowDays: 1, appealDays: 3_660 })).toEqual([]);
  });

  test('a reminder comes before the lapse, and after the reminder before it', () => {
    expect(pathsWith({ waiting: { ...waiting, reminderDays: [3, 13] } })).toEqual([]);
    expect(pathsWith({ waiting: { ...waiting, reminderDays: [3, 14] } })).toEqual([
      'parameters.waiting.reminderDays.1',
    ]);
    expect(pathsWith({ waiting: { ...waiting, reminderDays: [3, 3] } })).toEqual(['parameters.waiting.reminderDays.1']);
    expect(pathsWith({ waiting: { ...waiting, reminderDays: [] } })).toEqual([]);
  });

  test('agents are reminded, then it escalates, and only then is the answer due', () => {
    expect(pathsWith({ response: { ...response, remindAfterBusinessDays: 6 } })).toEqual([]);
    expect(pathsWith({ response: { ...response, remindAfterBusinessDays: 7 } })).toEqual([
      'parameters.response.remindAfterBusinessDays',
    ]);
    expect(pathsWith({ response: { ...response, escalateAfterBusinessDays: 7 } })).toEqual([
      'parameters.response.escalateAfterBusinessDays',
    ]);
  });

  test('the answer to a fix is not waited for longer than the fix itself', () => {
    expect(pathsWith({ remediation: { ...remediation, answerDays: 15 } })).toEqual([]);
    expect(pathsWith({ remediation: { ...remediation, answerDays: 16 } })).toEqual([
      'parameters.remediation.answerDays',
    ]);
  });

  test.each([0, 1.5])('%p refunds are no threshold of a pattern', (refundsMax) => {
    expect(pathsWith({ abuse: { ...abuse, refundsMax } })).toEqual(['parameters.abuse.refundsMax']);
  });
});

describe('plans', () => {
  const capsOf = (...usageCaps: unknown[]): string[] => {
    const rule = JSON.parse(JSON.stringify({ usageCaps, compensation: 'metered_term' })) as (typeof plans)[string];
    return pathsWith({ plans: { metered: rule } });
  };

  test('a version without any kind of plan, or with a name that is no code, is refused', () => {
    expect(pathsWith({ plans: {} })).toEqual(['parameters.plans']);
    expect(pathsWith({ plans: { 'Static ISP': period } })).toEqual(['parameters.plans.Static ISP']);
  });

  test('RP-2.5: there are two caps, each may be none, and they measure different things', () => {
    expect(capsOf(null, null)).toEqual([]);
    expect(capsOf(null)).toEqual(['parameters.plans.metered.usageCaps']);
    expect(capsOf({ measure: 'bytes', max: '1' }, { measure: 'bytes', max: '2' })).toEqual([
      'parameters.plans.metered.usageCaps',
    ]);
  });

  test('RP-2.5: a share can be capped only where the plan is metered', () => {
    const usageCaps = [{ measure: 'share', basisPointsMax: 2000 }, null] as const;
    expect(pathsWith({ plans: { static_isp: { usageCaps, compensation: 'period' } } })).toEqual([
      'parameters.plans.static_isp.usageCaps',
    ]);
    expect(pathsWith({ plans: { metered: { usageCaps, compensation: 'traffic_only' } } })).toEqual([]);
  });

  test.each([-1, 10_001, 0.5])('a share of %p hundredths of a per cent is none', (basisPointsMax) => {
    expect(capsOf({ measure: 'share', basisPointsMax }, null)).toEqual([
      'parameters.plans.metered.usageCaps.0.basisPointsMax',
    ]);
    expect(capsOf({ measure: 'share', basisPointsMax: 0 }, { measure: 'bytes', max: '0' })).toEqual([]);
    expect(capsOf({ measure: 'share', basisPointsMax: 10_000 }, null)).toEqual([]);
  });

  test.each(['', '-1', '1.5', '1e3', '１'])('a cap of %p is not digits', (max) => {
    expect(capsOf(null, { measure: 'requests', max })).toEqual(['parameters.plans.metered.usageCaps.1.max']);
  });
});

describe('methods', () => {
  test('RP-2.2, RP-3.7: crypto and credit are never simply refundable, and every method has a class', () => {
    expect(pathsWith({ methods: { ...methods, crypto: 'refundable' } })).toEqual(['parameters.methods.crypto']);
    expect(pathsWith({ methods: { ...methods, promotional_credit: 'store_balance' } })).toEqual([
      'parameters.methods.promotional_credit',
    ]);
    expect(pathsWith({ methods: { ...methods, store_balance: 'refundable' } })).toEqual([
      'parameters.methods.store_balance',
    ]);
    expect(pathsWith({ methods: { ...methods, card: 'crypto' } })).toEqual(['parameters.methods.card']);
    expect(pathsWith({ methods: { ...methods, card: 'never' } })).toEqual([]);
    // What is called never is never judged as crypto, whatever the law of the place (RP-2.2).
    expect(pathsWith({ methods: { ...methods, crypto: 'never' } })).toEqual(['parameters.methods.crypto']);
    const { bank: _bank, ...others } = methods;
    expect(pathsWith({ methods: others as typeof methods })).toEqual(['parameters.methods.bank']);
  });

  test('RP-2.2: an exception names a country once, and the provision of law', () => {
    const br = { country: 'BR', provision: 'article 49' };
    expect(pathsWith({ cryptoExceptions: [br] })).toEqual([]);
    expect(pathsWith({ cryptoExceptions: [br, br] })).toEqual(['parameters.cryptoExceptions.1.country']);
    expect(pathsWith({ cryptoExceptions: [{ ...br, country: 'br' }] })).toEqual([
      'parameters.cryptoExceptions.0.country',
    ]);
    expect(pathsWith({ cryptoExceptions: [{ ...br, provision: ' ' }] })).toEqual([
      'parameters.cryptoExceptions.0.provision',
    ]);
  });
});

test('RP-4.1: every kind of fault asks for a description, and for nothing that the desk does not know', () => {
  expect(pathsWith({ materials: { ...materials, slow: ['evidence'] } })).toEqual(['parameters.materials.slow']);
  const odd = JSON.parse('["description", "passport"]') as (typeof materials)['slow'];
  expect(pathsWith({ materials: { ...materials, slow: odd } })).toEqual(['parameters.materials.slow']);
  const { slow: _slow, ...others } = materials;
  expect(pathsWith({ materials: others as typeof materials })).toEqual(['parameters.materials.slow']);
});

describe('limits', () => {
  test('amounts are digits, in currencies that the desk knows', () => {
    const odd = JSON.parse('{"USD":"10.00","ABC":"1"}') as typeof limits.goodwill;
    expect(pathsWith({ limits: { ...limits, goodwill: odd } })).toEqual([
      'parameters.limits.goodwill.USD',
      'parameters.limits.goodwill.ABC',
    ]);
    expect(pathsWith({ limits: { payoutWithoutApproval: {}, goodwill: {} } })).toEqual([]);
  });

  test('RP-4.6: what the desk may give alone has a daily bound, and is not more than it', () => {
    expect(pathsWith({ system: { ...system, refundMax: { USD: '50000' } } })).toEqual([]);
    expect(pathsWith({ system: { ...system, refundMax: { USD: '50001' } } })).toEqual([
      'parameters.system.refundMax.USD',
    ]);
    expect(pathsWith({ system: { ...system, refundMax: { GBP: '1' } } })).toEqual(['parameters.system.dailyMax.GBP']);
    expect(pathsWith({ system: { ...system, refundMax: { USD: 'x' } } })).toEqual(['parameters.system.refundMax.USD']);
    expect(pathsWith({ system: { refundsByIncident: true, refundMax: {}, dailyMax: {} } })).toEqual([
      'parameters.system.refundMax',
    ]);
    expect(pathsWith({ system: { refundsByIncident: false, refundMax: {}, dailyMax: {} } })).toEqual([]);
  });
});

describe('the calendar', () => {
  const calendarPaths = (more: Partial<typeof calendar>): string[] =>
    pathsWith({ calendar: { ...calendar, ...more } }).map((path) => path.replace('parameters.calendar', ''));

  test.each(['Mars/Olympus', '', '+08:00', 'UTC+8'])('T2: %p is no time zone', (timeZone) => {
    expect(calendarPaths({ timeZone })).toEqual(['.timeZone']);
  });

  test('T2: a weekend is of different weekdays, and leaves business days', () => {
    expect(calendarPaths({ weekend: [] })).toEqual([]);
    expect(calendarPaths({ weekend: [7, 7] })).toEqual(['.weekend']);
    expect(calendarPaths({ weekend: [0] })).toEqual(['.weekend']);
    expect(calendarPaths({ weekend: [1, 2, 3, 4, 5, 6, 7] })).toEqual(['.weekend']);
  });

  test('T2: holidays are dates within the years that are known', () => {
    expect(calendarPaths({ holidays: ['2026-01-01', '2028-12-31'] })).toEqual([]);
    expect(calendarPaths({ holidays: ['2025-12-31', '2029-01-01'] })).toEqual(['.holidays.0', '.holidays.1']);
    expect(calendarPaths({ holidays: ['2026-02-29', '2026-1-1', 'soon', '2026-13-01'] })).toEqual(
      ['0', '1', '2', '3'].map((index) => `.holidays.${index}`),
    );
    expect(calendarPaths({ holidays: ['2026-01-01', '2026-01-01'] })).toEqual(['.holidays']);
    expect(calendarPaths({ holidaysFrom: ' ' })).toEqual(['.holidaysFrom']);
  });

  test('T2: years run forwards, and no year has more than forty holidays', () => {
    expect(calendarPaths({ firstYear: 2027, lastYear: 2026, holidays: [] })).toEqual(['.lastYear']);
    expect(calendarPaths({ firstYear: 2026.5, holidays: [] })).toEqual(['']);
    const days = (count: number) =>
      Array.from({ length: count }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10));
    expect(calendarPaths({ lastYear: 2026, holidays: days(40) })).toEqual([]);
    expect(calendarPaths({ lastYear: 2026, holidays: days(41) })).toEqual(['.holidays']);
    // Nor where the years beside it have none: it could be without a business day.
    expect(calendarPaths({ lastYear: 2041, holidays: days(41) })).toEqual(['.holidays']);
  });
});
