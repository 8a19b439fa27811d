/**
 * PDFs read by PDFium, compiled to WebAssembly: their text, masked, and pictures of their pages with what was masked
 * painted over. Scripts, forms, annotations and embedded files are neither run nor shown. Runs in the decoder's process
 * only.
 */

import sharp from 'sharp';
import type { DecodedPdf, DecodeRefusal } from '../domain/decoder.ts';
import { pdfPagesMax } from '../domain/limits.ts';
import { maskPlaces } from '../domain/mask.ts';
import { thumbnailOf } from './image.ts';
import { type Box, openPdf, type PdfDocument, type PdfPage } from './pdfium.ts';

/** Enough to read small print by, and no more than four megapixels of a page. */
const pixelsPerPointMax = 1.6;
const pagePixelsMax = 4_000_000;
/** WebP has none longer. */
const edgePixelsMax = 16_383;
/** Between the texts of two pages. */
const pageBreak = '\f';

export async function decodePdf(bytes: Uint8Array): Promise<DecodedPdf | DecodeRefusal> {
  const document = await openPdf(bytes);
  if (document === null || document.pageCount < 1) return 'undecodable';
  if (document.pageCount > pdfPagesMax) return 'page-limit';
  const pages = Array.from({ length: document.pageCount }, (_, index) => document.openPage(index));
  const texts = pages.map((page) => page?.characters.map(({ text }) => text).join('') ?? '');
  const { text, counts, places } = maskPlaces(texts.join(pageBreak));
  const pictures: Buffer[] = [];
  let start = 0;
  for (const [index, page] of pages.entries()) {
    const length = texts[index]?.length ?? 0;
    const hidden = places.filter((place) => place.start < start + length && place.end > start);
    if (!page) return 'undecodable';
    pictures.push(
      await pictureOf(
        document,
        page,
        hidden.map((place) => ({ start: place.start - start, end: place.end - start })),
      ),
    );
    document.closePage(page);
    if (document.hasRunOut()) return 'undecodable';
    start += length + pageBreak.length;
  }
  const [first] = pictures;
  return first ? { text, counts, pages: pictures, thumbnail: await thumbnailOf(sharp(first)) } : 'undecodable';
}

type Place = { readonly start: number; readonly end: number };

/** `hidden` are places in the page's own text. A character whose place is not known hides its page. */
async function pictureOf(document: PdfDocument, page: PdfPage, hidden: readonly Place[]): Promise<Buffer> {
  const scale = Math.min(
    pixelsPerPointMax,
    Math.sqrt(pagePixelsMax / (page.width * page.height)),
    edgePixelsMax / Math.max(page.width, page.height),
  );
  const size = {
    width: Math.max(1, Math.round(page.width * scale)),
    height: Math.max(1, Math.round(page.height * scale)),
  };
  const boxes: Box[] = [];
  let at = 0;
  for (const { text, index } of page.characters) {
    const isHidden = hidden.some(({ start, end }) => at < end && at + text.length > start);
    at += text.length;
    if (isHidden && text.trim() !== '') boxes.push(document.boxOf(page, index, size) ?? { left: 0, top: 0, ...size });
  }
  const data = document.render(page, size, boxes);
  return sharp(data, { raw: { ...size, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .webp({ quality: 80, effort: 2 })
    .toBuffer();
}
