/** The key under which staff's declared ties are hashed; without it nothing can be declared, and what is known still holds. */

import { createHmac } from 'node:crypto';
import { type TieHash, tieName } from '../domain/staff-tie.ts';
import type { Config } from './config.ts';

const markLength = 16;

export function createTieHash(key: string): TieHash {
  const hash = (text: string) => createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest();
  return { keyMark: hash('mark').toString('hex').slice(0, markLength), of: (tie) => hash(`tie\n${tieName(tie)}`) };
}

export const tieHashOf = ({ STAFF_TIES_KEY }: Config): TieHash | null =>
  STAFF_TIES_KEY === '' ? null : createTieHash(STAFF_TIES_KEY.reveal());
