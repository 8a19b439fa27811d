/** Payouts in any state, of any age, rail and currency, for what the finance board makes of them. */

import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import type { Currency } from '../../domain/money.ts';
import { frees, leftUs, type PayoutState, payoutKey } from '../../domain/payout.ts';
import type { RailName } from '../../domain/rail.ts';
import { aGrant, aGround, type Ground } from './payout-rows.ts';

export interface BoardRow {
  readonly state: PayoutState;
  readonly rail?: RailName;
  readonly currency?: Currency;
  readonly minor?: bigint;
  readonly reason?: string | null;
  readonly since: Date;
  readonly createdAt?: Date;
  readonly providerRef?: string;
  readonly bankRef?: string;
}

export interface Board {
  readonly ground: Ground;
  /** Adds rows, and answers with their ids in the same order. */
  add(rows: readonly BoardRow[]): Promise<string[]>;
}

/** All of one ticket and order, which the schema would not let be: its triggers and foreign keys rest while they are written. */
export async function aBoard(db: Database): Promise<Board> {
  const ground = await aGround(db, 1000n);
  const grantId = await aGrant(db, ground, 100n);
  let payoutNo = 0;
  const columnsOf = (row: BoardRow) => {
    payoutNo += 1;
    const { rail = 'card', state, since } = row;
    const went = leftUs(state) || state === 'failed' || state === 'returned';
    const reason = row.reason ?? (frees(state) || state === 'unknown' ? 'a reason' : null);
    return {
      ticket_id: ground.ticketId,
      order_id: ground.order.id,
      grant_id: grantId,
      tender_id: randomUUID(),
      payout_no: payoutNo,
      key: payoutKey(ground.order.id, payoutNo),
      method: rail === 'manual' ? 'crypto' : rail,
      rail,
      amount_minor: (row.minor ?? 100n).toString(),
      currency: row.currency ?? 'USD',
      state,
      decided_by: ground.deciderId,
      ...(state === 'granted' || state === 'cancelled'
        ? {}
        : { approval: 'finance', approved_by: ground.approverId, approved_at: since }),
      ...(went ? { sending_at: since, provider_ref: row.providerRef ?? `re_${randomUUID()}` } : {}),
      ...(state === 'settled' || state === 'returned' ? { settled_at: since } : {}),
      ...(frees(state) ? { ended_at: since } : {}),
      bank_ref: row.bankRef ?? null,
      reason,
      created_at: row.createdAt ?? since,
      updated_at: since,
      state_since: since,
      attention: db.raw('payout_attention(?, ?)', [state, reason]),
      attention_since: db.raw('case when payout_attention(?, ?) is not null then ?::timestamptz end', [
        state,
        reason,
        since,
      ]),
    };
  };
  return {
    ground,
    add: (rows) =>
      db.transaction(async (trx) => {
        await trx.raw('set local session_replication_role = replica');
        const made: { id: string }[] =
          rows.length === 0 ? [] : await trx('payouts').insert(rows.map(columnsOf)).returning('id');
        return made.map(({ id }) => id);
      }),
  };
}
