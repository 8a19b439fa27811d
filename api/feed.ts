/** What the door needs of a feed of changes: who listens to what, what is told, and where to take up again. Handed in. */

import type { Refusal } from '../domain/errors.ts';
import type { Viewer } from './principal.ts';

export interface ToldChange {
  /** Of all that was changed before it, the listener has heard. */
  readonly position: string;
  /** `null` where only the position has moved on. */
  readonly name: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
}

export interface FeedListener {
  tell(told: ToldChange): void;
  /** Nothing more will be told. */
  end(): void;
}

export interface FeedSubscription {
  readonly position: string;
  /** All that changed since; `null` where that was not asked or cannot be told, so that all must be listed anew. */
  readonly missed: readonly ToldChange[] | null;
  close(): void;
}

/** Payouts with their stop, or the tickets that the viewer may see. */
export type Following = { readonly of: 'payouts' } | { readonly of: 'tickets'; readonly viewer: Viewer };

export interface ChangeFeed {
  /** Tells of every change from now on, perhaps more than once. `after` is a position that was told before. */
  subscribe(following: Following, after: string | null, listener: FeedListener): Promise<FeedSubscription | Refusal>;
}
