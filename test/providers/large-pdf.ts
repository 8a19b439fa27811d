/** PDFs that are small to send and large to draw. */

import { constants, deflateRawSync } from 'node:zlib';

/** One page of this size, drawn by this stream. */
function pdfWith(width: number, height: number, contents: { readonly filter: string; readonly bytes: Buffer }): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources << >> >>`,
    Buffer.concat([
      Buffer.from(`<< ${contents.filter} /Length ${contents.bytes.length} >>\nstream\n`),
      contents.bytes,
      Buffer.from('\nendstream'),
    ]),
  ];
  const lengthNow = () => parts.reduce((sum, part) => sum + part.length, 0);
  const places = objects.map((object, index) => {
    const place = lengthNow();
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n'));
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${lengthNow()}\n%%EOF\n`;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}${trailer}`));
  return Buffer.concat(parts);
}

/** As wide as a country, and as high as a hair: drawn point by point it would be nearly 2 GB. */
export const widePdf = (): Buffer => pdfWith(300_000_000, 0.001, { filter: '', bytes: Buffer.from('q Q') });

/** Its page is drawn by so many mebibytes of blanks. */
export function blankPdf(mebibytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const end = deflateRawSync(Buffer.alloc(0));
  const blocks = Array.from({ length: mebibytes }, () => block);
  const bytes = Buffer.concat([Buffer.from('789c', 'hex'), ...blocks, end, Buffer.alloc(4)]);
  return pdfWith(600, 600, { filter: '/Filter /FlateDecode', bytes });
}
