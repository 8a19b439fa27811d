/** What a ticket's network context says of where its fault was seen, for those who go and look there. */

import { z } from 'zod';
import type { TicketId } from '../domain/ids.ts';
import type { Queryable } from './database.ts';

export interface NamedTargets {
  /** `host` or `host:port`. */
  readonly targets: readonly string[];
  /** Whether plain HTTP was spoken, so that a target without a port means port 80. */
  readonly isPlain: boolean;
}

const contextSchema = z.object({ targets: z.array(z.string()).min(1), protocol: z.string() });

/** `null` where there is none, or none that can be read. */
export async function readNamedTargets(db: Queryable, ticketId: TicketId): Promise<NamedTargets | null> {
  const row: { context: unknown } | undefined = await db('tickets')
    .where({ id: ticketId })
    .first({ context: 'network_context' });
  const parsed = contextSchema.safeParse(row?.context);
  return parsed.success ? { targets: parsed.data.targets, isPlain: parsed.data.protocol === 'http' } : null;
}
