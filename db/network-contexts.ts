/** The network context of a ticket: one, replaced as a whole, and found by the exits and the hours that it names. */

import type { Knex } from 'knex';
import { z } from 'zod';
import type { TicketId } from '../domain/ids.ts';
import { type NetworkContext, proxyProtocols, type SeenFilter } from '../domain/network-context.ts';
import type { Queryable, Transaction } from './database.ts';
import { matchedIncidents } from './jobs.ts';
import { readRow } from './row.ts';
import type { TicketRow } from './tickets.ts';

const instantText = z.string().transform((text) => new Date(text).toISOString());

export const networkContextSchema = z.object({
  targets: z.array(z.string()),
  times: z.array(z.object({ from: instantText, until: instantText })),
  egress: z.array(z.string()),
  protocol: z.enum(proxyProtocols),
  client: z.object({ name: z.string(), version: z.string().optional(), configuration: z.string().optional() }),
}) satisfies z.ZodType<NetworkContext>;

/** Writes of a statement that has more to do: nothing where no context is bound. */
export const contextWrites = `
  context as (
    insert into ticket_network_contexts
    select :ticket::uuid, :targets::text[], range_agg(tstzrange(from_at, until_at, '[]')), :protocol, :client, :version, :configuration
    from unnest(:from::timestamptz[], :until::timestamptz[]) as time(from_at, until_at) having count(*) > 0
    on conflict (ticket_id) do update set targets = excluded.targets, seen = excluded.seen, protocol = excluded.protocol,
      client_name = excluded.client_name, client_version = excluded.client_version,
      client_configuration = excluded.client_configuration
    returning seen
  ), former as (
    delete from ticket_egress where ticket_id = :ticket and position > cardinality(:egress::inet[])
  ), exits as (
    insert into ticket_egress
    select :ticket, position, given.egress, seen from context, unnest(:egress::inet[]) with ordinality as given(egress, position)
    on conflict (ticket_id, position) do update set egress = excluded.egress, seen = excluded.seen
  )`;

/** What `contextWrites` is bound to, beside the ticket. */
export const contextBindings = (context: NetworkContext | null) => ({
  targets: context && [...context.targets],
  from: context && context.times.map(({ from }) => from),
  until: context && context.times.map(({ until }) => until),
  egress: context && [...context.egress],
  protocol: context && context.protocol,
  client: context && context.client.name,
  version: context?.client.version ?? null,
  configuration: context?.client.configuration ?? null,
});

export async function storeNetworkContext(trx: Transaction, ticket: TicketId, context: NetworkContext): Promise<void> {
  await trx.raw(`with ${contextWrites} select`, { ticket, ...contextBindings(context) });
}

/**
 * A ticket without one takes that of the first ticket that the same request opened and that has one; its own stands. A
 * confirmed incident may be of the exits that it then names.
 */
export async function adoptLinkedContext(trx: Transaction, ticket: TicketRow): Promise<void> {
  if (ticket.request_id === null) return;
  await trx.raw(
    `with linked as (
       select context.* from tickets join tickets as others using (request_id, account_id)
         join ticket_network_contexts as context on context.ticket_id = others.id
       where tickets.id = :ticket order by others.number limit 1
     ), adopted as (
       insert into ticket_network_contexts
       select :ticket, targets, seen, protocol, client_name, client_version, client_configuration from linked
       on conflict (ticket_id) do nothing returning ticket_id
     ), ${matchedIncidents('from adopted')}
     insert into ticket_egress
     select adopted.ticket_id, position, egress, ticket_egress.seen
     from adopted, linked join ticket_egress on ticket_egress.ticket_id = linked.ticket_id
     where (select count(*) from matched) >= 0`,
    { ticket: ticket.id },
  );
}

/** The context of `tickets` as JSON that the schema reads; `null` where there is none. */
export const networkContextJson = `
  (select jsonb_build_object('targets', targets, 'protocol', protocol,
    'times', (select jsonb_agg(jsonb_build_object('from', lower(time), 'until', upper(time)) order by lower(time)) from unnest(seen) as time),
    'egress', (select jsonb_agg(egress order by position) from ticket_egress where ticket_egress.ticket_id = tickets.id),
    'client', jsonb_strip_nulls(jsonb_build_object('name', client_name, 'version', client_version, 'configuration', client_configuration)))
   from ticket_network_contexts where ticket_id = tickets.id)`;

/** The tickets that saw it. */
export const seeing = (db: Queryable, { egress, from, until }: SeenFilter): Knex.QueryBuilder =>
  db('ticket_egress')
    .whereRaw('egress && ?::inet and seen && tstzrange(?, ?, ?)', [egress, from ?? null, until ?? null, '[]'])
    .select('ticket_id');

export interface NamedTargets {
  /** `host` or `host:port`. */
  readonly targets: readonly string[];
  /** Whether plain HTTP was spoken, so that a target without a port means port 80. */
  readonly isPlain: boolean;
}

const namedSchema = z.object({ targets: z.array(z.string()), protocol: z.enum(proxyProtocols) });

/** Where the fault was seen, for those who go and look there; `null` where no context was given. */
export async function readNamedTargets(db: Queryable, ticketId: TicketId): Promise<NamedTargets | null> {
  const row: unknown = await db('ticket_network_contexts').where({ ticket_id: ticketId }).first('targets', 'protocol');
  if (row === undefined) return null;
  const { targets, protocol } = readRow('network context', namedSchema, row);
  return { targets, isPlain: protocol === 'http' };
}
