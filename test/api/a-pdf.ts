/** A PDF as a program makes it: a page for each text, and who wrote it in its metadata. */

import PDFDocument from 'pdfkit';

export function pdfOf(pages: readonly string[]): Promise<Buffer> {
  const document = new PDFDocument({ autoFirstPage: false, info: { Title: 'An invoice', Author: 'Carol Customer' } });
  const parts: Buffer[] = [];
  document.on('data', (part: Buffer) => parts.push(part));
  for (const text of pages) document.addPage().fontSize(14).text(text);
  return new Promise((resolve) => {
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.end();
  });
}
