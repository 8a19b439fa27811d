/**
 * A file that its ticket had already is refused after all (E1, E2): the ticket says so, and its customer is told once. Of
 * an archive that is told once as well, whichever and however many of its files were not taken.
 */

import type { UploadId } from '../domain/ids.ts';
import type { IntakeRefusal } from '../domain/intake.ts';
import { theDesk } from '../domain/ticket.ts';
import type { Transaction } from './database.ts';
import { record } from './ticket-step.ts';
import { lockTicket } from './tickets.ts';
import { readEvidence } from './uploads.ts';

export interface RefusedFile {
  /** The archive where it came out of one. */
  readonly fileId: UploadId;
  readonly inArchive: boolean;
  readonly reason: IntakeRefusal;
  readonly at: Date;
}

/**
 * Nothing of a file that no ticket has: whoever sent it is told by its upload. Nor of one whose bytes the ticket has under
 * another name. On a closed ticket no mail goes out, since nothing can be added there.
 */
export async function tellRefusal(trx: Transaction, { fileId, inArchive, reason, at }: RefusedFile): Promise<void> {
  const file = await readEvidence(trx, fileId);
  if (file?.state !== 'attached' || file.ticket_id === null || file.same_as !== null) return;
  const ticket = await lockTicket(trx, file.ticket_id);
  const told: unknown = await trx('ticket_events')
    .where({ ticket_id: ticket.id, kind: 'evidenceRefused' })
    .whereRaw(`data ->> 'uploadId' = ?`, [fileId])
    .first('number');
  if (told !== undefined) return;
  const step = { ticketId: ticket.id, inputId: null, actor: theDesk, at };
  await record(trx, ticket, step, {
    events: [{ kind: 'evidenceRefused', data: { uploadId: fileId, reason, inArchive } }],
    notices:
      ticket.phase === 'closed'
        ? []
        : [
            {
              template: 'file-not-taken',
              parameters: { file: file.name, why: reason, inArchive },
              to: { subjectId: ticket.subject_id },
            },
          ],
  });
}
