/** What is made of a file in quarantine, at its store: nothing is tried for ever, and nothing is lost to a namesake (E1). */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EvidenceStore } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import type { ReceivedKind } from '../../domain/intake.ts';
import { createDecoder } from '../../providers/decoder.ts';
import { createEvidenceDirectory } from '../../providers/evidence-directory.ts';
import { LeaseLost } from '../../runtime/intake-lease.ts';
import { takeIn } from '../../runtime/intake-take.ts';
import { createLog } from '../../runtime/log.ts';
import { memberId } from '../../runtime/rendition-id.ts';
import { zipOf } from '../providers/zip-builder.ts';

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
  const hold = () => undefined;
  await evidence.putChunk(subjectId, id, 0, Buffer.from(content));
  const result = await takeIn(
    { evidence, decoder, log: createLog({ LOG_LEVEL: 'silent' }, 'test') },
    { id, subjectId, name, kind, hold, received: () => evidence.readChunks(subjectId, id) },
  );
  return { result, kept: await evidence.read(subjectId, id) };
}

const textOf = async (bytes: AsyncIterable<Uint8Array> | null): Promise<string> =>
  bytes === null ? '' : (await buffer(bytes)).toString();

test('E1: what shows to be no text is refused by name and nothing of it is kept, since it would be none at the next look', async () => {
  for (const content of ['a\u0085b', Buffer.from([0x61, 0xc3, 0x28])])
    expect(await taken('app.log', 'text', content)).toEqual({ result: 'undecodable', kept: null });
});

test('PV-2.1: a HAR whose texts hold escaped control characters is kept without them', async () => {
  const har = String.raw`{"log":{"entries":[{"response":{"status":502,"statusText":"Bad\u0085 \u007fGateway\u0000"}}]}}`;
  const { result, kept } = await taken('site.har', 'har', har);
  expect(result).toMatchObject({ taken: { kind: 'har' } });
  expect(await textOf(kept)).toContain('"Bad Gateway"');
});

test('E1: a file in an archive is the same as one before it only where that one’s name fits its content', async () => {
  const log = Buffer.from('407 Proxy Authentication Required\n');
  const zip = zipOf(['shot.png', 'app.log', 'copy.txt', 'again.png'].map((name) => ({ name, bytes: log })));
  const { result, kept } = await taken('logs.zip', 'zip', zip);
  const members = typeof result === 'string' ? [] : result.members;
  expect(members.map(({ name }) => name)).toEqual(['shot.png', 'app.log']);
  expect(await textOf(kept)).toBe(
    [
      'shot.png\t34 bytes\ttaken out',
      'app.log\t34 bytes\ttaken out',
      'copy.txt\t34 bytes\tthe same as app.log',
      'again.png\t34 bytes\tthe same as app.log\n',
    ].join('\n'),
  );
});

test('E1: who lost its lease over an archive writes no more of it, and takes nothing from whoever has it now', async () => {
  const [id, subjectId] = [randomUUID() as UploadId, randomUUID() as SubjectId];
  const zip = zipOf(['a.log', 'b.log', 'c.log'].map((name) => ({ name, bytes: Buffer.from(`words of ${name}`) })));
  const written: string[] = [];
  let isLost = false;
  const store: EvidenceStore = {
    ...evidence,
    async putChunk(subject, uploadId, offset, bytes) {
      written.push(uploadId);
      await evidence.putChunk(subject, uploadId, offset, bytes);
      isLost = written.length === 2;
      if (isLost) throw new Error('the store is away');
    },
  };
  await evidence.putChunk(subjectId, id, 0, zip);
  const look = takeIn(
    { evidence: store, decoder, log: createLog({ LOG_LEVEL: 'silent' }, 'test') },
    {
      id,
      subjectId,
      name: 'logs.zip',
      kind: 'zip',
      received: () => evidence.readChunks(subjectId, id),
      hold() {
        if (isLost) throw new LeaseLost();
      },
    },
  );
  await expect(look).rejects.toThrow(LeaseLost);
  expect(written).toEqual([memberId(id, 1), memberId(id, 2)]);
  for (const [number, name] of [
    [1, 'a.log'],
    [2, 'b.log'],
  ] as const)
    expect(await textOf(evidence.readChunks(subjectId, memberId(id, number)))).toBe(`words of ${name}`);
});
