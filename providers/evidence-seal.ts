/**
 * How evidence is sealed: AES-256-GCM in frames, so that a file of any size is sealed and opened in bounded memory. Each
 * frame names what it belongs to, its number and whether it is the last, so that nothing can be cut, moved or passed off
 * as another; none is given out before it is proved.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EvidenceTampered } from '../domain/evidence.ts';

export const keyBytes = 32;
/** Of what a frame holds; all but the last are as long. */
export const frameBytesMax = 1024 * 1024;

const ivBytes = 12;
const tagBytes = 16;
/** Tells one writing from another of the same name, so that their frames cannot be mixed. */
const writingBytes = 16;
/** First byte of everything sealed, so that the way of sealing can change: 1 is sealed as a whole, 2 in frames. */
const wholeVersion = 1;
const frameVersion = 2;
const frameHeadBytes = 1 + writingBytes;
const sealedFrameBytesMax = frameHeadBytes + ivBytes + frameBytesMax + tagBytes;
/** Nothing larger was ever sealed as a whole. */
const wholeBytesMax = 16 * 1024 * 1024;

/** Seals something small as a whole; the name is sealed in, so that no stored thing can be passed off as another. */
export const sealWhole = (key: Buffer, name: string, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([wholeVersion]), seal(key, name, bytes)]);

/** Opens what was sealed as a whole; throws `EvidenceTampered`. */
export function openWhole(key: Buffer, name: string, sealed: Buffer): Buffer {
  if (sealed[0] !== wholeVersion) throw tampered(name);
  return open(key, name, sealed.subarray(1));
}

export async function* sealStream(
  key: Buffer,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  const writing = randomBytes(writingBytes);
  const head = Buffer.concat([Buffer.from([frameVersion]), writing]);
  let number = 0;
  for await (const frame of framesOf(bytes, frameBytesMax)) {
    yield Buffer.concat([head, seal(key, frameName({ name, writing, number, isLast: frame.isLast }), frame.bytes)]);
    number += 1;
  }
}

/** Opens what `sealStream` or `sealWhole` made; throws `EvidenceTampered` instead of giving out what is not proved. */
export async function* openStream(
  key: Buffer,
  name: string,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  let writing: Buffer | null = null;
  const whole: Buffer[] = [];
  let number = 0;
  for await (const { bytes, isLast } of framesOf(sealed, sealedFrameBytesMax)) {
    if (whole.length > 0 || (number === 0 && bytes[0] === wholeVersion)) {
      whole.push(Buffer.from(bytes));
      if (whole.length * sealedFrameBytesMax > wholeBytesMax) throw tampered(name);
    } else {
      if (bytes[0] !== frameVersion) throw tampered(name);
      writing ??= Buffer.from(bytes.subarray(1, frameHeadBytes));
      yield open(key, frameName({ name, writing, number, isLast }), bytes.subarray(frameHeadBytes));
    }
    number += 1;
  }
  if (whole.length > 0) yield openWhole(key, name, Buffer.concat(whole));
}

interface FramePlace {
  readonly name: string;
  readonly writing: Buffer;
  readonly number: number;
  readonly isLast: boolean;
}

const frameName = ({ name, writing, number, isLast }: FramePlace): string =>
  `${name}#${writing.toString('hex')}#${number}#${isLast ? 'last' : 'more'}`;

function seal(key: Buffer, name: string, bytes: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(name));
  return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, name: string, sealed: Buffer): Buffer {
  if (sealed.length < ivBytes + tagBytes) throw tampered(name);
  const bodyEnd = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(bodyEnd));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes, bodyEnd)), decipher.final()]);
  } catch {
    throw tampered(name);
  }
}

const tampered = (name: string): EvidenceTampered =>
  new EvidenceTampered(name.startsWith('key/') ? 'key' : name.startsWith('chunk/') ? 'chunk' : 'object');

interface Frame {
  /** Overwritten when the next frame is asked for. */
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

const firstRoomBytes = 16 * 1024;

/** Lays a stream out in frames of this many bytes; the last may be shorter, and is empty only where the stream is. */
async function* framesOf(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Frame, void> {
  let room = Buffer.allocUnsafe(Math.min(firstRoomBytes, size));
  let length = 0;
  for await (const piece of stream) {
    for (let from = 0; from < piece.length; ) {
      // Only what follows shows that a full frame is not the last one.
      if (length === size) {
        yield { bytes: room, isLast: false };
        length = 0;
      }
      const taken = Math.min(piece.length - from, size - length);
      if (length + taken > room.length) room = grown(room, length, Math.min(size, 2 * (length + taken)));
      room.set(piece.subarray(from, from + taken), length);
      length += taken;
      from += taken;
    }
  }
  yield { bytes: room.subarray(0, length), isLast: true };
}

function grown(room: Buffer, length: number, to: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(to);
  room.copy(larger, 0, 0, length);
  return larger;
}
