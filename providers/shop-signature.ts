/**
 * Signs calls to the shop by the Standard Webhooks scheme, so that a shop verifies them with a library it may have
 * already. What is signed covers method and path too: a body alone could be sent again to another address.
 */

import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';
/** The scheme's own bounds. */
const secretBytesMin = 24;
const secretBytesMax = 64;

export interface SignedMessage {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly payload: string;
}

/** What stands for the message in the scheme; the path as it is called, with its query. */
export const payloadOf = (method: string, path: string, body: string): string => `${method} ${path}\n${body}`;

export type Signer = (message: SignedMessage) => string;

/** Throws where the secret is none of the scheme's, so that nothing is ever signed with an empty key. */
export function createSigner(secret: string): Signer {
  const key = Buffer.from(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : '', 'base64');
  if (key.length < secretBytesMin || key.length > secretBytesMax)
    throw new RangeError('the shop’s signing secret is not whsec_ with 24 to 64 bytes in base64');
  return ({ id, timestampSeconds, payload }) =>
    `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${payload}`).digest('base64')}`;
}
