/** Archives unpacked under limits: what comes out is counted, and nothing that an archive says of itself is believed (E1). */

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { archiveMembersMax } from '../../domain/limits.ts';
import { ArchiveRefused, type Member, unpackGzip, unpackZip } from '../../providers/archive.ts';
import { type ZipEntry, zipOf } from './zip-builder.ts';

const textOf = (text: string): Buffer => Buffer.from(text);
const aFile = (name: string, given: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  bytes: textOf(`of ${name}`),
  ...given,
});

async function readAll(member: Member): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of member.bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function unpack(zip: Uint8Array): Promise<[name: string, said: string | null][]> {
  const out: [string, string | null][] = [];
  for await (const member of unpackZip(zip)) out.push([member.name, member.refused ?? (await readAll(member))]);
  return out;
}

const refusalOf = (zip: Uint8Array): Promise<string> =>
  unpack(zip).then(
    () => 'taken',
    (fault: unknown) => (fault instanceof ArchiveRefused ? fault.reason : String(fault)),
  );

describe('E1: a ZIP', () => {
  test('gives its files in order, and no folder', async () => {
    const zip = zipOf([aFile('logs/', { bytes: textOf('') }), aFile('logs/a.log'), aFile('журнал.txt')]);
    expect(await unpack(zip)).toEqual([
      ['logs/a.log', 'of logs/a.log'],
      ['журнал.txt', 'of журнал.txt'],
    ]);
  });

  test('names that lead elsewhere are names and nothing else', async () => {
    const names = ['../../etc/passwd', '/etc/cron.d/x', 'C:/boot.ini', 'a\u202egnp.exe'];
    expect((await unpack(zipOf(names.map((name) => aFile(name))))).map(([name]) => name)).toEqual(names);
  });

  test('links and devices are no files', async () => {
    const zip = zipOf([aFile('link', { mode: 0o120_777 }), aFile('tty', { mode: 0o020_666 }), aFile('a.log')]);
    expect((await unpack(zip)).map(([, said]) => said)).toEqual(['archive-entry', 'archive-entry', 'of a.log']);
  });

  test('one that asks for a password is told by name', async () => {
    expect(await refusalOf(zipOf([aFile('a.log', { encrypted: true })]))).toBe('archive-encrypted');
  });

  test('a bomb stops before it is unpacked, and 10,001 members before the first', async () => {
    const bomb = zipOf([aFile('a.log', { bytes: Buffer.alloc(40 * 1024 * 1024) })]);
    expect(bomb.length).toBeLessThan(64 * 1024);
    expect(await refusalOf(bomb)).toBe('archive-limit');
    const many = Array.from({ length: 10_001 }, (_, index) => aFile(`${index}.log`));
    expect(await refusalOf(zipOf(many))).toBe('archive-limit');
    expect(await refusalOf(zipOf(many.slice(0, archiveMembersMax)))).toBe('taken');
  });

  test('a size that is not true, bytes that are broken and an archive cut off are damaged', async () => {
    const good = zipOf([aFile('a.log', { bytes: textOf('a log '.repeat(200)) })]);
    const lying = Buffer.from(good);
    const entry = good.indexOf('PK\u0001\u0002');
    lying.writeUInt32LE(7, entry + 24);
    const broken = Buffer.from(good);
    broken.fill(0xff, 38, 48);
    expect(await Promise.all([lying, broken, good.subarray(0, good.length - 30)].map(refusalOf))).toEqual([
      'undecodable',
      'undecodable',
      'undecodable',
    ]);
    expect(await refusalOf(good)).toBe('taken');
  });
});

describe('E1: a gzip', () => {
  const refusalOfGzip = (bytes: Uint8Array): Promise<string> =>
    readAll(unpackGzip('app.log.gz', bytes)).catch((fault: unknown) =>
      fault instanceof ArchiveRefused ? fault.reason : String(fault),
    );

  test('is the one file that it holds, by its own name', async () => {
    const member = unpackGzip('app.log.gz', gzipSync('connect timed out'));
    expect([member.name, await readAll(member)]).toEqual(['app.log', 'connect timed out']);
    expect(unpackGzip('logs.tgz', gzipSync('')).name).toBe('logs.tar');
  });

  test('a bomb stops, and one that is cut off is damaged', async () => {
    expect(await refusalOfGzip(gzipSync(Buffer.alloc(40 * 1024 * 1024)))).toBe('archive-limit');
    expect(await refusalOfGzip(gzipSync('a log '.repeat(9_000)).subarray(0, 60))).toBe('undecodable');
  });
});
