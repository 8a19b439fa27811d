/** Masking as a file streams by: however it is cut, the same as masking the whole; what cannot be cut is not kept (E5). */

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SubjectId } from '../../domain/ids.ts';
import { type MaskedText, maskText } from '../../domain/mask.ts';
import { spanCharactersMax } from '../../domain/mask-cuts.ts';
import { createEvidenceDirectory } from '../../providers/evidence-directory.ts';
import { addCounts, maskPieces, type PieceLimits, pieceLimits } from '../../runtime/mask-pieces.ts';
import { maskStream, NotPlainText } from '../../runtime/mask-stream.ts';

const secret = 'hunter2secret';
const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEpAIBAAKCAQEAhunter2secret', '-----END PRIVATE KEY-----'].join('\n');
const filler = '2026-11-20T10:00:00Z INFO proxy connected to shop.example.com:443, журнал\n';

/** Each goes over line ends, or over a good part of its line. */
const secrets = [
  key,
  `Authorization: Bearer ${secret}${secret}`,
  `curl -x \\\n  user:${secret}@proxy.example.com https://shop.example.com`,
  `"name": "Cookie",\n  "value": "${secret}"`,
  `"value": "${secret}\nand more",\n "name": "Cookie"`,
  `"cookies": [\n "a=${secret}",\n "b=${secret}"\n]`,
  `level=warn msg="refused" proxy="http://user:${secret}@proxy.example.com:8080"`,
  `map[Authorization:[Bearer ${secret}12345678] Cookie:[a=${secret}]]`,
];

async function* cut(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array, void> {
  let from = 0;
  for (let index = 0; from < bytes.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    yield bytes.subarray(from, from + length);
    from += length;
  }
}

/** Looks through what it holds at each piece that comes, so that a short text has many borders. */
const eager: PieceLimits = { ...pieceLimits, pieceCharactersMax: 2_000, windowCharactersMax: 1 };

async function maskedOf(texts: readonly string[], limits: PieceLimits): Promise<MaskedText> {
  let whole: MaskedText = maskText('');
  for await (const piece of maskPieces(texts, limits))
    whole = { text: whole.text + piece.text, counts: addCounts(whole.counts, piece.counts) };
  return whole;
}

const blocks = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...secrets) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 900 }) },
  ),
  {
    minLength: 8,
    maxLength: 16,
  },
);
const textOf = (parts: readonly (string | number)[]): string =>
  parts.map((part) => (typeof part === 'string' ? `${part}\n` : filler.repeat(part))).join('');

test('PA-1.2: however a long file is cut into pieces, it is masked and counted as the whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      blocks,
      fc.array(fc.integer({ min: 1, max: 150_000 }), { minLength: 1 }),
      async (parts, lengths) => {
        const text = textOf(parts);
        const whole = maskText(text);
        expect(whole.text).not.toContain(secret);
        const { pieces, counts } = maskStream(cut(Buffer.from(text), lengths));
        const masked = await buffer(pieces);
        expect(masked.equals(Buffer.from(whole.text))).toBe(true);
        expect(counts()).toEqual(whole.counts);
      },
    ),
    { numRuns: 15 },
  );
});

test('PA-1.2: wherever a secret lies about a border, nothing of it passes', async () => {
  const ahead = filler.repeat(Math.ceil(spanCharactersMax / filler.length) + 40);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...secrets),
      fc.integer({ min: 0, max: 4_000 }),
      fc.integer({ min: 300, max: 3_000 }),
      async (planted, before, length) => {
        const text = `${filler.repeat(40).slice(-before)}\n${planted}\n${ahead}`;
        const texts = [text.slice(0, spanCharactersMax)];
        for (let from = spanCharactersMax; from < text.length; from += length)
          texts.push(text.slice(from, from + length));
        const masked = await maskedOf(texts, eager);
        expect(masked.text).not.toContain(secret);
        expect(masked).toEqual(maskText(text));
      },
    ),
    { numRuns: 20 },
  );
});

test('what has no place to cut for too long is not kept: a mark stands for it, and what follows is read', async () => {
  const limits = { ...eager, stretchCharactersMax: 400_000 };
  const line = `{"password": "${secret}", "body": "${'x'.repeat(900_000)} ${secret} user:${secret}@h.example.com:80"}\n`;
  const pieces = [filler.repeat(20_000), line, filler.repeat(20_000)].join('').match(/[^]{1,50000}/g) ?? [];
  const masked = await maskedOf(pieces, limits);
  expect(masked.text).toBe(`${filler.repeat(20_000)}[masked]\n${filler.repeat(20_000)}`);
  expect(masked.counts.parameter).toBe(1);
  const endless = await maskedOf([`password=${secret} ${'x '.repeat(600_000)}`, `${secret}`], limits);
  expect(endless.text).toBe('[masked]\n');
});

test('a list that is never closed hides what it may, and no chain of them is kept beyond the bound', async () => {
  const chain = `Cookies: [a=${secret}\n`.repeat(40_000);
  const masked = await maskedOf([filler, chain, filler.repeat(9_000), `Cookie: a=${secret}`], {
    ...eager,
    stretchCharactersMax: 400_000,
  });
  expect(masked.text).not.toContain(secret);
  expect(masked.text.endsWith(`${filler}Cookie: [masked]`)).toBe(true);
});

test.each([
  ['a zero', Buffer.from('a\0b')],
  ['an escape', Buffer.from('\u001b[2Jgone')],
  ['a C1 control', Buffer.from('a\u0085b')],
  ['broken UTF-8', Buffer.from([0x61, 0xc3, 0x28])],
  ['half a character at its end', Buffer.from([0x61, 0xd0])],
])('E1: a file with %s late in it is refused by name, and nothing of it is stored', async (_what, bad) => {
  const directory = await mkdtemp(join(tmpdir(), 'masked-'));
  try {
    const store = createEvidenceDirectory({ directory, key: Buffer.alloc(32).toString('base64') });
    const subject = randomUUID() as SubjectId;
    const bytes = Buffer.concat([Buffer.from(filler.repeat(30_000)), bad]);
    const { pieces } = maskStream(cut(bytes, [65_536]));
    await expect(store.put(subject, randomUUID(), pieces)).rejects.toBeInstanceOf(NotPlainText);
    expect(await readdir(join(directory, 'subjects', subject, 'objects'))).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
