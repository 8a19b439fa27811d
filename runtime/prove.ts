/**
 * Proves the books: prints what each account holds and every difference between the ledger and what stands beside it, and
 * whether it agrees with what the providers report, as of when.
 * Needs the database alone, and changes nothing; exits with 1 where there is a difference.
 */

import { openDatabase } from '../db/database.ts';
import { readBalances } from '../db/ledger.ts';
import { type LedgerDifference, proveBooks } from '../db/ledger-proof.ts';
import type { ProviderReading } from '../db/provider-totals.ts';
import { type Currency, formatMoney, money } from '../domain/money.ts';
import { databaseUrl } from './database-url.ts';
import { runMain } from './main.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const inWords = (minor: bigint, currency: Currency | null): string =>
  currency === null ? minor.toString() : formatMoney(money(minor, currency));

const lineOf = ({ what, orderRef, about, account, currency, expected, booked }: LedgerDifference): string =>
  [
    `DIFFERS  ${what}`,
    ...(orderRef === null ? [] : [`order ${orderRef}`]),
    about,
    ...(account === null ? [] : [account]),
    `booked ${inWords(booked, currency)}, expected ${inWords(expected, currency)}`,
  ].join('  ');

/** What is said of each rail that money has left by: nothing is said to agree that was not read. */
function readingLines(readings: readonly ProviderReading[], differences: readonly LedgerDifference[]): string[] {
  const differs = differences.some(({ what }) => what === 'provider');
  return readings.map(({ rail, asOf, payouts, unread, byWord, problem }) => {
    const closed = problem === null ? '' : ` Its list cannot be compared now: ${problem}.`;
    if (asOf === null)
      return `${rail}: its provider’s list was never read, ${payouts} payout(s) are unproven.${closed}`;
    const said = differs ? 'was compared with' : 'agrees with';
    const rest = [
      ...(unread === 0 ? [] : [`${unread} since moved or never read`]),
      ...(byWord === 0 ? [] : [`${byWord} by a person’s word alone`]),
    ];
    const beside = rest.length === 0 ? '' : ` (${rest.join(', ')})`;
    return `${rail}: ${said} what its provider reports, as of ${asOf.toISOString()}, ${payouts - unread} of ${payouts} payout(s)${beside}.${closed}`;
  });
}

async function main(): Promise<number> {
  const db = openDatabase({ url: databaseUrl(), max: 1 });
  try {
    const { differences, readings } = await proveBooks(db);
    for (const { account, standing, minor, currency } of await readBalances(db))
      say(`${account.padEnd(24)}${standing.padEnd(9)}${formatMoney(money(minor, currency)).padStart(24)}`);
    for (const difference of differences) say(lineOf(difference));
    for (const line of readingLines(readings, differences)) say(line);
    say(
      differences.length === 0
        ? 'The books balance, and orders, payouts, disputes and credit notes follow from them.'
        : `${differences.length} difference(s).`,
    );
    return differences.length === 0 ? 0 : 1;
  } finally {
    await db.destroy();
  }
}

await runMain('prove', async () => {
  process.exitCode = await main();
});
