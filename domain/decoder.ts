/**
 * The port of what decodes files that a stranger made, and encodes anew what it saw of them (E1, E4). Pure. Whatever
 * such a file does to the decoder, the desk goes on without it.
 */

import type { MaskCounts } from './mask.ts';

export interface DecodedImage {
  /** Upright, of the first frame alone, with nothing in it but what is seen. */
  readonly bytes: Uint8Array;
  /** A small WebP of it. */
  readonly thumbnail: Uint8Array;
}

export interface DecodedPdf {
  /** Of all pages, masked; a form feed between two. */
  readonly text: string;
  readonly counts: MaskCounts;
  /** A WebP a page, in which what was masked is painted over. */
  readonly pages: readonly Uint8Array[];
  readonly thumbnail: Uint8Array;
}

export const decodeRefusals = ['undecodable', 'image-limit', 'page-limit'] as const;

export type DecodeRefusal = (typeof decodeRefusals)[number];

export interface Decoder {
  image(kind: 'png' | 'jpeg' | 'webp' | 'heic', bytes: Uint8Array): Promise<DecodedImage | DecodeRefusal>;
  pdf(bytes: Uint8Array): Promise<DecodedPdf | DecodeRefusal>;
  /** What is kept of a HAR, still unmasked (PV-2.1). */
  har(bytes: Uint8Array): Promise<Uint8Array | DecodeRefusal>;
  close(): void;
}
