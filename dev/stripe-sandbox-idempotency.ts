/**
 * Idempotency keys as Stripe documents them: the first answer is kept once work has begun, the same key with other
 * parameters is refused, one that is being worked on is refused too, and keys are pruned after 24 hours.
 */

import { createHash } from 'node:crypto';
import type { SavedAnswer } from './sandbox-answer.ts';
import { type Books, type KeyRow, type Put, put, strike } from './stripe-sandbox-books.ts';
import { StripeRefusal } from './stripe-sandbox-wire.ts';

export const keyHoursMax = 24;
const keyCharactersMax = 255;

export interface Idempotency {
  /** The answer given before, if any; throws Stripe's refusal where the key cannot be used now. */
  recall(key: string, fingerprint: string): KeyRow | undefined;
  /** Marks the key as being worked on until `release`. */
  hold(key: string): void;
  release(key: string): void;
  /** What is to be written, together with the work itself, so that the key remembers. */
  remember(key: string, fingerprint: string, requestId: string, answer: SavedAnswer): Put;
  /** Strikes out what is older than a day. */
  pruned(): Put[];
}

export function createIdempotency({ books, nowMs }: { books: Books; nowMs: () => number }): Idempotency {
  const held = new Set<string>();
  const isOld = (row: KeyRow): boolean => nowMs() - row.createdMs >= keyHoursMax * 3_600_000;

  return {
    recall(key, fingerprint) {
      if (key.length > keyCharactersMax)
        throw new StripeRefusal(400, `Idempotency keys can be at most ${keyCharactersMax} characters.`, {
          type: 'idempotency_error',
        });
      if (held.has(key))
        throw new StripeRefusal(
          409,
          'There is currently another in-progress request using this idempotency key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
          { type: 'idempotency_error', code: 'idempotency_key_in_use' },
        );
      const row = books.get('key', key);
      if (!row || isOld(row)) return undefined;
      if (row.fingerprint !== fingerprint)
        throw new StripeRefusal(
          400,
          'Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than the one given if you meant to execute a different request.',
          { type: 'idempotency_error' },
        );
      return row;
    },
    hold: (key) => void held.add(key),
    release: (key) => void held.delete(key),
    remember: (key, fingerprint, requestId, answer) =>
      put('key', { id: key, fingerprint, requestId, createdMs: nowMs(), answer }),
    pruned: () =>
      books
        .all('key')
        .filter(isOld)
        .map((row) => strike('key', row.id)),
  };
}

/** The same whatever the order in which a client writes its parameters. */
export function fingerprintOf(path: string, form: string): string {
  const params = new URLSearchParams(form);
  params.sort();
  return createHash('sha256').update(`${path}\n${params.toString()}`).digest('hex');
}
