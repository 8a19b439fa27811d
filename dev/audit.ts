/**
 * The auditor: whether what must always hold does hold, for all tickets at once. Believes nothing that the desk says of
 * itself: it reads Postgres, the sandboxes' own books and the mails, and never changes anything.
 */

import { type AuditSources, type Facts, gatherFacts, type Violation } from './audit-facts.ts';
import { checkMails } from './audit-mails.ts';
import { checkLedger, checkPayouts } from './audit-money.ts';
import { checkRemedies } from './audit-shop.ts';
import { checkKept, checkPaths } from './audit-tickets.ts';

export const judge = (facts: Facts): Violation[] => [
  ...checkPayouts(facts),
  ...checkLedger(facts),
  ...checkRemedies(facts),
  ...checkPaths(facts),
  ...checkKept(facts),
  ...checkMails(facts),
];

/** All that is wrong; empty where nothing is. To be asked when the desk has come to rest. */
export async function audit(sources: AuditSources): Promise<Violation[]> {
  return judge(await gatherFacts(sources));
}
