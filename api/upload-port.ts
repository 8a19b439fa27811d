/** Uploads and the evidence that they become, as the door needs them of the inner side. */

import type { LogDiagnosis } from '../domain/diagnosis.ts';
import type { Refusal } from '../domain/errors.ts';
import type { EvidenceKind } from '../domain/evidence.ts';
import type { AccountId, SubjectId, TicketId } from '../domain/ids.ts';
import type { TicketDiagnosis } from '../domain/ticket-diagnosis.ts';
import type { Transactor } from './transactor.ts';
import type { UploadView } from './upload-view.ts';
import type { EvidenceView } from './views.ts';

export interface CreateUpload {
  /** Accounts for which the person may ask. */
  readonly accountIds: readonly AccountId[];
  readonly subjectId: SubjectId;
  readonly ticket: { readonly ticketId: TicketId; readonly accountId: AccountId } | null;
  readonly orderRef: string | null;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly at: Date;
}

export interface Uploads {
  create(trx: Transactor, given: CreateUpload): Promise<UploadView | Refusal>;
  /** One's own upload only. */
  read(subjectId: SubjectId, uploadId: string): Promise<UploadView | null>;
  /**
   * Takes bytes that continue at `offset`. With its last byte a file goes into quarantine; one that is quickly looked
   * through is settled in the answer, and refused by the reason for which it was not taken.
   */
  append(given: {
    subjectId: SubjectId;
    uploadId: string;
    offset: number;
    bytes: Buffer;
    at: Date;
  }): Promise<UploadView | Refusal>;
  /** Evidence that is shown on a ticket, with its bytes as they are kept. Refused where nobody may open it. */
  open(ticketId: TicketId, evidenceId: string): Promise<OpenedEvidence | Refusal>;
  openThumbnail(ticketId: TicketId, evidenceId: string): Promise<OpenedEvidence | Refusal>;
  /** Of a PDF, counted from 1. */
  openPage(ticketId: TicketId, evidenceId: string, page: number): Promise<OpenedEvidence | Refusal>;
  /** What a log says of the fault. */
  diagnose(
    ticketId: TicketId,
    evidenceId: string,
  ): Promise<{ readonly view: EvidenceView; readonly diagnosis: LogDiagnosis } | Refusal>;
  /** What all files of a ticket say together. */
  diagnoseTicket(ticketId: TicketId): Promise<TicketDiagnosis>;
}

export interface OpenedEvidence {
  readonly view: EvidenceView & { readonly kind: EvidenceKind };
  readonly pieces: AsyncIterable<Uint8Array>;
}
