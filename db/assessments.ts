/**
 * Assessments as they are kept: each with its facts and versions, never changed, and derived again on demand. The hash
 * stands over the canonical form, so that "the same" means byte for byte.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Assessment, type AssessmentOccasion, assessmentOccasions, engineVersion } from '../domain/assessment.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { assess } from '../domain/engine.ts';
import type { AssessmentInput, CaseFacts } from '../domain/facts.ts';
import { type AssessmentId, isUuid, type PolicyVersionId, type TicketId } from '../domain/ids.ts';
import type { PolicyVersion } from '../domain/policy.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { readPolicyVersions } from './policy-versions.ts';
import { id, instant, readRow, readRows } from './row.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const assessmentSchema = z.object({
  id: id<AssessmentId>(),
  ticket_id: id<TicketId>(),
  number: z.number().int(),
  at: instant,
  occasion: z.enum(assessmentOccasions),
  engine: z.number().int(),
  policy_version_id: id<PolicyVersionId>(),
  purchase_version_id: id<PolicyVersionId>().nullable(),
  facts: z.custom<CaseFacts>(isObject),
  result: z.custom<Assessment>(isObject),
  result_sha256: z.instanceof(Buffer),
});

export type AssessmentRow = z.output<typeof assessmentSchema>;

export interface NewAssessment {
  readonly ticketId: TicketId;
  readonly occasion: AssessmentOccasion;
  readonly input: AssessmentInput;
  readonly result: Assessment;
}

export const hashAssessment = (result: Assessment): Buffer =>
  createHash('sha256').update(canonicalJson(result)).digest();

/**
 * Keeps an assessment under the ticket's next number; the caller holds the ticket's row lock. Its instants must be as
 * the database hands them out again, since the result repeats them.
 */
export async function insertAssessment(trx: Transaction, given: NewAssessment): Promise<AssessmentRow> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(assessmentInsert, assessmentBindings(given));
  return readRow('assessment', assessmentSchema, rows[0]);
}

/** Also part of the statement that writes what was decided beside the assessment. */
export const assessmentInsert = `
  insert into assessments (ticket_id, number, at, occasion, engine, policy_version_id, purchase_version_id, facts, result, result_sha256)
  select :ticket::uuid, coalesce(max(number), 0) + 1, :assessedAt::timestamptz, :occasion, :engine::integer, :version::uuid,
    :purchaseVersion::uuid, :facts::jsonb, :result::jsonb, :resultHash::bytea
  from assessments where ticket_id = :ticket
  returning *`;

export function assessmentBindings({ ticketId, occasion, input, result }: NewAssessment) {
  const assessedAt = new Date(input.at);
  if (assessedAt.toISOString() !== input.at)
    throw new RangeError('an assessment’s instant is RFC 3339 with milliseconds');
  return {
    ticket: ticketId,
    assessedAt,
    occasion,
    engine: result.engine,
    version: input.version.id,
    purchaseVersion: input.purchaseVersion?.id ?? null,
    facts: JSON.stringify(input.facts),
    result: JSON.stringify(result),
    resultHash: hashAssessment(result),
  };
}

/** All of a ticket, in the order in which they were made. */
export async function readAssessments(db: Queryable, ticketId: TicketId): Promise<AssessmentRow[]> {
  const rows: unknown[] = await db('assessments').where({ ticket_id: ticketId }).orderBy('number');
  return readRows('assessment', assessmentSchema, rows);
}

/** A ticket by its id or by its reference, such as RD-1001. */
export async function findTicketId(db: Queryable, text: string): Promise<TicketId | null> {
  const number = /^RD-([1-9]\d{0,17})$/i.exec(text)?.[1];
  if (number === undefined && !isUuid(text)) return null;
  const row: { id: TicketId } | undefined = await db('tickets')
    .where(number === undefined ? { id: text } : { number })
    .first('id');
  return row?.id ?? null;
}

/** `other_engine`: made by an engine of another version, whose answer this one cannot prove. */
export type Rederivation = 'same' | 'differs' | 'other_engine';

export interface Rederived {
  readonly number: number;
  readonly occasion: AssessmentOccasion;
  readonly at: Date;
  readonly versionNumber: number;
  readonly engine: number;
  readonly standing: Rederivation;
}

/** Derives each of a ticket's assessments again from what is stored, as it stood at one instant. */
export function rederive(db: Database, ticketId: TicketId): Promise<Rederived[]> {
  return db.transaction(
    async (trx) => {
      const rows = await readAssessments(trx, ticketId);
      const versions = await readPolicyVersions(trx, [
        ...new Set(
          rows.flatMap((row) => [row.policy_version_id, ...(row.purchase_version_id ? [row.purchase_version_id] : [])]),
        ),
      ]);
      return rows.map((row) => rederived(row, versions));
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function rederived(row: AssessmentRow, versions: ReadonlyMap<PolicyVersionId, PolicyVersion>): Rederived {
  const version = versionOf(versions, row.policy_version_id);
  return {
    number: row.number,
    occasion: row.occasion,
    at: row.at,
    versionNumber: version.number,
    engine: row.engine,
    standing: standingOf(row, {
      at: row.at.toISOString(),
      version,
      purchaseVersion: row.purchase_version_id && versionOf(versions, row.purchase_version_id),
      facts: row.facts,
    }),
  };
}

/** What is stored must be what was hashed as well: a result that was tampered with is no other engine's. */
function standingOf(row: AssessmentRow, input: AssessmentInput): Rederivation {
  if (!hashAssessment(row.result).equals(row.result_sha256)) return 'differs';
  if (row.engine !== engineVersion) return 'other_engine';
  return hashAssessment(assess(input)).equals(row.result_sha256) ? 'same' : 'differs';
}

function versionOf(versions: ReadonlyMap<PolicyVersionId, PolicyVersion>, versionId: PolicyVersionId): PolicyVersion {
  const version = versions.get(versionId);
  if (!version) throw new Error('an assessment names a policy version that is not there');
  return version;
}
