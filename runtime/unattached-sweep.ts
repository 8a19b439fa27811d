/**
 * Removes what was handed in and given to no ticket for so long, from store and database. In the API's processes, which
 * alone have the evidence store; several may. What dies in the middle is begun again.
 */

import type { Database } from '../db/database.ts';
import { deleteUnattached, markUnattached, type Removal } from '../db/unattached-uploads.ts';
import type { Clock } from '../domain/clock.ts';
import type { EvidenceStore } from '../domain/evidence.ts';
import { pdfPagesMax } from '../domain/limits.ts';
import { discardMembers } from './intake-unpack.ts';
import type { Log } from './log.ts';
import { renditionId } from './rendition-id.ts';
import { type Sweep, startSweep } from './sweep.ts';

const sweepMs = 60_000;
const uploadsAtOnceMax = 20;
const dayMs = 86_400_000;

interface Parts {
  readonly db: Database;
  readonly evidence: EvidenceStore;
  readonly clock: Clock;
  readonly log: Log;
  /** By the desk's clock, since the last byte, or since it was announced. */
  readonly daysKept: number;
}

export function startUnattachedSweep(parts: Parts): Sweep {
  return startSweep(sweepMs, async () => {
    try {
      await removeUnattached(parts);
    } catch (fault) {
      parts.log.warn({ event: 'intake', fault }, 'uploads that no ticket has could not be removed yet');
    }
  });
}

/** One look. What the store does not give up now is tried again after the others. */
export async function removeUnattached({ db, evidence, clock, log, daysKept }: Parts): Promise<void> {
  const at = clock.now();
  const before = new Date(at.getTime() - daysKept * dayMs);
  const marked = await markUnattached(db, { at, before, limit: uploadsAtOnceMax });
  for (const upload of marked.filter(({ origin_id }) => origin_id === null)) {
    const files = marked.filter((file) => file === upload || file.origin_id === upload.id);
    try {
      for (const file of files) await removeBytes(evidence, file);
      await deleteUnattached(db, upload.id);
    } catch (fault) {
      log.warn(
        { event: 'intake', evidenceId: upload.id, fault },
        'an upload that no ticket has could not be removed yet',
      );
    }
  }
}

/** Whoever looked through it may have died before it said how many pages it made, or what came out of it. */
async function removeBytes(evidence: EvidenceStore, file: Removal): Promise<void> {
  const { id, subject_id: subjectId } = file;
  await evidence.discardChunks(subjectId, id);
  if (!file.settled && file.origin_id === null) await discardMembers(evidence, { id, subjectId });
  const pages = file.pages ?? (file.settled ? 0 : pdfPagesMax);
  const made = Array.from({ length: pages }, (_, index) => renditionId(id, 'page', index + 1));
  for (const objectId of [id, renditionId(id, 'thumbnail', 1), ...made]) await evidence.remove(subjectId, objectId);
}
