/**
 * A file on its way to the desk: announced by name, size and hash, then its bytes in chunks by offset, so that one that was
 * cut goes on from where it stands. The hash is made by the browser beside the page's own thread.
 */

import { uploadChunkBytesMax } from '../../domain/limits.ts';
import { answerOf, get, keyed, type Problem, ProblemError, post, type Schemas, Unreachable } from './client.ts';

export type Upload = Schemas['Upload'];

/** To what it will belong: a ticket, or an order that is asked for. */
export interface UploadAim {
  readonly ticketId?: string;
  readonly orderRef?: string;
}

async function sha256Of(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function announceFile(file: File, aim: UploadAim, key: string): Promise<Upload> {
  const body = { name: file.name, bytes: file.size, sha256: await sha256Of(file), ...aim };
  return await answerOf(post('/v1/uploads', { params: { header: keyed(key) }, body }));
}

export const readUpload = (uploadId: string): Promise<Upload> =>
  answerOf(get('/v1/uploads/{uploadId}', { params: { path: { uploadId } } }));

interface Sending {
  readonly uploadId: string;
  readonly file: File;
  readonly offset: number;
  readonly signal: AbortSignal;
  onOffset(offset: number): void;
}

/** Sends all bytes from the offset on. Throws `Unreachable` where it is cut, `ProblemError` where it is refused. */
export async function sendBytes({ uploadId, file, offset, signal, onOffset }: Sending): Promise<void> {
  let at = offset;
  do {
    const chunk = file.slice(at, at + uploadChunkBytesMax);
    await sendChunk(uploadId, at, chunk, signal);
    at += chunk.size;
    onOffset(at);
  } while (at < file.size);
}

async function sendChunk(uploadId: string, offset: number, chunk: Blob, signal: AbortSignal): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/v1/uploads/${uploadId}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) },
      body: chunk,
      signal,
    });
  } catch (fault) {
    if (signal.aborted) throw fault;
    throw new Unreachable(fault);
  }
  if (response.ok) return;
  const error: unknown = await response.json().catch(() => null);
  await answerOf(Promise.resolve({ error, response }));
}

/** The refusals that say only that the bytes do not go on from here: where they do, the upload itself tells. */
export const isOffsetRefusal = (fault: unknown): boolean =>
  fault instanceof ProblemError && (['upload-offset'] satisfies Problem['id'][]).some((id) => id === fault.problem.id);
