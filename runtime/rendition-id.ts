/** Under which ids the store keeps what was made of a file: told by the file's own id, so that making it twice is once. */

import { createHash } from 'node:crypto';
import type { UploadId } from '../domain/ids.ts';

type Rendition = 'thumbnail' | 'page' | 'member';

const idCharacters = [8, 4, 4, 4, 12] as const;

/** A UUID of the form that is left to applications (version 8). Numbers count from 1. */
export function renditionId(of: UploadId, rendition: Rendition, number: number): string {
  const digest = createHash('sha256').update(`${of}/${rendition}/${number}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  let at = 0;
  const hex = digest.toString('hex');
  return idCharacters.map((length) => hex.slice(at, (at += length))).join('-');
}

/** The id of a file that came out of an archive. */
export const memberId = (of: UploadId, number: number): UploadId => renditionId(of, 'member', number) as UploadId;
