/**
 * Uploads that were never given to a ticket, on their way out: marked first, so that nobody attaches what is being removed,
 * and gone from here once their bytes are gone.
 */

import { z } from 'zod';
import type { SubjectId, UploadId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { id, readRows } from './row.ts';

const removalSchema = z.object({
  id: id<UploadId>(),
  subject_id: id<SubjectId>(),
  origin_id: id<UploadId>().nullable(),
  /** Whether all that was made of it is known. */
  settled: z.boolean(),
  pages: z.number().int().nullable(),
});

/** An upload, or a file that came out of one. */
export type Removal = z.output<typeof removalSchema>;

/**
 * Marks what nobody added to or attached since `before`, with what came out of it. Left alone is what somebody attaches or
 * looks through at this moment, and what a kept input names that its ticket has not taken yet. Who looks is read of the
 * locked rows themselves, since a lease may be taken while they are waited for.
 */
export async function markUnattached(
  db: Database,
  { at, before, limit }: { readonly at: Date; readonly before: Date; readonly limit: number },
): Promise<Removal[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `with old as (
       select id from evidence_files as file
       where state <> 'attached' and origin_id is null and created_at < :before
         and coalesce(completed_at, created_at) < :before
         and (intake_leased_until is null or intake_leased_until <= :at)
         and not exists (select from inputs where delivery = 'due' and jsonb_exists(body -> 'uploadIds', file.id::text))
       order by removal_at nulls first, created_at limit :limit for update skip locked
     ), members as (
       select id, origin_id, intake_leased_until from evidence_files where origin_id in (select id from old) order by id for update
     ), looked as (
       select origin_id from members where intake_leased_until > :at
     )
     update evidence_files as file set removal_at = :at
     where id in (select id from old union all select id from members)
       and coalesce(origin_id, id) not in (select origin_id from looked)
     returning id, subject_id, origin_id, coalesce(intake, 'complete') = 'complete' as settled, pages`,
    { at, before, limit },
  );
  return readRows('upload to remove', removalSchema, rows);
}

/** Once its bytes are gone: the upload with all that came out of it. */
export async function deleteUnattached(db: Database, uploadId: UploadId): Promise<void> {
  await db.raw(
    `with removed as (
       select id from evidence_files where (id = :id or origin_id = :id) and removal_at is not null
     ), read as (
       delete from log_diagnoses where evidence_id in (select id from removed) returning evidence_id
     )
     delete from evidence_files where id in (select id from removed) and (select count(*) from read) >= 0`,
    { id: uploadId },
  );
}
