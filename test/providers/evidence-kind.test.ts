/** What a file is, its bytes say; names are made safe (E1, E12). */

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanName } from '../../domain/evidence.ts';
import { refusalOf } from '../../domain/intake.ts';
import { createKindProbe, sniffKind } from '../../providers/evidence-kind.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text);

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const webp = Buffer.from('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=', 'base64');
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const pe = Buffer.concat([
  bytesOf('MZ'),
  Buffer.from([0x90, 0, 3, 0, 0, 0]),
  bytesOf('This program cannot be run in DOS mode'),
]);

/** As a file comes in. */
async function sniffInPieces(bytes: Uint8Array, length: number) {
  const probe = createKindProbe();
  for (let at = 0; at < bytes.length; at += length) probe.take(bytes.subarray(at, at + length));
  return probe.tell();
}

describe('kinds by bytes (E1, E12)', () => {
  test('images and text are told', async () => {
    expect(await Promise.all([png, jpeg, webp].map(sniffKind))).toEqual(['png', 'jpeg', 'webp']);
    for (const text of [
      '407 Proxy Authentication Required\r\n\tretry',
      'BM is my name',
      'MZ',
      '\ufeffжурнал',
      '{"log":[]}',
    ])
      expect(await sniffKind(bytesOf(text))).toBe('text');
  });

  test('programs, moving images, nothing at all and broken text have no kind', async () => {
    const refused = [
      pe,
      gif,
      bytesOf(''),
      bytesOf('a\0b'),
      bytesOf('\u001b[2Jgone'),
      bytesOf('a\u0085b'),
      bytesOf('a\u007fb'),
    ];
    refused.push(Buffer.from([0xff, 0xfe, 0x41, 0x00]), Buffer.from([0x61, 0xc3, 0x28]));
    for (const bytes of refused) expect(await sniffKind(bytes)).toBeNull();
  });

  test('archives, documents and HARs are told, and what containers log is text', async () => {
    const zip = Buffer.from('PK\u0003\u0004rest');
    const kinds = [
      zip,
      gzipSync('a log'),
      bytesOf('%PDF-1.7\n%\u00e2\u00e3\u0000'),
      bytesOf('{"log": {"entries": []}}'),
    ];
    expect(await Promise.all(kinds.map(sniffKind))).toEqual(['zip', 'gzip', 'pdf', 'har']);
    expect(await sniffKind(bytesOf('{"log":"connect timed out\\n","stream":"stderr"}\n'))).toBe('text');
  });

  test('PV-2.1: a HAR is told wherever its keys stand and however it is laid out, and no other object is', async () => {
    const anything = fc.jsonValue({ maxDepth: 2 });
    const others = fc.dictionary(
      fc.string({ maxLength: 8 }).filter((key) => !['log', 'entries'].includes(key)),
      anything,
    );
    const has = fc.constantFrom('both', 'log', 'entries', 'deeper', 'text');
    // Also behind more than what is kept of a file's beginning, and however it comes.
    const late = fc.constantFrom('', 'x'.repeat(70_000), '"log":{"entries":[{'.repeat(4_000), '\\'.repeat(66_001));
    const places = { before: others, after: others, within: others, last: others };
    const given = fc.record({ ...places, has, late, spaces: fc.nat(3), piece: fc.integer({ min: 1, max: 9_000 }) });
    await fc.assert(
      fc.asyncProperty(given, async ({ before, after, within, last, has: which, late: filler, spaces, piece }) => {
        const log = { ...within, ...(which === 'both' ? { entries: [{ log: 1 }] } : {}), ...last };
        const middle =
          which === 'deeper'
            ? { a: { log: { entries: [] } } }
            : which === 'entries'
              ? { entries: [] }
              : { log: which === 'text' ? '"entries":{' : log };
        const text = JSON.stringify({ ...before, filler, ...middle, ...after }, null, spaces);
        expect(await sniffInPieces(bytesOf(text), filler === '' ? Math.ceil(piece / 999) : piece)).toBe(
          which === 'both' ? 'har' : 'text',
        );
      }),
    );
    for (const text of ['{"comment":"x","log":{"version":"1.2","entries":[]}}', '\ufeff\n{"\\u006cog":{"pages":['])
      expect(await sniffKind(bytesOf(text))).toBe('har');
    for (const text of [
      '{"log":{"level":"info"},"entries":1}\n',
      '{}{"log":{"entries":[]}}',
      'a {"log":{"entries":[]}}',
    ])
      expect(await sniffKind(bytesOf(text))).toBe('text');
  });

  test.each(['d4c3b2a1', 'a1b2c3d4', '4d3cb2a1', '0a0d0d0a', '736e6f6f7000000000'])(
    'PV-2.1: what begins with %s is a capture of traffic, whatever its name says',
    async (head) => {
      const bytes = Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(40, 2)]);
      expect(await refusedFor('log.txt', bytes)).toBe('traffic-capture');
    },
  );

  test('E1: a name that promises another kind than the content is refused', async () => {
    const html = bytesOf('<!doctype html><script>alert(1)</script>');
    const svg = bytesOf('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    for (const bytes of [html, svg]) expect(await refusedFor('shot.png', bytes)).toBe('name');
    expect(await refusedFor('shot.png', pe)).toBe('type');
    for (const name of ['shot.PNG', 'a.jpeg', 'a.webp', 'a.gif']) expect(await refusedFor(name, html)).toBe('name');
    expect(await refusedFor('answer.txt', html)).toBeNull();
    expect(await refusedFor('block-page.html', svg)).toBeNull();
    expect(await refusedFor('photo.jpg', png)).toBeNull();
    expect(await refusedFor('log.txt', png)).toBe('name');
    expect(await refusedFor('log.txt', bytesOf(''))).toBe('empty');
    expect(await refusedFor('site.har', html)).toBe('name');
    expect(await refusedFor('site.har', bytesOf('{"comment":1,"log":{"entries":[]}}'))).toBeNull();
  });

  test('however a file is cut into pieces, its kind is the same', async () => {
    const files = [png, pe, bytesOf('журнал 日本 ü'), Buffer.from([0x61, 0xc3, 0x28]), bytesOf('a\u0085b')];
    const cut = fc.record({ bytes: fc.constantFrom(...files), at: fc.array(fc.nat(80), { maxLength: 6 }) });
    await fc.assert(
      fc.asyncProperty(cut, async ({ bytes, at }) => {
        const probe = createKindProbe();
        let from = 0;
        for (const until of [...at.sort((left, right) => left - right), bytes.length]) {
          probe.take(bytes.subarray(from, Math.max(from, until)));
          from = Math.max(from, until);
        }
        expect(await probe.tell()).toBe(await sniffKind(bytes));
      }),
    );
  });
});

async function refusedFor(name: string, bytes: Buffer) {
  return refusalOf({ name, bytes: bytes.length, kind: await sniffKind(bytes), isMember: false });
}

describe('names of files (E1)', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\shot.png', 'shot.png'],
    ['invoice\u202egnp.exe', 'invoicegnp.exe'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['..', 'file'],
    ['   ', 'file'],
    ['.bashrc', 'bashrc'],
    ['a"b<c>.txt', 'a_b_c_.txt'],
    ['снимок экрана 1.png', 'снимок экрана 1.png'],
  ])('%j becomes %j', (name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });

  test('a long name keeps its extension and cuts no character in two', () => {
    expect(cleanName(`${'x'.repeat(400)}.png`)).toBe(`${'x'.repeat(196)}.png`);
    expect(cleanName('😀'.repeat(200))).toBe('😀'.repeat(100));
  });

  test('any name becomes one that is safe, and stays as it is then', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 })), (name) => {
        const clean = cleanName(name);
        expect(clean).not.toMatch(/[/\\\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        expect(clean.length).toBeGreaterThan(0);
        expect(clean.length).toBeLessThanOrEqual(200);
        expect(cleanName(clean)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });
});
