/**
 * Proves the books: prints what each account holds and every difference between the ledger and what stands beside it.
 * Needs the database alone, and changes nothing; exits with 1 where there is a difference.
 */

import { openDatabase } from '../db/database.ts';
import { readBalances } from '../db/ledger.ts';
import { type LedgerDifference, proveLedger } from '../db/ledger-proof.ts';
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

async function main(): Promise<number> {
  const db = openDatabase({ url: databaseUrl(), max: 1 });
  try {
    const differences = await proveLedger(db);
    for (const { account, standing, minor, currency } of await readBalances(db))
      say(`${account.padEnd(24)}${standing.padEnd(9)}${formatMoney(money(minor, currency)).padStart(24)}`);
    for (const difference of differences) say(lineOf(difference));
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
