/** Encrypts Temporal payloads with AES-256-GCM under a ring of keys: the first encrypts, every one decrypts. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import type { Config } from './config.ts';

const encoding = 'binary/encrypted';
const keyIdField = 'encryption-key-id';
const nonceBytes = 12;
const tagBytes = 16;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const textOf = (value: Uint8Array | null | undefined): string => (value ? new TextDecoder().decode(value) : '');

/** Throws `ValueError` for a payload whose key is not in the ring, or that was tampered with. */
export function createPayloadCodec(keys: Config['TEMPORAL_CODEC_KEYS']): PayloadCodec {
  const ring = new Map(keys.map(({ id, key }) => [id, Buffer.from(key.reveal(), 'base64')]));
  const [current] = ring.entries();
  if (!current) throw new ValueError('the key ring is empty');
  const [currentId, currentKey] = current;
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, currentId, currentKey)),
    decode: async (payloads) =>
      payloads.map((payload) => {
        if (textOf(payload.metadata?.[METADATA_ENCODING_KEY]) !== encoding) return payload;
        const keyId = textOf(payload.metadata?.[keyIdField]);
        const key = ring.get(keyId);
        if (!key) throw new ValueError(`no key with the id ${keyId} is configured`);
        return decrypt(payload.data ?? new Uint8Array(), key);
      }),
  };
}

function encrypt(payload: Payload, keyId: string, key: Buffer): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(wire(payload)), cipher.final()]);
  return {
    metadata: { [METADATA_ENCODING_KEY]: text(encoding), [keyIdField]: text(keyId) },
    data: Buffer.concat([nonce, cipher.getAuthTag(), sealed]),
  };
}

function decrypt(data: Uint8Array, key: Buffer): Payload {
  const bytes = Buffer.from(data);
  if (bytes.length < nonceBytes + tagBytes) throw new ValueError('a payload is cut short');
  const options = { authTagLength: tagBytes };
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), options);
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const opened = decipher.update(bytes.subarray(nonceBytes + tagBytes));
  try {
    return unwire(Buffer.concat([opened, decipher.final()]));
  } catch (fault) {
    throw new ValueError('a payload was changed, or encrypted with another key of the same id', fault);
  }
}

/** Metadata as JSON, a zero byte, then the data: small, and needs no protobuf code. */
const wire = (payload: Payload): Buffer =>
  Buffer.concat([
    Buffer.from(
      JSON.stringify(
        Object.fromEntries(Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, textOf(value)])),
      ),
    ),
    Buffer.from([0]),
    // The SDK's empty payloads hold an empty array here, whatever their type says.
    Buffer.from(payload.data ?? []),
  ]);

function unwire(bytes: Buffer): Payload {
  const end = bytes.indexOf(0);
  const metadata = JSON.parse(bytes.subarray(0, end).toString()) as Record<string, string>;
  return {
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, text(value)])),
    data: bytes.subarray(end + 1),
  };
}
