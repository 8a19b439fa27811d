/** What a step costs in statements, told with the events that it wrote, and what the steps of money are counted on. */

import type { Database } from '../../db/database.ts';
import type { Refusal } from '../../domain/errors.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';
import { nameOf } from '../workflows/counted-steps.ts';
import { aDecidedClaim, aMessage, aPerson, approve, aTender, type BuiltClaim, granted, noon } from './builders.ts';
import { statementsOf } from './statements.ts';

export const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

/** Begin, commit, session and savepoints do not count. */
export async function costOf(db: Database, step: () => Promise<object | string | Refusal>): Promise<string> {
  const statements = await statementsOf(db, async () => granted(await step()));
  return `${nameOf(statements)}: ${statements.length}`;
}

/** A claim for all of an order, that gave as many payouts as the order has tenders; finance has released them. */
export async function aReleasedClaim(db: Database, tenders: number): Promise<BuiltClaim> {
  const minor = 1999n;
  const given = Array.from({ length: tenders }, () => aTender(minor));
  const claim = await aDecidedClaim(db, minor * BigInt(tenders), given);
  for (const { id } of claim.payouts) await approve(db, claim.ticketId, id, await aPerson(db, 'finance'));
  return claim;
}

/** A message of somebody of that role. */
export const from = async (db: Database, role: Role, ticketId: TicketId, operation: string, body: object = {}) =>
  aMessage(db, ticketId, { id: await aPerson(db, role), role }, operation, body);
