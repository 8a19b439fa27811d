/**
 * What contradicts itself in a policy document: each problem with the path to what is wrong, so that a draft is refused
 * with all its reasons at once. Pure; the shape alone is the wire's to check.
 */

import { clauseIds } from './clauses.ts';
import { policyDaysMax } from './limits.ts';
import { materials } from './materials.ts';
import { isCurrency } from './money.ts';
import {
  faultKinds,
  type LimitPerCurrency,
  type PlanRule,
  type PolicyCalendar,
  type PolicyDocument,
  type PolicyParameters,
  policyLanguages,
} from './policy.ts';
import { tenderMethods } from './rail.ts';

export interface PolicyProblem {
  /** Into the document, e.g. `parameters.calendar.timeZone`. */
  readonly path: string;
  readonly problem: string;
}

const problem = (path: string, text: string): PolicyProblem => ({ path, problem: text });

const unless = (holds: boolean, path: string, text: string): PolicyProblem[] => (holds ? [] : [problem(path, text)]);

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const holidaysPerYearMax = 40;
const basisPointsWhole = 10_000;
const methodClassOf = { crypto: 'crypto', store_balance: 'store_balance', promotional_credit: 'never' } as const;

export const policyProblems = (document: PolicyDocument): readonly PolicyProblem[] => [
  ...sellerProblems(document),
  ...textProblems(document),
  ...dayProblems(document.parameters),
  ...waitingProblems(document.parameters),
  ...Object.entries(document.parameters.plans).flatMap(([kind, rule]) => planProblems(kind, rule)),
  ...unless(Object.keys(document.parameters.plans).length > 0, 'parameters.plans', 'lists no kind of plan'),
  ...methodProblems(document.parameters),
  ...materialProblems(document.parameters),
  ...limitProblems(document.parameters),
  ...calendarProblems(document.parameters.calendar),
];

const sellerProblems = ({ seller }: PolicyDocument): PolicyProblem[] => [
  ...unless(seller.name.trim() !== '', 'seller.name', 'is empty'),
  ...unless(seller.contact.trim() !== '', 'seller.contact', 'is empty, so nobody could be reached (RP-7.1)'),
  ...policyLanguages.flatMap((language) =>
    unless(
      Boolean(seller.resellerAdvice[language]?.trim()),
      `seller.resellerAdvice.${language}`,
      'is missing (RP-1.1)',
    ),
  ),
];

const textProblems = ({ texts }: PolicyDocument): PolicyProblem[] =>
  policyLanguages.flatMap((language) =>
    clauseIds.flatMap((clause) => {
      if (!clause.startsWith('RP-')) return [];
      const text: unknown = Object.entries(texts[language] ?? {}).find(([id]) => id === clause)?.[1];
      return unless(typeof text === 'string' && text.trim() !== '', `texts.${language}.${clause}`, 'is missing');
    }),
  );

const isDays = (days: number): boolean => Number.isInteger(days) && days >= 1 && days <= policyDaysMax;

const dayProblems = ({ remediation, response, ...parameters }: PolicyParameters): PolicyProblem[] => {
  const days: Readonly<Record<string, number>> = {
    requestWindowDays: parameters.requestWindowDays,
    'remediation.days': remediation.days,
    'remediation.answerDays': remediation.answerDays,
    'response.remindAfterBusinessDays': response.remindAfterBusinessDays,
    'response.escalateAfterBusinessDays': response.escalateAfterBusinessDays,
    'response.dueAfterBusinessDays': response.dueAfterBusinessDays,
    'abuse.withinDays': parameters.abuse.withinDays,
    'compensation.claimDaysAfterIncident': parameters.compensation.claimDaysAfterIncident,
    'compensation.offerDays': parameters.compensation.offerDays,
    'waiting.lapseDays': parameters.waiting.lapseDays,
    'waiting.kycDays': parameters.waiting.kycDays,
    appealDays: parameters.appealDays,
  };
  return Object.entries(days).flatMap(([path, value]) =>
    unless(isDays(value), `parameters.${path}`, `must be whole days from 1 to ${policyDaysMax}`),
  );
};

