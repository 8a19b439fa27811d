/** The switch that stops all payouts at once: who, when and why, and who released it. Rows are kept for ever. */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { SubjectId } from '../domain/ids.ts';
import { type Queryable, type Transaction, violatedConstraint } from './database.ts';
import { id, instant, readRow } from './row.ts';

const stopSchema = z.object({ ground: z.string(), stopped_by: id<SubjectId>(), stopped_at: instant });

export type PayoutStop = z.output<typeof stopSchema>;

/** The stop in force, if any. */
export async function readStop(db: Queryable): Promise<PayoutStop | null> {
  const row: unknown = await db('payout_stops').whereNull('resumed_at').first();
  return row === undefined ? null : readRow('payout stop', stopSchema, row);
}

export async function stopPayouts(
  trx: Transaction,
  given: { by: SubjectId; ground: string; at: Date },
): Promise<Refusal | null> {
  try {
    await trx.transaction((inner) =>
      inner('payout_stops').insert({ ground: given.ground, stopped_by: given.by, stopped_at: given.at }),
    );
    return null;
  } catch (fault) {
    if (violatedConstraint(fault) === 'payout_stops_one_at_a_time') return refuse('payouts-stopped');
    throw fault;
  }
}

export async function resumePayouts(trx: Transaction, given: { by: SubjectId; at: Date }): Promise<Refusal | null> {
  const resumed = await trx('payout_stops')
    .whereNull('resumed_at')
    .update({ resumed_by: given.by, resumed_at: given.at });
  return resumed === 0 ? refuse('payouts-not-stopped') : null;
}
