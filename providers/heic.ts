/** HEIC read by libheif, compiled to WebAssembly (LGPL-3.0, used as it is published). Runs in the decoder's process only. */

import libheif from 'libheif-js/wasm-bundle.js';
import type { DecodeRefusal } from '../domain/decoder.ts';
import { imagePixelsMax } from '../domain/limits.ts';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, upright. */
  readonly data: Uint8Array;
}

/** The first picture of the file; its size is looked at before anything is decoded. */
export async function readHeic(bytes: Uint8Array): Promise<Pixels | DecodeRefusal> {
  const [first] = new libheif.HeifDecoder().decode(bytes);
  if (!first) return 'undecodable';
  const [width, height] = [first.get_width(), first.get_height()];
  if (width * height > imagePixelsMax) return 'image-limit';
  const empty = { width, height, data: new Uint8ClampedArray(4 * width * height) };
  const shown = await new Promise<typeof empty | null>((resolve) => {
    first.display(empty, resolve);
  });
  return shown ? { width, height, data: new Uint8Array(shown.data.buffer) } : 'undecodable';
}
