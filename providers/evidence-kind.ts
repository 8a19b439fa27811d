/**
 * Tells what a file is by its bytes (E1). Only what can be shown safely has a kind: still images, and text that is
 * nothing but text. Never decodes an image and never runs anything.
 */

import { fileTypeFromBuffer } from 'file-type';
import type { EvidenceKind } from '../domain/evidence.ts';

const imageKinds: Readonly<Record<string, EvidenceKind>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
};

/**
 * The kind by the bytes alone, or `null` for anything else. Text that looks like HTML or SVG is text: logs and block
 * pages are evidence, and they are only ever served as plain text.
 */
export async function sniffKind(bytes: Uint8Array): Promise<EvidenceKind | null> {
  if (bytes.length === 0) return null;
  // First, since words such as BM or MZ at the beginning of a message are taken for formats otherwise.
  if (isPlainText(bytes)) return 'text';
  const type = await fileTypeFromBuffer(bytes);
  return type === undefined ? null : (imageKinds[type.mime] ?? null);
}

const imageName = /\.(?:a?png|jpe?g|jfif|webp|gif|bmp|hei[cf]|avif|tiff?|ico)$/i;

/** The kind of a file under its name; `null` also where the name promises an image and the bytes are text (E1). */
export async function kindOfFile(name: string, bytes: Uint8Array): Promise<EvidenceKind | null> {
  const kind = await sniffKind(bytes);
  return kind === 'text' && imageName.test(name) ? null : kind;
}

/** UTF-8 without control characters but tab and line ends. */
function isPlainText(bytes: Uint8Array): boolean {
  for (const byte of bytes)
    if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f) return false;
  try {
    // C1 controls are control characters too, which no writing needs.
    return !/[\u0080-\u009f]/.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
}
