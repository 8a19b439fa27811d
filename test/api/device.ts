/** The device that shows a member of staff's codes, and how it is set up. */

import { createHmac } from 'node:crypto';
import { type Client, createClient } from './client.ts';
import { ownOrigin, staffPassword } from './desk.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** RFC 6238: six digits of thirty seconds. */
function codeAt(secret: Buffer, seconds: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export interface Device {
  /** As it is shown now, or so many seconds from now. */
  code(inSeconds?: number): string;
  /** Whoever set it up, signed in again: setting it up gives a session of its own. */
  readonly client: Client;
  /** Of that session, as a browser sends it. */
  readonly cookie: string;
}

export async function enrol(person: Client, url?: string): Promise<Device> {
  const enabled = await person.post('/v1/auth/two-factor/enable', { password: staffPassword });
  const secret = fromBase32(new URL(String(enabled.json['totpURI'])).searchParams.get('secret') ?? '');
  const code = (inSeconds = 0) => codeAt(secret, Date.now() / 1000 + inSeconds);
  const verified = await person.post('/v1/auth/two-factor/verify-totp', { code: code() });
  if (verified.status !== 200) throw new Error(`setting up a second factor answered ${verified.status}`);
  const cookies = verified.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  return {
    code,
    cookie: cookies,
    client: url === undefined ? person : createClient(url, { Cookie: cookies, Origin: ownOrigin }),
  };
}
