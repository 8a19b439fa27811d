/** PDFs that ask for much memory: it is bounded in the decoder's process, and an honest one keeps within it (E1). */

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import type { Decoder } from '../../domain/decoder.ts';
import { createDecoder } from '../../providers/decoder.ts';
import { blankPdf, widePdf } from './large-pdf.ts';

let decoder: Decoder;
beforeAll(() => {
  decoder = createDecoder();
});
afterAll(() => decoder.close());

const mebibytesMax = 900;

/** The most memory that a process begun by this one was seen with, in mebibytes. */
function peakOfChildren(): number {
  const peaks = readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      return readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(peakOf);
    } catch {
      return [];
    }
  });
  return Math.max(0, ...peaks);
}

function peakOf(pid: string): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function decoded(pdf: Buffer) {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOfChildren());
  }, 5);
  const result = await decoder.pdf(pdf);
  peak = Math.max(peak, peakOfChildren());
  clearInterval(timer);
  return { result, peak };
}

test('E1: a page of an enormous width is drawn as small as any', async () => {
  const { result, peak } = await decoded(widePdf());
  if (typeof result === 'string') throw new Error(`the PDF is refused: ${result}`);
  expect(await sharp(result.pages[0]).metadata()).toMatchObject({ width: 16_383, height: 1 });
  expect(peak).toBeGreaterThan(50);
  expect(peak).toBeLessThan(mebibytesMax);
});

test('E1: what asks for more memory than there is for a PDF is undecodable, and takes no more', async () => {
  const { result, peak } = await decoded(blankPdf(700));
  expect(result).toBe('undecodable');
  expect(peak).toBeGreaterThan(50);
  expect(peak).toBeLessThan(mebibytesMax);
});

test('fifty pages with a large photo each are drawn whole within it', async () => {
  const photo = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#2020c0' } })
    .jpeg()
    .toBuffer();
  const document = new PDFDocument({ autoFirstPage: false });
  const parts: Buffer[] = [];
  document.on('data', (part: Buffer) => parts.push(part));
  // Each is a picture of its own.
  for (let page = 0; page < 50; page += 1)
    document.addPage().image(Buffer.concat([photo, Buffer.from([page])]), 0, 0, { width: 600 });
  const isWritten = new Promise((resolve) => {
    document.on('end', resolve);
  });
  document.end();
  await isWritten;
  const { result, peak } = await decoded(Buffer.concat(parts));
  if (typeof result === 'string') throw new Error(`the PDF is refused: ${result}`);
  expect(result.pages).toHaveLength(50);
  for (const page of result.pages) {
    const { data } = await sharp(page)
      .extract({ left: 100, top: 100, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect((data[2] ?? 0) - (data[0] ?? 0)).toBeGreaterThan(100);
  }
  expect(peak).toBeLessThan(mebibytesMax);
});
