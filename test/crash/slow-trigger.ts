/** Holds up one transaction of the desk at a chosen row, so that a kill surely falls between its begin and its commit. */

import type { CrashDesk } from './crash-desk.ts';

interface HeldRow {
  readonly table: 'inputs' | 'payouts';
  /** A condition on `new`. */
  readonly when: string;
  readonly seconds: number;
}

/**
 * The trigger acts once, however often the transaction is tried again, since a sequence does not roll back; a server that
 * is killed meanwhile may forget that and act once more.
 */
export async function holdUp(desk: CrashDesk, { table, when, seconds }: HeldRow): Promise<void> {
  const name = `hold_${Math.random().toString(36).slice(2)}`;
  await desk.core.db.raw(`
    create sequence ${name};
    create function ${name}() returns trigger language plpgsql as $$
    begin
      if nextval('${name}') = 1 then perform pg_sleep(${seconds}); end if;
      return null;
    end $$;
    create trigger ${name} after update on ${table} for each row when (${when}) execute function ${name}();
  `);
}