/** Each warning comes before what it warns of. */
const waitingProblems = ({ remediation, response, abuse, waiting }: PolicyParameters): PolicyProblem[] => [
  ...unless(
    response.remindAfterBusinessDays <= response.escalateAfterBusinessDays,
    'parameters.response.remindAfterBusinessDays',
    'comes after the escalation',
  ),
  ...unless(
    response.escalateAfterBusinessDays < response.dueAfterBusinessDays,
    'parameters.response.escalateAfterBusinessDays',
    'does not come before the answer is due',
  ),
  ...unless(
    remediation.answerDays <= remediation.days,
    'parameters.remediation.answerDays',
    'is longer than the remediation itself',
  ),
  ...unless(
    Number.isInteger(abuse.refundsMax) && abuse.refundsMax >= 1,
    'parameters.abuse.refundsMax',
    'must be a whole number of at least 1',
  ),
  ...waiting.reminderDays.flatMap((days, index) => {
    const path = `parameters.waiting.reminderDays.${index}`;
    if (!isDays(days)) return [problem(path, `must be whole days from 1 to ${policyDaysMax}`)];
    return [
      ...unless(days < waiting.lapseDays, path, 'does not come before the lapse'),
      ...unless(
        index === 0 || days > (waiting.reminderDays[index - 1] ?? 0),
        path,
        'does not come after the one before',
      ),
    ];
  }),
];

const isDigits = (text: string): boolean => /^\d{1,18}$/.test(text);

function planProblems(kind: string, { usageCaps, compensation }: PlanRule): PolicyProblem[] {
  const path = `parameters.plans.${kind}`;
  const measures = usageCaps.flatMap((cap) => (cap ? [cap.measure] : []));
  return [
    ...unless(/^[a-z][a-z0-9_]*$/.test(kind), path, 'is no code of a kind of plan'),
    ...unless(usageCaps.length === 2, `${path}.usageCaps`, 'must be two, each of them may be none (RP-2.5)'),
    ...unless(new Set(measures).size === measures.length, `${path}.usageCaps`, 'both measure the same'),
    ...unless(
      !(measures.includes('share') && compensation === 'period'),
      `${path}.usageCaps`,
      'caps a share of what the plan meters, but the plan is not metered',
    ),
    ...usageCaps.flatMap((cap, index) => {
      if (!cap) return [];
      if (cap.measure !== 'share') return unless(isDigits(cap.max), `${path}.usageCaps.${index}.max`, 'is not digits');
      const { basisPointsMax } = cap;
      const isShare = Number.isInteger(basisPointsMax) && basisPointsMax >= 0 && basisPointsMax <= basisPointsWhole;
      return unless(isShare, `${path}.usageCaps.${index}.basisPointsMax`, 'is not a share of the whole');
    }),
  ];
}

/** Every method has a class; what the classes mean leaves no choice for those that are not paid by a provider. */
const methodProblems = ({ methods, cryptoExceptions }: PolicyParameters): PolicyProblem[] => [
  ...tenderMethods.flatMap((method) => {
    const path = `parameters.methods.${method}`;
    const given = methods[method];
    if (!given) return [problem(path, 'has no class')];
    const demanded = method in methodClassOf ? methodClassOf[method as keyof typeof methodClassOf] : 'refundable';
    // Crypto has a class of its own for what the law demands (RP-2.2); calling it never would hide that.
    if (method === 'crypto') return unless(given === demanded, path, `can only be ${demanded}`);
    return unless(given === demanded || given === 'never', path, `can only be ${demanded} or never`);
  }),
  ...cryptoExceptions.flatMap(({ country, provision }, index) => {
    const path = `parameters.cryptoExceptions.${index}`;
    const isFirst = cryptoExceptions.findIndex((other) => other.country === country) === index;
    return [
      ...unless(/^[A-Z]{2}$/.test(country), `${path}.country`, 'is no country code of two capital letters'),
      ...unless(isFirst, `${path}.country`, 'stands there twice'),
      ...unless(provision.trim() !== '', `${path}.provision`, 'names no provision of law'),
    ];
  }),
];

