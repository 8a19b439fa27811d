/** The codes by which a person proved themselves at a release: each counts once, and wrong ones lock for a while. */

import { z } from 'zod';
import type { SubjectId } from '../domain/ids.ts';
import type { Queryable, Transaction } from './database.ts';
import { instant, readRow } from './row.ts';

const failuresMax = 5;
const lockedMs = 15 * 60_000;

const usesSchema = z.object({ failures: z.number().int(), failed_at: instant.nullable() });

/** Five wrong codes in a row close the way for a quarter of an hour, so that none is found by trying. */
export async function isSecondFactorLocked(db: Queryable, personId: SubjectId, at: Date): Promise<boolean> {
  const row: unknown = await db('second_factor_uses').where({ person_id: personId }).first('failures', 'failed_at');
  if (row === undefined) return false;
  const { failures, failed_at } = readRow('uses of a second factor', usesSchema, row);
  return failures >= failuresMax && failed_at !== null && at.getTime() - failed_at.getTime() < lockedMs;
}

/** Those that were shown at once with the one that closed the way count as well: only time opens it again. */
export async function noteWrongCode(db: Queryable, personId: SubjectId, at: Date): Promise<void> {
  await db.raw(
    `insert into second_factor_uses (person_id, failures, failed_at) values (:person, 1, :at)
     on conflict (person_id) do update set failed_at = :at,
       failures = case when second_factor_uses.failures >= :max and second_factor_uses.failed_at <= :over then 1
         else second_factor_uses.failures + 1 end`,
    { person: personId, at, max: failuresMax, over: new Date(at.getTime() - lockedMs) },
  );
}

/** Whether the code of this counter is newer than any that was taken; of two who show it at once, one is. */
export async function takeCode(trx: Transaction, personId: SubjectId, counter: bigint): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into second_factor_uses (person_id, last_counter) values (:person, :counter)
     on conflict (person_id) do update set last_counter = excluded.last_counter, failures = 0, failed_at = null
       where second_factor_uses.last_counter < excluded.last_counter
     returning person_id`,
    { person: personId, counter: counter.toString() },
  );
  return rows.length === 1;
}
