/** The evidence store in a directory: on real files, among several processes, and on a disk that is full. */

import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SubjectId } from '../../domain/ids.ts';
import { createEvidenceDirectory } from '../../providers/evidence-directory.ts';
import { bytesOf, newKey, newSubject, newUpload } from './evidence-bench.ts';
import { describeEvidenceStore } from './evidence-store-conformance.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evidence-'));
});
afterAll(() => rm(root, { recursive: true }));

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describeEvidenceStore('a directory', async () => {
  const directory = join(root, randomUUID());
  const folderOf = (subject: SubjectId): string => join(directory, 'subjects', subject);
  return {
    open: (key) => createEvidenceDirectory({ directory, key }),
    list: async (subject) => (await filesIn(folderOf(subject))).map((file) => relative(folderOf(subject), file)).sort(),
    readRaw: (subject, name) => readFile(join(folderOf(subject), name)),
    writeRaw: async (subject, name, bytes) => {
      const file = join(folderOf(subject), name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    },
    close: async () => undefined,
  };
});

test('nobody else may read the files', async () => {
  const [directory, subject] = [join(root, randomUUID()), newSubject()];
  const store = createEvidenceDirectory({ directory, key: newKey() });
  await store.put(subject, randomUUID(), bytesOf('mine'));
  await store.putChunk(subject, newUpload(), 0, bytesOf('mine'));
  const files = await filesIn(directory);
  expect(files).toHaveLength(3);
  for (const file of files) expect((await stat(file)).mode & 0o077).toBe(0);
});

/** Runs a program over a store in another process, which waits for a line before it begins. */
async function runOver(program: string, args: readonly string[], shell = 'exec "$@"') {
  const script = `
    import { createEvidenceDirectory } from ${JSON.stringify(new URL('../../providers/evidence-directory.ts', import.meta.url).href)};
    const [directory, key, subject, ...objects] = process.argv.slice(2);
    const store = createEvidenceDirectory({ directory, key });
    process.stdout.write('ready\\n');
    for await (const _ of process.stdin) break;
    ${program}
  `;
  const file = join(root, `${randomUUID()}.mts`);
  await writeFile(file, script);
  const child = spawn('sh', ['-c', shell, 'sh', process.execPath, '--import', 'tsx', file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await once(child.stdout, 'data');
  const [exited, said, errors] = [once(child, 'exit'), readAll(child.stdout), readAll(child.stderr)];
  return {
    async go() {
      child.stdin.end('go');
      return { exit: await exited, said: await said, errors: await errors };
    },
  };
}

describe('several processes', () => {
  test('two that make a person’s key at once agree on one', async () => {
    const [directory, key, subject] = [join(root, randomUUID()), newKey(), newSubject()];
    const objects = Array.from({ length: 8 }, () => randomUUID());
    const program = 'await Promise.all(objects.map((object) => store.put(subject, object, Buffer.from(object))));';
    const halves = [objects.slice(0, 4), objects.slice(4)];
    const children = await Promise.all(halves.map((half) => runOver(program, [directory, key, subject, ...half])));
    const ends = await Promise.all(children.map((child) => child.go()));
    expect(ends).toEqual(Array(2).fill({ exit: [0, null], said: '', errors: '' }));
    const store = createEvidenceDirectory({ directory, key });
    for (const object of objects) expect(await store.get(subject, object)).toEqual(bytesOf(object));
  }, 30_000);
});

test('D1: where there is no room for a file it is told by name, nothing half is left, and what was kept stays', async () => {
  const [directory, key, subject, objectId] = [join(root, randomUUID()), newKey(), newSubject(), randomUUID()];
  const store = createEvidenceDirectory({ directory, key });
  const bytes = randomBytes(1_000);
  await store.put(subject, objectId, bytes);
  const before = await filesIn(directory);
  // The system refuses to let a file grow beyond 64 blocks, as a full disk or a quota would.
  const program = `
    const told = async (work) => work.then(() => 'kept', (error) => error.name);
    const large = (async function* () { for (let n = 0; n < 8; n += 1) yield Buffer.alloc(1_000_000); })();
    const chunk = store.putChunk(subject, objects[0], 0, Buffer.alloc(900_000));
    console.log(await told(store.put(subject, objects[0], large)), await told(chunk));
    console.log(await told(store.put(subject, objects[1], Buffer.alloc(1_000))));
  `;
  const small = randomUUID();
  const child = await runOver(program, [directory, key, subject, objectId, small], 'ulimit -f 64; exec "$@"');
  expect(await child.go()).toEqual({ exit: [0, null], said: 'EvidenceFull EvidenceFull\nkept\n', errors: '' });
  expect(new Set(await filesIn(directory))).toEqual(
    new Set([...before, join(directory, 'subjects', subject, 'objects', small)]),
  );
  expect(await store.get(subject, objectId)).toEqual(bytes);
}, 30_000);
