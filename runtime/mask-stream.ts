/**
 * Masks a file of text as it streams by: bytes in, masked bytes out, in memory that is bounded whatever the file's size.
 * What is not plain text in UTF-8 ends the stream by name, so that a store that writes it through keeps nothing of it.
 */

import type { MaskCounts } from '../domain/mask.ts';
import { maskText } from '../domain/mask.ts';
import { addCounts, maskPieces } from './mask-pieces.ts';

/** The bytes are no UTF-8, or hold control characters other than tab and line ends. */
export class NotPlainText extends Error {
  constructor() {
    super('the file is not plain text in UTF-8');
    this.name = 'NotPlainText';
  }
}

export interface MaskedStream {
  /** May be read once. Throws `NotPlainText` where the file shows to be something else. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Of what was read so far: of the whole once `pieces` has ended. */
  counts(): MaskCounts;
}

/** Equal to masking the whole at once, but for stretches of over 4 Mi characters without a place to cut: a mark stands for each. */
export function maskStream(bytes: AsyncIterable<Uint8Array>): MaskedStream {
  let counts = maskText('').counts;
  async function* masked(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of maskPieces(plainTexts(bytes))) {
      counts = addCounts(counts, piece.counts);
      yield Buffer.from(piece.text);
    }
  }
  return { pieces: masked(), counts: () => counts };
}

/** C1 controls are control characters too, which no writing needs. */
const control = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

async function* plainTexts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (piece?: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new NotPlainText();
    }
  };
  for await (const piece of bytes) yield checked(decode(piece));
  yield checked(decode());
}

function checked(text: string): string {
  if (control.test(text)) throw new NotPlainText();
  return text;
}
