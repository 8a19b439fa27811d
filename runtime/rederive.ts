/**
 * Derives a ticket's assessments again from what is stored, and tells of each whether it comes out byte for byte the
 * same. Needs the database alone, and changes nothing; exits with 1 where one differs, with 2 where it cannot tell, as of
 * one that another engine made: that engine is the code of its time.
 */

import { findTicketId, type Rederived, rederive } from '../db/assessments.ts';
import { openDatabase } from '../db/database.ts';
import { engineVersion } from '../domain/assessment.ts';
import { databaseUrl } from './database-url.ts';
import { runMain } from './main.ts';

const words = { same: 'same', differs: 'DIFFERS', other_engine: 'other engine' } as const;

const lineOf = (kept: Rederived): string =>
  [
    `#${kept.number}`,
    kept.occasion.padEnd(9),
    kept.at.toISOString(),
    `policy ${kept.versionNumber}`,
    `engine ${kept.engine}`,
    words[kept.standing],
  ].join('  ');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(ticket: string): Promise<number> {
  const db = openDatabase({ url: databaseUrl(), max: 1 });
  try {
    const ticketId = await findTicketId(db, ticket);
    if (ticketId === null) {
      process.stderr.write(`There is no ticket ${ticket}.\n`);
      return 2;
    }
    const kept = await rederive(db, ticketId);
    for (const assessment of kept) say(lineOf(assessment));
    const differing = kept.filter(({ standing }) => standing === 'differs').length;
    const others = kept.filter(({ standing }) => standing === 'other_engine').length;
    say(
      `${kept.length} assessment(s) by engine ${engineVersion}: ${kept.length - differing - others} the same, ` +
        `${differing} differing, ${others} of another engine. Their facts hold no personal data, so none was erased.`,
    );
    if (differing > 0) return 1;
    return others > 0 ? 2 : 0;
  } finally {
    await db.destroy();
  }
}

await runMain('rederive', async () => {
  const [ticket, ...more] = process.argv.slice(2);
  if (ticket !== undefined && more.length === 0) process.exitCode = await main(ticket);
  else {
    process.stderr.write('usage: npm run rederive -- TICKET, as RD-1001 or by its id\n');
    process.exitCode = 2;
  }
});
