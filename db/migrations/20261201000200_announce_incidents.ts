/**
 * Incidents and their waves, marked and announced as tickets are: staff see how far a wave is while it goes. Ids alone.
 */

import type { Knex } from 'knex';

/** Each with the column that names its incident. */
const tables = { incidents: 'id', incident_waves: 'incident_id' } as const;

const watch = ([table, column]: [string, string]): string => `
  alter table ${table} add column changed_in xid8 not null default pg_current_xact_id();
  comment on column ${table}.changed_in is 'the transaction that changed it last, by which a listener takes up again';
  create function announce_${table}() returns trigger language plpgsql as $$
  begin
    perform announce_change(jsonb_build_object('kind', 'incident', 'id', new.${column}));
    return null;
  end $$;
  create trigger ${table}_marked before update on ${table} for each row execute function mark_change();
  create trigger ${table}_announced after insert or update on ${table} for each row execute function announce_${table}();
  create index ${table}_by_change on ${table} (changed_in);`;

export async function up(knex: Knex): Promise<void> {
  for (const part of Object.entries(tables).map(watch)) await knex.raw(part);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of Object.keys(tables)) {
    await knex.raw(`
      drop trigger ${table}_announced on ${table};
      drop trigger ${table}_marked on ${table};
      drop function announce_${table};
      drop index ${table}_by_change;
      alter table ${table} drop column changed_in;`);
  }
}
