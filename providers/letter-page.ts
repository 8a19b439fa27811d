/**
 * The decision letter's typography: an A4 document of headings, paragraphs, a summary, reasons and sums, tagged so that a
 * screen reader can follow it. Knows nothing of refunds, reads no clock, and gives the same bytes for the same calls.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export interface LetterFonts {
  readonly regular: Uint8Array;
  readonly strong: Uint8Array;
}

/** Fonts that hold Latin and Cyrillic; each letter embeds only the signs that it uses. */
export const readLetterFonts = (): LetterFonts => ({
  regular: readFileSync(require.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')),
  strong: readFileSync(require.resolve('@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf')),
});

/** A4 in points, and a text column of about 85 signs. */
const pageSize = { width: 595.28, height: 841.89 } as const;
const margin = { top: 62, bottom: 74, left: 68, right: 68 } as const;
const columnWidth = pageSize.width - margin.left - margin.right;
const rightEdge = margin.left + columnWidth;
const bottomEdge = pageSize.height - margin.bottom;

const ink = '#1c2430';
const quiet = '#5b6572';
const hairline = '#d5dae1';
const sheet = '#f3f5f8';
const tones = { good: '#1a7f4b', bad: '#b3261e', plain: quiet, accent: '#1a56db' } as const;

export type Tone = keyof typeof tones;

const size = { headline: 19, outcome: 14, section: 12, text: 10, small: 9, foot: 8 } as const;
const lineGap = 2.5;

export interface LetterSettings {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  readonly createdAt: Date;
}

export interface LetterReason {
  readonly heading: string;
  readonly verdict: string;
  readonly tone: Tone;
  readonly quoted: string;
  readonly said: string;
}

type Row = readonly [label: string, value: string];

export interface LetterPage {
  head(left: string, right: string): void;
  headline(text: string): void;
  summary(tone: Tone, outcome: string, rows: readonly Row[]): void;
  section(title: string): void;
  paragraph(text: string): void;
  smallPrint(text: string): void;
  reason(reason: LetterReason): void;
  /** Figures stand at the right edge; the last row is the result. */
  sums(rows: readonly Row[]): void;
  /** The same where no row is a result. */
  rows(rows: readonly Row[]): void;
  /** Writes the foot of every page, now that their number is known. */
  finish(left: string, right: (page: number, of: number) => string): Promise<Uint8Array>;
}

type Font = 'regular' | 'strong';

interface Style {
  readonly font: Font;
  readonly size: number;
  readonly color: string;
}

const styles = {
  headline: { font: 'strong', size: size.headline, color: ink },
  section: { font: 'strong', size: size.section, color: ink },
  text: { font: 'regular', size: size.text, color: ink },
  strong: { font: 'strong', size: size.text, color: ink },
  label: { font: 'regular', size: size.text, color: quiet },
  small: { font: 'regular', size: size.small, color: quiet },
  foot: { font: 'regular', size: size.foot, color: quiet },
} as const satisfies Record<string, Style>;

export async function createLetterPage(fonts: LetterFonts, settings: LetterSettings): Promise<LetterPage> {
  const document = await openDocument(fonts, settings);
  const written = collect(document);
  const root = document.struct('Document');
  document.addStructure(root);
  const pen = createPen(document, root);
  return {
    head: (left, right) => drawHead(pen, left, right),
    headline(text) {
      pen.write('H1', text, styles.headline, { y: document.y + 26 });
    },
    summary: (tone, outcome, rows) => drawSummary(pen, tone, outcome, rows),
    section(title) {
      // A heading never stands alone at the foot of a page.
      pen.makeRoom(90);
      pen.write('H2', title, styles.section, { y: document.y + 20 });
      document.y += 4;
    },
    paragraph(text) {
      pen.write('P', text, styles.text, { y: document.y + 4 });
    },
    smallPrint(text) {
      pen.write('P', text, styles.small, { y: document.y + 8 });
    },
    reason: (reason) => drawReason(pen, reason),
    sums: (rows) => drawSums(pen, rows, rows.length - 1),
    rows: (rows) => drawSums(pen, rows, null),
    async finish(left, right) {
      drawFeet(pen, left, right);
      root.end();
      document.end();
      return written;
    },
  };
}

async function openDocument(fonts: LetterFonts, settings: LetterSettings): Promise<PDFKit.PDFDocument> {
  // Loaded by who prints: it is large, and most that a process does is no letter.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: 'A4',
    margins: margin,
    pdfVersion: '1.7',
    tagged: true,
    lang: settings.language,
    displayTitle: true,
    // The foot says how many pages there are.
    bufferPages: true,
    info: {
      Title: settings.title,
      Author: settings.author,
      Creator: 'Refund Desk',
      Producer: 'Refund Desk',
      CreationDate: settings.createdAt,
      ModDate: settings.createdAt,
    },
  });
  document.registerFont('regular', Buffer.from(fonts.regular));
  document.registerFont('strong', Buffer.from(fonts.strong));
  return document;
}

async function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of document) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

interface Place {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly align?: 'left' | 'right';
}

/** Writes tagged text and measures it; everything that is only drawn is marked as decoration. */
interface Pen {
  readonly document: PDFKit.PDFDocument;
  write(tag: string, text: string, style: Style, place?: Place): void;
  heightOf(text: string, style: Style, width: number): number;
  /** Turns the page where less than this is left on it. */
  makeRoom(height: number): void;
  decorate(draw: () => void): void;
}

