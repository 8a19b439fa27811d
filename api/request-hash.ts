/** What makes two requests under one Idempotency-Key the same: operation, path and body in one canonical form. */

import { createHash } from 'node:crypto';

const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
};

/** The body is masked already: a hash of a card number beside its surroundings could be guessed back (PA-1.2). */
export const hashRequest = (request: { operation: string; path: unknown; body: unknown }): Buffer =>
  createHash('sha256')
    .update(canonical([request.operation, request.path, request.body]))
    .digest();
