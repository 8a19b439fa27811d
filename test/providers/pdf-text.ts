/** Reads a PDF of ours as a reader's program would: its text by page and line, through the fonts' own tables, and its catalogue. */

import { inflateSync } from 'node:zlib';

interface PdfObject {
  readonly dictionary: string;
  readonly stream: string;
}

const objectPattern = /(\d+) 0 obj\n([\s\S]*?)\nendobj/g;

function readObjects(pdf: Uint8Array): ReadonlyMap<string, PdfObject> {
  const source = Buffer.from(pdf).toString('latin1');
  return new Map(
    [...source.matchAll(objectPattern)].map(([, id = '', body = '']) => {
      const [dictionary = '', ...rest] = body.split('stream\n');
      const raw = rest.join('stream\n').replace(/\nend$/, '');
      const isDeflated = dictionary.includes('/FlateDecode');
      const stream = isDeflated ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw;
      return [id, { dictionary, stream }];
    }),
  );
}

const refOf = (dictionary: string, key: string): string => new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary)?.[1] ?? '';

/** What each glyph stands for; one may stand for several signs, such as a ligature. */
const readSigns = (table: string): string[] =>
  [...table.matchAll(/\[([^\]]*)\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/<([^>]*)>/g)].map(([, codes = '']) =>
      String.fromCharCode(...codes.split(' ').map((code) => Number.parseInt(code, 16))),
    ),
  );

const glyphsOf = (shown: string): number[] =>
  [...shown.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, digits = '']) =>
    (digits.match(/.{4}/g) ?? []).map((code) => Number.parseInt(code, 16)),
  );

/** The lines of each page in the order they were written; a text of several lines gives several. */
export function pdfPages(pdf: Uint8Array): string[][] {
  const objects = readObjects(pdf);
  const at = (id: string): PdfObject => objects.get(id) ?? { dictionary: '', stream: '' };
  const pagesOf = [...objects.values()].find(({ dictionary }) => dictionary.includes('/Type /Pages'))?.dictionary ?? '';
  const kids = [...(/\/Kids \[([^\]]*)\]/.exec(pagesOf)?.[1] ?? '').matchAll(/(\d+) 0 R/g)].map(([, id = '']) => id);
  return kids.map((id) => {
    const page = at(id).dictionary;
    const resources = at(refOf(page, 'Resources')).dictionary;
    const signsOf = (font: string): string[] =>
      readSigns(at(refOf(at(refOf(resources, font)).dictionary, 'ToUnicode')).stream);
    return [...at(refOf(page, 'Contents')).stream.matchAll(/\/(F\d+) [\d.]+ Tf\n(\[.*?\]) TJ/g)].map(
      ([, font = '', shown = '']) => {
        const signs = signsOf(font);
        return glyphsOf(shown)
          .map((glyph) => signs[glyph] ?? '')
          .join('');
      },
    );
  });
}

/** The document's catalogue and description, with what they refer to in its place. */
export function pdfFrame(pdf: Uint8Array): string {
  const objects = readObjects(pdf);
  return [...objects.values()]
    .map(({ dictionary }) => dictionary)
    .filter((dictionary) => /\/Type \/Catalog|\/CreationDate/.test(dictionary))
    .join('\n')
    .replace(/(\d+) 0 R/g, (ref, id: string) => objects.get(id)?.dictionary ?? ref);
}

/** All that it says, as one line: where a line of it is full depends on how wide its signs are. */
export const pdfText = (pdf: Uint8Array): string => pdfPages(pdf).flat().join(' ').replaceAll(/\s+/g, ' ');
