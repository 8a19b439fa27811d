/** Cursors of lists: where a page ended, as opaque text. A cursor says nothing that the page did not show. */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';

export interface Page {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface PageOf<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** The sort key of a page's last row. */
export type CursorKey = readonly string[];

export const writeCursor = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The key behind a cursor, `null` for a list's beginning, or a refusal where it is none of ours. */
export function readCursor<Key extends z.ZodType<CursorKey>>(
  schema: Key,
  cursor: string | null,
): z.output<Key> | null | Refusal {
  if (cursor === null) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: the same answer as for JSON of another form.
  }
  return refuse('request-invalid', { field: 'cursor' });
}

/** Most lists run from the newest: by instant, then id. */
export const newestFirst = z.tuple([z.iso.datetime(), z.uuid()]);

export const instantKey = (at: Date, id: string): CursorKey => [at.toISOString(), id];

/** Cuts the one row too many that tells whether there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => CursorKey,
  item: (row: Row) => Item,
): PageOf<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), next: rows.length > limit && last !== undefined ? writeCursor(key(last)) : null };
}
