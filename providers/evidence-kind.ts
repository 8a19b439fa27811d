/**
 * Tells what a file is by its bytes (E1). Only what can be shown safely has a kind: still images, text that is nothing
 * but text, PDFs and archives of these. Never decodes anything and never runs anything.
 */

import { fileTypeFromBuffer } from 'file-type';
import { createHarScan } from '../domain/har-head.ts';
import type { ReceivedKind, Sniffed } from '../domain/intake.ts';

const kindsByMedia: Readonly<Record<string, ReceivedKind>> = {
  'image/png': 'png',
  'image/apng': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/heif': 'heic',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/gzip': 'gzip',
};

/** pcap in both byte orders and both units of time, pcapng, snoop, and what Microsoft's Network Monitor writes. */
const captureMarks = ['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a', '736e6f6f70000000', '474d4255'];

/** As much of a file's beginning as is kept to tell its kind. */
const headBytesMax = 64 * 1024;

export interface KindProbe {
  /** In order, all of the file. */
  take(bytes: Uint8Array): void;
  /** The kind by the bytes alone, or `null` for anything that is not taken. */
  tell(): Promise<Sniffed>;
}

/**
 * Text that looks like HTML or SVG is text: logs and block pages are evidence, and they are only ever served as plain
 * text. Holds the head of the file and nothing else of it; a HAR is one however late its log comes (PV-2.1).
 */
export function createKindProbe(): KindProbe {
  const parts: Uint8Array[] = [];
  let headBytes = 0;
  const text = createTextProbe();
  return {
    take(bytes) {
      if (headBytes < headBytesMax) {
        parts.push(bytes.slice(0, headBytesMax - headBytes));
        headBytes += Math.min(bytes.length, headBytesMax - headBytes);
      }
      text.take(bytes);
    },
    async tell() {
      const head = Buffer.concat(parts);
      if (head.length === 0) return null;
      // First, since words such as BM or MZ at the beginning of a message are taken for formats otherwise.
      if (text.isText()) return text.isHar() ? 'har' : 'text';
      if (captureMarks.some((mark) => head.toString('hex', 0, mark.length / 2) === mark)) return 'traffic-capture';
      const type = await fileTypeFromBuffer(head);
      return type === undefined ? null : (kindsByMedia[type.mime] ?? null);
    },
  };
}

/** The same of a file that is there whole. */
export async function sniffKind(bytes: Uint8Array): Promise<Sniffed> {
  const probe = createKindProbe();
  probe.take(bytes);
  return probe.tell();
}

/** UTF-8 without control characters but tab and line ends; and whether all of it is a HAR, whose keys may come late. */
function createTextProbe() {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const har = createHarScan();
  let stillText = true;
  /** C1 controls are control characters too, which no writing needs. */
  const read = (bytes: Uint8Array | undefined, stream: boolean): boolean => {
    try {
      const decoded = decoder.decode(bytes, { stream });
      har.take(decoded);
      return !/[\u0080-\u009f]/.test(decoded);
    } catch {
      return false;
    }
  };
  return {
    take(bytes: Uint8Array): void {
      stillText &&= !bytes.some(isControl) && read(bytes, true);
    },
    isText: (): boolean => stillText && read(undefined, false),
    isHar: (): boolean => har.isHar(),
  };
}

const isControl = (byte: number): boolean =>
  (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f;