const materialProblems = ({ materials: byFault }: PolicyParameters): PolicyProblem[] =>
  faultKinds.flatMap((fault) => {
    const path = `parameters.materials.${fault}`;
    const asked = byFault[fault];
    if (!asked) return [problem(path, 'is missing')];
    return [
      ...unless(
        asked.every((material) => materials.includes(material)),
        path,
        'asks for what the desk does not know',
      ),
      ...unless(asked.includes('description'), path, 'does not ask for a description (RP-4.1)'),
    ];
  });

const limitProblems = ({ limits, system }: PolicyParameters): PolicyProblem[] => {
  const groups: Readonly<Record<string, LimitPerCurrency>> = {
    'limits.payoutWithoutApproval': limits.payoutWithoutApproval,
    'limits.goodwill': limits.goodwill,
    'system.refundMax': system.refundMax,
    'system.dailyMax': system.dailyMax,
  };
  return [
    ...Object.entries(groups).flatMap(([name, group]) =>
      Object.entries(group).flatMap(([currency, minor]) => [
        ...unless(isCurrency(currency), `parameters.${name}.${currency}`, 'is no currency that the desk knows'),
        ...unless(isDigits(minor), `parameters.${name}.${currency}`, 'is not digits'),
      ]),
    ),
    ...Object.entries(system.refundMax).flatMap(([currency, minor]) => {
      const daily = isCurrency(currency) ? system.dailyMax[currency] : undefined;
      const fits = daily === undefined || !isDigits(daily) || !isDigits(minor) || BigInt(minor) <= BigInt(daily);
      return [
        ...unless(
          daily !== undefined,
          `parameters.system.dailyMax.${currency}`,
          'is missing, though refunds are capped',
        ),
        ...unless(fits, `parameters.system.refundMax.${currency}`, 'is more than a whole day may give'),
      ];
    }),
    ...unless(
      !system.refundsByIncident || Object.keys(system.refundMax).length > 0,
      'parameters.system.refundMax',
      'is empty, though the desk may refund alone',
    ),
  ];
};

function isTimeZone(timeZone: string): boolean {
  try {
    // An offset would be taken for a zone by some runtimes, but knows nothing of summer time.
    return /^[A-Za-z]/.test(timeZone) && new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().slice(0, 10) === text;

function calendarProblems(calendar: PolicyCalendar): PolicyProblem[] {
  const { timeZone, weekend, holidays, holidaysFrom, firstYear, lastYear } = calendar;
  const path = 'parameters.calendar';
  const perYear = new Map<string, number>();
  for (const date of holidays) perYear.set(date.slice(0, 4), (perYear.get(date.slice(0, 4)) ?? 0) + 1);
  return [
    ...unless(isTimeZone(timeZone), `${path}.timeZone`, 'is no time zone'),
    ...unless(
      weekend.every((day) => weekdays.includes(day)) && new Set(weekend).size === weekend.length,
      `${path}.weekend`,
      'is not a list of different weekdays from 1 to 7',
    ),
    ...unless(new Set(weekend).size < weekdays.length, `${path}.weekend`, 'leaves no business day'),
    ...unless(Number.isInteger(firstYear) && Number.isInteger(lastYear), path, 'has years that are no whole numbers'),
    ...unless(firstYear <= lastYear, `${path}.lastYear`, 'comes before the first'),
    ...unless(holidaysFrom.trim() !== '', `${path}.holidaysFrom`, 'does not say where the dates were taken from'),
    ...unless(
      new Set(holidays).size === holidays.length && Math.max(0, ...perYear.values()) <= holidaysPerYearMax,
      `${path}.holidays`,
      `holds a date twice, or more than ${holidaysPerYearMax} of one year`,
    ),
    ...holidays.flatMap((date, index) => {
      if (!isDate(date)) return [problem(`${path}.holidays.${index}`, 'is no date')];
      const year = Number(date.slice(0, 4));
      const isWithin = firstYear <= year && year <= lastYear;
      return unless(isWithin, `${path}.holidays.${index}`, 'lies outside the years that are known');
    }),
  ];
}
