/**
 * The code of a device (RFC 6238): which thirty seconds it is of, so that it can be taken once. Real time, whatever the
 * desk's clock says; one step to either side is forgiven, as at sign-in.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';

const stepMs = 30_000;
const digits = 6;

/** The step that the code is of, or `null` where it is wrong. */
export function counterOf(secret: Buffer, code: string, nowMs: number): bigint | null {
  const now = BigInt(Math.floor(nowMs / stepMs));
  const given = Buffer.from(code);
  // All are tried, so that the time taken tells nothing.
  const found = [now - 1n, now, now + 1n].filter((counter) => {
    const expected = Buffer.from(codeOf(secret, counter));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return found.at(-1) ?? null;
}

export function codeOf(secret: Buffer, counter: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(counter);
  const mac = createHmac('sha1', secret).update(bytes).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}
