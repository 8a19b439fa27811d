/** An upload as the door reads it of the stores. */

import type { UploadId } from '../domain/ids.ts';
import type { IntakeReason, IntakeRefusal, IntakeState } from '../domain/intake.ts';

export interface UploadView {
  readonly uploadId: UploadId;
  readonly offset: number;
  readonly bytes: number;
  readonly state: 'receiving' | IntakeState | 'attached';
  /** Why it was refused or is held. */
  readonly reason: IntakeReason | null;
  /** How many secrets of each kind were masked in it; none before it was looked through. */
  readonly masked: Readonly<Record<string, number>>;
  /** The file with the same bytes that stands for it on its ticket. */
  readonly sameAs: UploadId | null;
  /** Of an archive that was looked through: how many of its files were not taken so far, for which reason. */
  readonly refusedMembers: readonly { readonly reason: IntakeRefusal; readonly files: number }[];
}
