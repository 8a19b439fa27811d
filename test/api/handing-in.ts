/** Builders of what is handed in: any bytes under any name, whole, as a client sends them; and what a ticket shows of it. */

import { createHash } from 'node:crypto';
import { uploadChunkBytesMax } from '../../domain/limits.ts';
import type { Answer, Client, Json } from './client.ts';
import { listIn } from './client.ts';

export interface HandedIn {
  readonly id: string;
  /** To the last byte; of an empty file, to its announcement. */
  readonly answer: Answer;
  /** As the sender is told of it then. */
  readonly upload: Json;
}

export async function handIn(
  client: Client,
  name: string,
  content: Uint8Array | string,
  given: object = {},
): Promise<HandedIn> {
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  let answer = await client.post('/v1/uploads', { name, bytes: bytes.length, sha256, ...given });
  if (answer.status !== 201) throw new Error(`createUpload answered ${answer.status} ${answer.text}`);
  const path = `/v1/uploads/${String(answer.json['uploadId'])}`;
  const id = String(answer.json['uploadId']);
  for (let at = 0; at < bytes.length; at += uploadChunkBytesMax) {
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(at) };
    answer = await client.send('PATCH', path, { raw: bytes.subarray(at, at + uploadChunkBytesMax), headers });
  }
  return { id, answer, upload: (await client.get(path)).json };
}

/** What a ticket shows of its files, by their names. */
export async function filesOf(client: Client, ticketId: string): Promise<Readonly<Record<string, Json>>> {
  const ticket = (await client.get(`/v1/tickets/${ticketId}`)).json;
  return Object.fromEntries(listIn(ticket, 'evidence').map((file) => [String(file['name']), file]));
}
