/**
 * What a reader of a ticket sees, marked with the transaction that changed it last, and announced at its commit like
 * payouts: which ticket, of which account, and whether only staff may see what changed. Ids alone.
 */

import type { Knex } from 'knex';

/** Each with the condition under which a changed row is one that somebody sees. Whatever moves a ticket has an event. */
const tables = {
  ticket_events: 'true',
  messages: 'true',
  notes: 'true',
  evidence_files: 'new.ticket_id is not null',
} as const;

const functions = `
  create function mark_change() returns trigger language plpgsql as $$
  begin
    new.changed_in := pg_current_xact_id();
    return new;
  end $$;
  create function announce_ticket() returns trigger language plpgsql as $$
  declare
    noted boolean := tg_table_name = 'notes' or (tg_table_name = 'ticket_events' and to_jsonb(new)->>'kind' = 'noteAdded');
  begin
    perform announce_change(jsonb_build_object('kind', 'ticket', 'id', new.ticket_id,
      'accountId', (select account_id from tickets where id = new.ticket_id), 'staffOnly', noted));
    return null;
  end $$;`;

const watch = ([table, condition]: [string, string]): string => `
  alter table ${table} add column changed_in xid8 not null default pg_current_xact_id();
  comment on column ${table}.changed_in is 'the transaction that changed it last, by which a listener takes up again';
  create trigger ${table}_marked before update on ${table} for each row execute function mark_change();
  create trigger ${table}_announced after insert or update on ${table} for each row when (${condition})
    execute function announce_ticket();
  create index ${table}_by_change on ${table} (changed_in);`;

const names = Object.keys(tables);

export async function up(knex: Knex): Promise<void> {
  for (const part of [functions, ...Object.entries(tables).map(watch)]) await knex.raw(part);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of names) {
    await knex.raw(`
      drop trigger ${table}_announced on ${table};
      drop trigger ${table}_marked on ${table};
      drop index ${table}_by_change;
      alter table ${table} drop column changed_in;`);
  }
  await knex.raw('drop function announce_ticket, mark_change');
}
