/**
 * Policy versions: posted one after another, never changed, and found by the instant for which they hold (RP-6.1). What
 * is posted is checked here as well as at the door, under a lock that lets one post at a time.
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { PolicyVersionId, SubjectId } from '../domain/ids.ts';
import { type PolicyDocument, type PolicyVersion, policyLanguages, refundClauseIds } from '../domain/policy.ts';
import { policyProblems } from '../domain/policy-check.ts';
import { type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable, Transaction } from './database.ts';
import { id, instant, readRow, readRows } from './row.ts';

/** Its form was proved by the contract before it was kept; here only that it is such a document at all. */
const isDocument = (value: unknown): value is PolicyDocument =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === 1;

const versionSchema = z.object({
  id: id<PolicyVersionId>(),
  number: z.number().int(),
  effective_at: instant,
  posted_at: instant,
  document: z.custom<PolicyDocument>(isDocument),
});

type VersionRow = z.output<typeof versionSchema>;

const viewOf = (row: VersionRow) => ({
  id: row.id,
  number: row.number,
  effectiveAt: row.effective_at,
  postedAt: row.posted_at,
  document: row.document,
});

export type PolicyVersionView = ReturnType<typeof viewOf>;

/** As the engine judges by it. */
const versionOf = (row: VersionRow): PolicyVersion => ({
  id: row.id,
  number: row.number,
  effectiveAt: row.effective_at.toISOString(),
  document: row.document,
});

const readVersion = (row: unknown): PolicyVersion | null =>
  row === undefined ? null : versionOf(readRow('policy version', versionSchema, row));

/** The version that holds at an instant, or `null` before an installation's first. */
export async function versionInForce(db: Queryable, at: Date): Promise<PolicyVersion | null> {
  return readVersion(await newest(db).where('effective_at', '<=', at));
}

/** Its id, within another statement: what is asked for at an instant is judged by it for good. */
export const versionIdInForce = (db: Queryable, at: Date) =>
  db('policy_versions').where('effective_at', '<=', at).orderBy('number', 'desc').limit(1).select('id');

export async function readPolicyVersion(db: Queryable, versionId: PolicyVersionId): Promise<PolicyVersion | null> {
  return readVersion(await db('policy_versions').where({ id: versionId }).first());
}

/** By id, for as many as there are. */
export async function readPolicyVersions(
  db: Queryable,
  versionIds: readonly PolicyVersionId[],
): Promise<Map<PolicyVersionId, PolicyVersion>> {
  const rows: unknown[] = await db('policy_versions').whereIn('id', [...versionIds]);
  const found = readRows('policy version', versionSchema, rows);
  return new Map(found.map((row) => [row.id, versionOf(row)]));
}

const newest = (db: Queryable) => db('policy_versions').orderBy('number', 'desc').first();

const byNumber = z.tuple([z.string().regex(/^[1-9]\d{0,8}$/)]);

/** A page of versions, newest first: one statement. */
export async function listPolicyVersions(db: Queryable, page: Page): Promise<PageOf<PolicyVersionView> | Refusal> {
  const after = readCursor(byNumber, page.cursor);
  if (isRefusal(after)) return after;
  const query = db('policy_versions')
    .orderBy('number', 'desc')
    .limit(page.limit + 1);
  if (after) void query.where('number', '<', Number(after[0]));
  const rows: unknown[] = await query;
  return pageOf(
    readRows('policy version', versionSchema, rows),
    page.limit,
    (row) => [String(row.number)],
    (row) => viewOf(row),
  );
}

export interface NewPolicyVersion {
  readonly effectiveAt: Date;
  readonly document: PolicyDocument;
  /** `null` where an operator posts it with the installation. */
  readonly by: SubjectId | null;
  /** By the desk's clock, which tells what is past. */
  readonly at: Date;
}

/** Posts the next version; refused where it cannot follow the newest, or leaves out what open tickets stand on. */
export async function postPolicyVersion(
  trx: Transaction,
  given: NewPolicyVersion,
): Promise<PolicyVersionView | Refusal> {
  // One post at a time, while whoever reads, or names a version, goes on.
  await trx.raw('lock table policy_versions in share row exclusive mode');
  const row: unknown = await newest(trx);
  const before = row === undefined ? null : readRow('policy version', versionSchema, row);
  const refusal = before && ((await leftOut(trx, before, given.document)) ?? outOfOrder(before, given));
  if (refusal) return refusal;
  const problems = policyProblems(given.document);
  if (problems[0]) return refuse('policy-contradicts', { contradictions: problems.length, first: problems[0].path });
  const rows: unknown[] = await trx('policy_versions')
    .insert({
      number: (before?.number ?? 0) + 1,
      effective_at: given.effectiveAt,
      posted_at: given.at,
      posted_by: given.by,
      document: JSON.stringify(given.document),
    })
    .returning('*');
  return viewOf(readRow('policy version', versionSchema, rows[0]));
}

function outOfOrder(before: VersionRow, { effectiveAt, at }: NewPolicyVersion): Refusal | null {
  if (effectiveAt < at) return refuse('policy-in-past', { now: at.toISOString() });
  if (effectiveAt <= before.effective_at)
    return refuse('policy-order', { newest: before.number, effectiveAt: before.effective_at.toISOString() });
  return null;
}

/** Asks what open tickets stand on only where the document leaves something out, which it hardly ever does. */
async function leftOut(trx: Transaction, before: VersionRow, document: PolicyDocument): Promise<Refusal | null> {
  const clauses = refundClauseIds.filter((clause) =>
    policyLanguages.some((language) => document.texts[language][clause].trim() === ''),
  );
  const kinds = Object.keys(before.document.parameters.plans).filter(
    (kind) => !Object.hasOwn(document.parameters.plans, kind),
  );
  const clause = clauses.length === 0 ? undefined : (await mostUsed(trx, standingOnClauses, clauses))[0];
  if (clause) return refuse('policy-clause-in-use', { clause: clause.name, tickets: clause.tickets });
  const kind = kinds.length === 0 ? undefined : (await mostUsed(trx, standingOnKinds, kinds))[0];
  return kind ? refuse('policy-clause-in-use', { planKind: kind.name, tickets: kind.tickets }) : null;
}

const usedSchema = z.object({ name: z.string(), tickets: z.number().int() });

async function mostUsed(trx: Transaction, query: string, names: readonly string[]) {
  const { rows } = await trx.raw<{ rows: unknown[] }>(query, [[...names]]);
  return readRows('use of a policy', usedSchema, rows);
}

/** A ticket stands on the clauses that its newest assessment applied, and on those that its decisions named. */
const standingOnClauses = `
  with standing as (
    select tickets.id, finding ->> 'clause' as name
    from tickets
      cross join lateral (select result from assessments where ticket_id = tickets.id order by number desc limit 1) as newest
      cross join lateral jsonb_array_elements(newest.result -> 'findings') as finding
    where phase <> 'closed' and finding ->> 'verdict' <> 'not_applicable'
    union select tickets.id, unnest(clauses) from tickets join decisions on ticket_id = tickets.id where phase <> 'closed'
  )
  select name, count(*)::integer as tickets from standing where name = any (?) group by name order by 2 desc, 1 limit 1`;

const standingOnKinds = `
  select plan_kind as name, count(*)::integer as tickets
  from tickets join orders on orders.id = tickets.order_id
  where phase <> 'closed' and plan_kind = any (?) group by plan_kind order by 2 desc, 1 limit 1`;
