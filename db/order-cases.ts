/** Orders as cases, judged as if each were asked for now: what a wave of offers and its reckoning start from. */

import { z } from 'zod';
import type { CaseFacts, IncidentFact } from '../domain/facts.ts';
import type { AccountId, OrderId, PolicyVersionId, SubjectId, TicketId } from '../domain/ids.ts';
import type { PolicyVersion } from '../domain/policy.ts';
import { tenderMethods } from '../domain/rail.ts';
import { factsOf } from './case-facts.ts';
import { orderCasesQuery } from './case-query.ts';
import { caseSchema } from './case-row.ts';
import { asReached, type TicketCase } from './cases.ts';
import type { Queryable } from './database.ts';
import { readPolicyVersions } from './policy-versions.ts';
import { id, readRows } from './row.ts';

const versionId = id<PolicyVersionId>().nullable();

const orderCaseSchema = z.object({
  /** Of the ticket that it would get. */
  ticketId: id<TicketId>(),
  orderId: id<OrderId>(),
  accountId: id<AccountId>(),
  subjectId: id<SubjectId>(),
  method: z.enum(tenderMethods),
  /** Its plan was ended, or its time is over. */
  isEnded: z.boolean(),
  facts: caseSchema.extend({ version: versionId, purchaseVersion: versionId }),
});

export interface OrderCase extends Omit<z.output<typeof orderCaseSchema>, 'facts'> {
  readonly kase: TicketCase;
}

export interface AskedFor {
  readonly orderIds: readonly OrderId[];
  /** What the ticket would say. */
  readonly description: string;
  readonly at: Date;
}

/** Two statements, however many orders. Those of a time when no policy was in force are left out. */
export async function readOrderCases(db: Queryable, { orderIds, description, at }: AskedFor): Promise<OrderCase[]> {
  if (orderIds.length === 0) return [];
  const bindings = { orders: [...orderIds], fault: 'unreachable', description, at };
  const { rows } = await db.raw<{ rows: unknown[] }>(orderCasesQuery, bindings);
  const found = readRows('order case', orderCaseSchema, rows);
  const named = found.flatMap(({ facts }) => [facts.version ?? [], facts.purchaseVersion ?? []].flat());
  const versions = await readPolicyVersions(db, [...new Set(named)]);
  return found.flatMap(({ facts, ...order }) => {
    const kase = caseOf(facts, versions, at);
    return kase === null ? [] : [{ ...order, kase }];
  });
}

/** Nothing is asked of a customer who asked for nothing. */
function caseOf(
  row: z.output<typeof orderCaseSchema>['facts'],
  versions: ReadonlyMap<PolicyVersionId, PolicyVersion>,
  at: Date,
): TicketCase | null {
  const version = row.version && versions.get(row.version);
  if (!version) return null;
  const purchaseVersion = (row.purchaseVersion && versions.get(row.purchaseVersion)) ?? null;
  const whole = { ...row, version, purchaseVersion };
  return asReached({ ...whole, facts: factsOf(whole, version) }, 'deciding', at);
}

const withFacts = (kase: TicketCase, facts: Partial<CaseFacts>): TicketCase => ({
  ...kase,
  facts: { ...kase.facts, ...facts },
});

/** As if the incident were confirmed and covered the order, whatever is known of it now. */
export const withIncident = (kase: TicketCase, incident: IncidentFact): TicketCase =>
  withFacts(kase, {
    incidents: [...kase.facts.incidents.filter(({ ref }) => ref !== incident.ref), incident],
  });

/** For a reckoning, and never for a promise: what no provider was asked for yet, as the shop reported it (R10). */
export function asReported(kase: TicketCase): { readonly kase: TicketCase; readonly isReported: boolean } {
  const { order } = kase.facts;
  const isReported = order.tenders.some(({ capturedMinor }) => capturedMinor === null);
  const tenders = order.tenders.map((tender) => ({
    ...tender,
    capturedMinor: tender.capturedMinor ?? tender.amountMinor,
  }));
  return { kase: withFacts(kase, { order: { ...order, tenders } }), isReported };
}
