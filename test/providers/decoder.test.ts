/** Images as they are served: upright, clean of all that is not seen, within their limits, whatever was sent (E1, E4). */

import { crc32, deflateSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { DecodedImage, DecodeRefusal } from '../../domain/decoder.ts';
import { thumbnailEdgePixels } from '../../domain/limits.ts';
import { createDecoder } from '../../providers/decoder.ts';

/** As a telephone's camera writes it: HEIC of 96 by 64 pixels, its left half blue, with the place where it was taken. */
const heic = Buffer.from(
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAYBtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAGkAAEAAAAAAAAAQwACAAAAAAHnAAEAAAAAAAABPgAAADhpaW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAFWluZmUCAAABAAIAAEV4aWYAAAAAv2lwcnAAAAChaXBjbwAAAHVodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAoQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAGAAAABAAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAYltZGF0AAAAPygBrxOAVOcCPy6HDT//66lFf+ddq/y9onxFU1awFd8gPvtQEU2m97iOR5HrzWBGqS9obxJOoes2kswzE5+rwAAAAABJSSoACAAAAAgADwECAAcAAAB+AAAAEgEDAAEAAAABAAAAGgEFAAEAAABuAAAAGwEFAAEAAAB2AAAAKAEDAAEAAAACAAAAEwIDAAEAAAABAAAAaYcEAAEAAACGAAAAJYgEAAEAAADUAAAAAAAAADhjAADoAwAAOGMAAOgDAABDYW1lcmEAAAYAAJAHAAQAAAAwMjEwAZEHAAQAAAABAgMAAKAHAAQAAAAwMTAwAaADAAEAAAD//wAAAqAEAAEAAABgAAAAA6AEAAEAAABAAAAAAAAAAAQAAQACAAIAAABOAAAAAgAFAAMAAAAiAQAAAwACAAIAAABFAAAABAAFAAMAAAAKAQAAAAAAAA0AAAABAAAAGAAAAAEAAAAAAAAAAQAAADQAAAABAAAAHwAAAAEAAAAAAAAAAQAAAA==',
  'base64',
);

const decoder = createDecoder();
afterAll(() => decoder.close());

const place = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '52/1 31/1 0/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '13/1 24/1 0/1',
};

/** Its upper half is blue where it is upright. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c02020' } }).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: '#2020c0' } }, left: 0, top: 0 },
  ]);

function imageOf(decoded: DecodedImage | DecodeRefusal): DecodedImage {
  if (typeof decoded === 'string') throw new Error(`the image is refused: ${decoded}`);
  return decoded;
}

/** Nothing but pixels: no EXIF, XMP, IPTC, profile or comment. */
async function expectClean(bytes: Uint8Array): Promise<void> {
  const meta = await sharp(bytes).metadata();
  expect([meta.exif, meta.xmp, meta.iptc, meta.icc, meta.comments, meta.orientation]).toEqual(Array(6).fill(undefined));
}

async function colourAt(bytes: Uint8Array, left: number, top: number): Promise<string> {
  const { data } = await sharp(bytes)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [red = 0, , blue = 0] = data;
  return blue > red ? 'blue' : 'red';
}

describe('E4: an image', () => {
  test('with a place and turned on its side is served upright and without it, as is its thumbnail', async () => {
    const photo = await halves(800, 400)
      .jpeg()
      .withExif({ IFD0: { Make: 'Camera', Artist: 'Carol' }, IFD3: place })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(photo).metadata()).orientation).toBe(6);
    const { bytes, thumbnail } = imageOf(await decoder.image('jpeg', photo));
    for (const each of [bytes, thumbnail]) await expectClean(each);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 400, height: 800 });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', height: thumbnailEdgePixels });
    // Turned to the right, what was left is above.
    expect([await colourAt(bytes, 200, 100), await colourAt(bytes, 200, 700)]).toEqual(['blue', 'red']);
  });

  test('PNG loses its texts, and what hangs behind its end', async () => {
    const plain = await halves(40, 20).png().toBuffer();
    const secret = 'Comment\u0000user77:hunter2-swordfish';
    const tail = Buffer.from('<script>alert(1)</script>PK\u0003\u0004');
    const png = Buffer.concat([plain.subarray(0, 33), chunk('tEXt', Buffer.from(secret)), plain.subarray(33), tail]);
    const { bytes, thumbnail } = imageOf(await decoder.image('png', png));
    for (const each of [bytes, thumbnail]) {
      await expectClean(each);
      expect(Buffer.from(each).includes('hunter2')).toBe(false);
      expect(Buffer.from(each).includes('<script>')).toBe(false);
    }
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 40, height: 20 });
  });

  test('HEIC becomes a JPEG without the place', async () => {
    expect(heic.includes('Exif')).toBe(true);
    const { bytes } = imageOf(await decoder.image('heic', heic));
    await expectClean(bytes);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 96, height: 64 });
    expect([await colourAt(bytes, 10, 30), await colourAt(bytes, 85, 30)]).toEqual(['blue', 'red']);
  });

  test('of a moving one the first frame is kept', async () => {
    const frames = await Promise.all(
      ['#c02020', '#2020c0'].map((background) =>
        sharp({ create: { width: 30, height: 30, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const moving = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    const { bytes } = imageOf(await decoder.image('webp', moving));
    expect([(await sharp(bytes).metadata()).pages ?? 1, await colourAt(bytes, 15, 15)]).toEqual([1, 'red']);
  });
});

const header = (width: number, height: number): Buffer => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 6], 8);
  return chunk('IHDR', data);
};

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

describe('E1: what is made to harm the decoder', () => {
  test('fifty gigapixels in a few bytes are refused by their header', async () => {
    const rows = chunk('IDAT', deflateSync(Buffer.alloc(4_096)));
    const huge = Buffer.concat([signature, header(250_000, 200_000), rows, chunk('IEND', Buffer.alloc(0))]);
    expect(await decoder.image('png', huge)).toBe('image-limit');
  });

  test('a file cut off, a file of another kind and no file at all are undecodable', async () => {
    const jpeg = await halves(400, 400).jpeg().toBuffer();
    const png = await halves(400, 400).png().toBuffer();
    const given = [
      ['png', png.subarray(0, png.length / 2)],
      ['png', jpeg],
      ['heic', heic.subarray(0, 300)],
      ['jpeg', Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')],
      ['webp', Buffer.from('RIFF    WEBPVP8 ')],
    ] as const;
    for (const [kind, bytes] of given) expect(await decoder.image(kind, bytes)).toBe('undecodable');
  });

  test('a file that nobody looked at, since the desk ends, is not told to be damaged', async () => {
    const ending = createDecoder();
    const png = await halves(400, 400).png().toBuffer();
    const asked = ending.image('png', png);
    ending.close();
    await expect(asked).rejects.toThrow('the decoder is closed');
  });

  test('a file that takes too long costs the decoder its process, and the next file gets another', async () => {
    const hurried = createDecoder({ msMax: 1 });
    const png = await halves(400, 400).png().toBuffer();
    expect(await hurried.image('png', png)).toBe('undecodable');
    hurried.close();
    const [first, second] = await Promise.all([decoder.image('png', png), decoder.image('png', png)]);
    expect(imageOf(first).bytes).toEqual(imageOf(second).bytes);
  });
});
