/** An upload as the door reads it of the stores. */

import type { UploadId } from '../domain/ids.ts';

export interface UploadView {
  readonly uploadId: UploadId;
  readonly offset: number;
  readonly bytes: number;
  readonly state: 'receiving' | 'complete' | 'attached';
}
