/** What is used of PDFium's own functions, with what they take from and leave in their memory. */

import { promises as disk } from 'node:fs';
import { createRequire } from 'node:module';
import { PDFiumModule } from '@hyzyla/pdfium';

type Known = Awaited<ReturnType<typeof PDFiumModule>>;

/** Functions that the module has and its types do not name. */
interface Unnamed {
  _FPDFText_GetUnicode(textPage: number, index: number): number;
  _FPDFText_GetLooseCharBox(textPage: number, index: number, box: number): number;
  _FPDF_PageToDevice(
    page: number,
    startX: number,
    startY: number,
    width: number,
    height: number,
    rotate: number,
    pageX: number,
    pageY: number,
    deviceX: number,
    deviceY: number,
  ): number;
}

type Pdfium = Known & Unnamed;

const unnamed = ['_FPDFText_GetUnicode', '_FPDFText_GetLooseCharBox', '_FPDF_PageToDevice'] as const;
const hasAll = (module: Known): module is Pdfium => unnamed.every((name) => name in module);

/** In pixels, from the upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Size = Pick<Box, 'width' | 'height'>;

export interface PdfCharacter {
  /** Among the page's characters, as PDFium counts them. */
  readonly index: number;
  readonly text: string;
}

export interface PdfPage {
  readonly page: number;
  readonly textPage: number;
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly characters: readonly PdfCharacter[];
}

export interface PdfDocument {
  readonly pageCount: number;
  /** `null` where it cannot be read. */
  openPage(index: number): PdfPage | null;
  /** Where a character stands in a picture of that size; `null` where that is not known. */
  boxOf(page: PdfPage, index: number, size: Size): Box | null;
  /** RGBA, with these boxes black. */
  render(page: PdfPage, size: Size, boxes: readonly Box[]): Uint8Array;
  /** Gives back what the page's pictures take; nothing more is read of it then. */
  closePage(page: PdfPage): void;
  /** Whether there was no memory for something, which is then missing in what was drawn since. */
  hasRunOut(): boolean;
}

/** `null` for what is no PDF, is damaged, or asks for a password. The process ends before its memory is given back. */
export async function openPdf(bytes: Uint8Array): Promise<PdfDocument | null> {
  let hasRunOut = false;
  const pdfium = await load((line) => {
    hasRunOut ||= noMemory.test(line);
  });
  const memory = pdfium.wasmExports.malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, memory);
  const document = pdfium._FPDF_LoadMemDocument(memory, bytes.length, 0);
  if (document === 0) return null;
  return {
    pageCount: pdfium._FPDF_GetPageCount(document),
    openPage: (index) => openPage(pdfium, document, index),
    boxOf: (page, index, size) => boxOf(pdfium, page, index, size),
    render: (page, size, boxes) => render(pdfium, page, size, boxes),
    closePage({ page, textPage }) {
      pdfium._FPDFText_ClosePage(textPage);
      pdfium._FPDF_ClosePage(page);
    },
    hasRunOut: () => hasRunOut,
  };
}

/** What the module says where its memory cannot grow; PDFium leaves out a picture then, and says nothing. */
const noMemory = /^(?:Failed to grow the heap|Cannot enlarge memory)/;

/** A module a file, so that nothing of one is left for the next. */
async function load(printErr: (line: string) => void): Promise<Pdfium> {
  const file = createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm');
  const wasm = await disk.readFile(file);
  const options = { wasmBinary: new Uint8Array(wasm).buffer, printErr };
  const module = await PDFiumModule(options);
  if (!hasAll(module)) throw new TypeError('PDFium lacks functions that are used here');
  module._FPDF_InitLibraryWithConfig({});
  return module;
}

function openPage(pdfium: Pdfium, document: number, index: number): PdfPage | null {
  const page = pdfium._FPDF_LoadPage(document, index);
  const textPage = page && pdfium._FPDFText_LoadPage(page);
  if (!page || !textPage) return null;
  const count = Math.max(0, pdfium._FPDFText_CountChars(textPage));
  const characters = Array.from({ length: count }, (_, at) => ({
    index: at,
    text: characterOf(pdfium._FPDFText_GetUnicode(textPage, at)),
  }));
  return {
    page,
    textPage,
    width: pdfium._FPDF_GetPageWidth(page),
    height: pdfium._FPDF_GetPageHeight(page),
    characters,
  };
}

/** Where a font does not say what it draws there is nothing to read; controls but line ends say nothing either. */
function characterOf(code: number): string {
  if (code === 0x0a || code === 0x0d || code === 0x09) return code === 0x0d ? '' : String.fromCodePoint(code);
  return code < 0x20 || code > 0x10_ffff ? '\ufffd' : String.fromCodePoint(code);
}

/** Around each character, so that nothing of a glyph shows beside its box. */
const marginPixels = 2;
const floatBytes = 4;
const boxBytes = 4 * floatBytes;

function boxOf(pdfium: Pdfium, { page, textPage }: PdfPage, index: number, size: Size): Box | null {
  const memory = pdfium.wasmExports.malloc(boxBytes);
  try {
    if (pdfium._FPDFText_GetLooseCharBox(textPage, index, memory) === 0) return null;
    const view = new DataView(pdfium.HEAPU8.buffer);
    const [left = 0, top = 0, right = 0, bottom = 0] = [0, 1, 2, 3].map((at) =>
      view.getFloat32(memory + at * floatBytes, true),
    );
    const device = (x: number, y: number): readonly [number, number] => {
      const { width, height } = size;
      pdfium._FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, memory, memory + floatBytes);
      const seen = new DataView(pdfium.HEAPU8.buffer);
      return [seen.getInt32(memory, true), seen.getInt32(memory + floatBytes, true)];
    };
    const [[x1, y1], [x2, y2]] = [device(left, top), device(right, bottom)];
    if (left === right || top === bottom) return null;
    return {
      left: Math.min(x1, x2) - marginPixels,
      top: Math.min(y1, y2) - marginPixels,
      width: Math.abs(x1 - x2) + 2 * marginPixels,
      height: Math.abs(y1 - y2) + 2 * marginPixels,
    };
  } finally {
    pdfium.wasmExports.free(memory);
  }
}

const bgra = 4;
const reverseByteOrder = 0x10;
const white = 0xffff_ffff;
const black = 0xff00_0000;

function render(pdfium: Pdfium, { page }: PdfPage, { width, height }: Size, boxes: readonly Box[]): Uint8Array {
  const bytes = width * height * bgra;
  const memory = pdfium.wasmExports.malloc(bytes);
  if (memory === 0) throw new RangeError('there is no memory for a page');
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, bgra, memory, width * bgra);
  pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
  // Without annotations: their texts are not among the page's, and so were not masked.
  pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, reverseByteOrder);
  for (const box of boxes) pdfium._FPDFBitmap_FillRect(bitmap, box.left, box.top, box.width, box.height, black);
  const picture = pdfium.HEAPU8.slice(memory, memory + bytes);
  pdfium._FPDFBitmap_Destroy(bitmap);
  pdfium.wasmExports.free(memory);
  return picture;
}
