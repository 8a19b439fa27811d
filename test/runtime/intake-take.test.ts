/** What is made of a file in quarantine, at its store: nothing is tried for ever, and nothing is lost to a namesake (E1). */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EvidenceStore } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import type { ReceivedKind } from '../../domain/intake.ts';
import { createDecoder } from '../../providers/decoder.ts';
import { createEvidenceDirectory } from '../../providers/evidence-directory.ts';
import { takeIn } from '../../runtime/intake-take.ts';
import { createLog } from '../../runtime/log.ts';

const decoder = createDecoder();
let directory: string;
let evidence: EvidenceStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'taken-'));
  evidence = createEvidenceDirectory({ directory, key: Buffer.alloc(32).toString('base64') });
});
afterAll(async () => {
  decoder.close();
  await rm(directory, { recursive: true });
});

async function taken(name: string, kind: ReceivedKind, content: string | Uint8Array) {
  const [id, subjectId] = [randomUUID() as UploadId, randomUUID() as SubjectId];
  await evidence.putChunk(subjectId, id, 0, Buffer.from(content));
  const result = await takeIn({ evidence, decoder, log: createLog({ LOG_LEVEL: 'silent' }, 'test') }, { id, subjectId, name, kind });
  return { result, kept: await evidence.read(subjectId, id) };
}

test('E1: what shows to be no text is refused by name and nothing of it is kept, since it would be none at the next look', async () => {
  for (const content of ['a\u0085b', Buffer.from([0x61, 0xc3, 0x28])])
    expect(await taken('app.log', 'text', content)).toEqual({ result: 'undecodable', kept: null });
});

test('PV-2.1: a HAR whose texts hold escaped control characters is kept without them', async () => {
  const har = String.raw`{"log":{"entries":[{"response":{"status":502,"statusText":"Bad\u0085 \u007fGateway\u0000"}}]}}`;
  const { result, kept } = await taken('site.har', 'har', har);
  expect(result).toMatchObject({ taken: { kind: 'har' } });
  let text = '';
  for await (const piece of kept ?? []) text += Buffer.from(piece).toString();
  expect(text).toContain('"Bad Gateway"');
});
