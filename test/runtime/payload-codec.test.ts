/** What Temporal is given to keep: unreadable without the key, whole or not at all, under keys that can change. */

import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { defaultPayloadConverter, type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import fc from 'fast-check';
import { Secret } from '../../runtime/config.ts';
import { createPayloadCodec } from '../../runtime/payload-codec.ts';

const aKey = (id: string) => ({ id, key: new Secret(randomBytes(32).toString('base64')) });

const [first, second] = [aKey('first'), aKey('second')];
const codec = createPayloadCodec([first]);

async function one(payloads: Promise<Payload[]>): Promise<Payload> {
  const [payload] = await payloads;
  if (!payload) throw new Error('the codec lost a payload');
  return payload;
}

const throughAndBack = async (to: PayloadCodec, from: PayloadCodec, payload: Payload): Promise<Payload> =>
  one(from.decode([await one(to.encode([payload]))]));

const bytesOf = (payload: Payload): Buffer =>
  Buffer.concat(
    [...Object.values(payload.metadata ?? {}), payload.data ?? new Uint8Array()].map((part) => Buffer.from(part)),
  );

test('any bytes and metadata come back as they were', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const payloads = fc.record({
    metadata: fc.dictionary(
      text,
      text.map((value) => new TextEncoder().encode(value)),
      { noNullPrototype: true },
    ),
    data: fc.uint8Array({ maxLength: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(payloads, async (payload) => {
      const back = await throughAndBack(codec, codec, payload);
      expect(Buffer.from(back.data ?? []).equals(Buffer.from(payload.data))).toBe(true);
      const metadata = Object.entries(back.metadata ?? {}).map(([name, value]) => [name, [...value]]);
      expect(metadata).toEqual(Object.entries(payload.metadata).map(([name, value]) => [name, [...value]]));
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['nothing at all', undefined],
  ['null', null],
  ['an empty text', ''],
  ['empty bytes', new Uint8Array()],
  ['an object', { ticketId: 'one', amount: { minor: '1999', currency: 'USD' } }],
])('the SDK’s payload of %s comes back', async (_name, value) => {
  const back = await throughAndBack(codec, codec, defaultPayloadConverter.toPayload(value));
  expect(defaultPayloadConverter.fromPayload(back)).toEqual(value);
});

test('what is kept never holds what was said (PV-1.1)', async () => {
  const said = 'someone@example.com wrote this';
  const payload = defaultPayloadConverter.toPayload({ said });
  const kept = await one(codec.encode([payload]));
  for (const form of ['utf8', 'base64', 'hex'] as const) {
    expect(bytesOf(kept).toString('latin1')).not.toContain(Buffer.from(said).toString(form));
  }
  expect(bytesOf(kept).toString('latin1')).not.toContain('json/plain');
  expect(Buffer.from((await one(codec.encode([payload]))).data ?? []).equals(Buffer.from(kept.data ?? []))).toBe(false);
});

test('a new first key encrypts from now on, and the old one still reads what is there', async () => {
  const rotated = createPayloadCodec([second, first]);
  const payload = defaultPayloadConverter.toPayload('text');
  expect(await throughAndBack(codec, rotated, payload)).toMatchObject({ metadata: payload.metadata });
  await expect(throughAndBack(rotated, codec, payload)).rejects.toThrow(ValueError);
});

test('a key that is not in the ring is named, and nothing else is', async () => {
  const other = createPayloadCodec([second]);
  const kept = await one(other.encode([defaultPayloadConverter.toPayload('private')]));
  await expect(codec.decode([kept])).rejects.toThrow('no key with the id second is configured');
});

test('another key under the same id reads nothing', async () => {
  const impostor = createPayloadCodec([aKey('first')]);
  await expect(throughAndBack(codec, impostor, defaultPayloadConverter.toPayload('text'))).rejects.toThrow(ValueError);
});

test('a changed bit anywhere, or a cut, is an error and never another value', async () => {
  const kept = await one(codec.encode([defaultPayloadConverter.toPayload('text')]));
  const data = Buffer.from(kept.data ?? []);
  for (let at = 0; at < data.length; at += 1) {
    const changed = Buffer.from(data);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(codec.decode([{ ...kept, data: changed }])).rejects.toThrow(ValueError);
  }
  for (const length of [0, 5, 12, 20, data.length - 1])
    await expect(codec.decode([{ ...kept, data: data.subarray(0, length) }])).rejects.toThrow(ValueError);
  await expect(codec.decode([{ metadata: kept.metadata ?? null }])).rejects.toThrow(ValueError);
});

test('what was not encrypted is left as it is', async () => {
  const plain = defaultPayloadConverter.toPayload('text');
  expect(await codec.decode([plain])).toEqual([plain]);
});
