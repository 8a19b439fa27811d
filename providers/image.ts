/**
 * Images decoded and encoded anew by libvips: upright by their own mark before that is stripped, without anything that
 * is not seen, at most so many pixels (E1, E4). Runs in the decoder's process only.
 */

import sharp, { type Sharp } from 'sharp';
import type { DecodedImage, DecodeRefusal } from '../domain/decoder.ts';
import { imagePixelsMax, thumbnailEdgePixels } from '../domain/limits.ts';

// Of all that libvips can read, only what the desk takes; one file at a time, and nothing of it is remembered.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
sharp.cache(false);
sharp.concurrency(1);

type ImageKind = 'png' | 'jpeg' | 'webp';

const encoded = {
  png: (image: Sharp) => image.png({ compressionLevel: 6 }),
  jpeg: (image: Sharp) => image.jpeg({ quality: 90 }),
  webp: (image: Sharp) => image.webp({ quality: 90, effort: 2 }),
} as const satisfies Record<ImageKind, unknown>;

export async function decodeImage(kind: ImageKind | 'heic', bytes: Uint8Array): Promise<DecodedImage | DecodeRefusal> {
  try {
    if (kind === 'heic') return await decodeHeic(bytes);
    const image = sharp(bytes, { limitInputPixels: imagePixelsMax, failOn: 'error', pages: 1 });
    const { format, width, height } = await image.metadata();
    if (format !== kind) return 'undecodable';
    return width * height > imagePixelsMax ? 'image-limit' : await anew(image.autoOrient(), kind);
  } catch (fault) {
    // Whatever the library says else of it, the file cannot be shown.
    return fault instanceof Error && /pixel limit/i.test(fault.message) ? 'image-limit' : 'undecodable';
  }
}

async function anew(image: Sharp, kind: ImageKind): Promise<DecodedImage> {
  const bytes = await encoded[kind](image).toBuffer();
  return { bytes, thumbnail: await thumbnailOf(sharp(bytes, { limitInputPixels: imagePixelsMax })) };
}

export const thumbnailOf = (image: Sharp): Promise<Buffer> =>
  image
    .resize({ width: thumbnailEdgePixels, height: thumbnailEdgePixels, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75, effort: 2 })
    .toBuffer();

/** Telephones’ pictures, whose decoder is loaded for them alone. It turns them upright itself. */
async function decodeHeic(bytes: Uint8Array): Promise<DecodedImage | DecodeRefusal> {
  const { readHeic } = await import('./heic.ts');
  const pixels = await readHeic(bytes);
  if (typeof pixels === 'string') return pixels;
  const { width, height, data } = pixels;
  return anew(sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: '#ffffff' }), 'jpeg');
}
