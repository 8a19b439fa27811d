/** How a storm is told: its figures, each in a line, and by name whatever is not well. */

import { railNames } from '../domain/rail.ts';
import type { StormReport } from './storm-run.ts';

const namedMax = 20;

export function tellStorm(report: StormReport): string {
  const { payouts, injected, troubles, paidTwice, lost, inLimbo, violations } = report;
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(0)} s`;
  const byRail = railNames.flatMap((rail) => (payouts[rail] === undefined ? [] : [[rail, payouts[rail]] as const]));
  const lines: readonly (readonly [string, string])[] = [
    ['seed', String(report.seed)],
    ['payouts', `${sum(payouts)} of ${report.orders} tickets: ${listed(Object.fromEntries(byRail))}`],
    ['faults injected', `${sum(injected)}: ${listed(injected)}`],
    ['paid twice', String(paidTwice.length)],
    ['lost', String(lost.length)],
    ['in limbo', String(inLimbo.length)],
    ['value proven', `${(report.provenBasisPoints / 100).toFixed(report.provenBasisPoints % 100 === 0 ? 0 : 2)} %`],
    ['the auditor', violations.length === 0 ? 'found nothing wrong' : `found ${violations.length} faults`],
    ['said no meanwhile', sum(troubles) === 0 ? 'nothing' : listed(troubles)],
    ['took', `${seconds(report.stormMs)} of storm, ${seconds(report.restMs)} until all was at rest`],
  ];
  const wrong = [
    ...paidTwice.map((ref) => `paid twice: ${ref}`),
    ...lost.map((ref) => `lost: ${ref}`),
    ...inLimbo.map((ticket) => `in limbo: ${ticket}`),
    ...violations.map(({ invariant, about, what }) => `${invariant} ${about} ${what}`),
  ];
  return [
    '',
    ...lines.map(([name, figure]) => `  ${name.padEnd(18)} ${figure}`),
    ...wrong.slice(0, namedMax).map((line) => `  ✕ ${line}`),
    ...(wrong.length > namedMax ? [`  … and ${wrong.length - namedMax} more`] : []),
  ].join('\n');
}