function createPen(document: PDFKit.PDFDocument, root: PDFKit.PDFStructureElement): Pen {
  const use = ({ font, size: points, color }: Style) => document.font(font).fontSize(points).fillColor(color);
  return {
    document,
    write(tag, text, style, { x = margin.left, y = document.y, width = columnWidth, align = 'left' } = {}) {
      const draw = (): void => {
        use(style).text(text, x, y, { width, align, lineGap });
      };
      root.add(document.struct(tag, {}, draw));
      document.x = margin.left;
    },
    heightOf: (text, style, width) => use(style).heightOfString(text, { width, lineGap }),
    makeRoom(height) {
      if (document.y + height > bottomEdge) document.addPage();
    },
    decorate(draw) {
      document.markContent('Artifact', { type: 'Layout' });
      draw();
      document.endMarkedContent();
    },
  };
}

const drawLine = (pen: Pen, y: number): void =>
  pen.decorate(() => pen.document.moveTo(margin.left, y).lineTo(rightEdge, y).lineWidth(0.7).stroke(hairline));

function drawHead(pen: Pen, left: string, right: string): void {
  const half = columnWidth / 2;
  const y = margin.top;
  const height = Math.max(pen.heightOf(left, styles.strong, half), pen.heightOf(right, styles.small, half));
  pen.write('P', left, styles.strong, { y, width: half });
  pen.write('P', right, styles.small, { x: margin.left + half, y: y + 1, width: half, align: 'right' });
  pen.document.y = y + height + 6;
  drawLine(pen, pen.document.y);
}

const boxPadding = 16;
const labelWidth = 130;

function drawSummary(pen: Pen, tone: Tone, outcome: string, rows: readonly Row[]): void {
  const { document } = pen;
  const x = margin.left + boxPadding;
  const width = columnWidth - 2 * boxPadding;
  const outcomeStyle: Style = { font: 'strong', size: size.outcome, color: tones[tone] };
  const outcomeHeight = pen.heightOf(outcome, outcomeStyle, width);
  const heights = rows.map(([, value]) => pen.heightOf(value, styles.text, width - labelWidth) + 2);
  const height = heights.reduce((left, right) => left + right, outcomeHeight + 8 + 2 * boxPadding);
  const top = document.y + 14;
  pen.decorate(() => {
    document.rect(margin.left, top, columnWidth, height).fill(sheet);
    document.rect(margin.left, top, 4, height).fill(tones[tone]);
  });
  pen.write('P', outcome, outcomeStyle, { x, y: top + boxPadding, width });
  let y = top + boxPadding + outcomeHeight + 8;
  rows.forEach(([label, value], index) => {
    pen.write('P', label, styles.label, { x, y, width: labelWidth });
    pen.write('P', value, styles.text, { x: x + labelWidth, y, width: width - labelWidth });
    y += heights[index] ?? 0;
  });
  document.y = top + height;
}

const reasonIndent = 14;

/** The verdict stands at the right of its clause; the clause as posted is set off by a line. */
function drawReason(pen: Pen, { heading, verdict, tone, quoted, said }: LetterReason): void {
  const { document } = pen;
  const width = columnWidth - reasonIndent;
  const quotedHeight = pen.heightOf(quoted, styles.small, width);
  pen.makeRoom(12 + 16 + quotedHeight + 6 + pen.heightOf(said, styles.text, width));
  const y = document.y + 12;
  pen.write('H3', heading, styles.strong, { y, width: columnWidth / 2 });
  const verdictStyle: Style = { font: 'strong', size: size.small, color: tones[tone] };
  pen.write('P', verdict, verdictStyle, {
    x: rightEdge - columnWidth / 2,
    y: y + 1,
    width: columnWidth / 2,
    align: 'right',
  });
  const x = margin.left + reasonIndent;
  const quotedTop = y + 18;
  const turns = quotedTop + quotedHeight > bottomEdge;
  if (!turns)
    pen.decorate(() => document.rect(margin.left + 4, quotedTop + 1, 1.5, quotedHeight - lineGap - 1).fill(hairline));
  pen.write('BlockQuote', quoted, styles.small, { x, y: quotedTop, width });
  pen.write('P', said, styles.text, { x, y: document.y + 4, width });
}

const figureWidth = 170;

function drawSums(pen: Pen, rows: readonly Row[], result: number | null): void {
  const { document } = pen;
  const nameWidth = columnWidth - figureWidth - 12;
  rows.forEach(([name, figure], index) => {
    const isResult = index === result;
    const style = isResult ? styles.strong : styles.text;
    const height = Math.max(pen.heightOf(name, style, nameWidth), pen.heightOf(figure, style, figureWidth));
    pen.makeRoom(height + 8);
    const y = document.y + 4;
    pen.write('P', name, style, { y, width: nameWidth });
    pen.write('P', figure, style, { x: rightEdge - figureWidth, y, width: figureWidth, align: 'right' });
    document.y = y + height + 2;
    if (!isResult) drawLine(pen, document.y);
  });
}

function drawFeet(pen: Pen, left: string, right: (page: number, of: number) => string): void {
  const { document } = pen;
  const { count } = document.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    document.switchToPage(index);
    // The foot stands below the text's edge; without this it would turn the page.
    document.page.margins.bottom = 0;
    const y = bottomEdge + 26;
    document.markContent('Artifact', { type: 'Pagination' });
    document
      .moveTo(margin.left, y - 8)
      .lineTo(rightEdge, y - 8)
      .lineWidth(0.7)
      .stroke(hairline);
    document.font(styles.foot.font).fontSize(styles.foot.size).fillColor(styles.foot.color);
    document.text(left, margin.left, y, { width: columnWidth - 90, lineBreak: false });
    document.text(right(index + 1, count), rightEdge - 90, y, { width: 90, align: 'right', lineBreak: false });
    document.endMarkedContent();
  }
}
