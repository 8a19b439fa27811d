/** Migrations: up from nothing, down to nothing, up again to the same schema, whoever else migrates meanwhile. */

import { readdirSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import type { Database } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { migrationSource } from '../../db/migration-source.ts';
import { type EmptyDatabase, emptyDatabase } from './empty-database.ts';

async function withEmpty(body: (empty: EmptyDatabase) => Promise<void>): Promise<void> {
  const empty = await emptyDatabase();
  try {
    await body(empty);
  } finally {
    await empty.drop();
  }
}

/** Everything of ours that the schema holds: columns, constraints, indexes, triggers, functions. */
async function schemaOf(db: Database): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { line: string }[] }>(`
    select line from (
      select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(' ' || column_default, '') as line
        from information_schema.columns where table_schema = 'public'
      union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
      union all select indexdef from pg_indexes where schemaname = 'public'
      union all select pg_get_triggerdef(pg_trigger.oid) from pg_trigger join pg_class on pg_class.oid = tgrelid
        where not tgisinternal and relnamespace = 'public'::regnamespace
      union all select proname || ' ' || prosrc from pg_proc where pronamespace = 'public'::regnamespace
    ) as told where line not like '%knex_migrations%' order by line`);
  return rows.map((row) => row.line);
}

const names = await migrationSource.getMigrations([]);

describe('migrations', () => {
  test('are all that the folder holds: one that is not listed would never run', () => {
    const files = readdirSync(new URL('../../db/migrations/', import.meta.url));
    expect(files.map((file) => file.replace(/\.ts$/, '')).sort()).toEqual(names);
  });

  test('go up from nothing, down to nothing, and up again to the same schema', async () => {
    await withEmpty(async ({ url, db }) => {
      expect(await migrate(url)).toEqual(names);
      const first = await schemaOf(db);
      expect(first.length).toBeGreaterThan(300);
      await db.migrate.rollback({ migrationSource }, true);
      expect(await schemaOf(db)).toEqual([]);
      expect(await migrate(url)).toEqual(names);
      expect(await schemaOf(db)).toEqual(first);
    });
  });

  test('each can be taken back by itself and run again', async () => {
    await withEmpty(async ({ db }) => {
      for (const name of names) {
        const before = await schemaOf(db);
        await db.migrate.up({ migrationSource, name });
        const after = await schemaOf(db);
        await db.migrate.down({ migrationSource, name });
        expect({ name, schema: await schemaOf(db) }).toEqual({ name, schema: before });
        await db.migrate.up({ migrationSource, name });
        expect({ name, schema: await schemaOf(db) }).toEqual({ name, schema: after });
      }
    });
  });

  test('are named by time and are listed in that order', () => {
    expect(names).toEqual([...names].sort());
    expect(names.filter((name) => !/^\d{14}_[a-z]+_[a-z_]+$/.test(name))).toEqual([]);
  });
});

describe('migrate()', () => {
  test('a second time does nothing', async () => {
    await withEmpty(async ({ url, db }) => {
      await migrate(url);
      const before = await schemaOf(db);
      expect(await migrate(url)).toEqual([]);
      expect(await schemaOf(db)).toEqual(before);
    });
  });

  test('three at once on an empty database run every migration once', async () => {
    await withEmpty(async ({ url, db }) => {
      const ran = await Promise.all([migrate(url), migrate(url), migrate(url)]);
      expect(ran.flat().sort()).toEqual(names);
      const kept: { name: string }[] = await db('knex_migrations').orderBy('id').select('name');
      expect(kept.map((row) => row.name)).toEqual(names);
    });
  });

  test('goes on where a migration was killed and left knex’s lock behind', async () => {
    await withEmpty(async ({ url, db }) => {
      await migrate(url);
      await db.migrate.down({ migrationSource });
      await db('knex_migrations_lock').update({ is_locked: 1 });
      expect(await migrate(url)).toEqual(names.slice(-1));
    });
  });

  test('a migration that fails leaves nothing of itself', async () => {
    await withEmpty(async ({ url, db }) => {
      await db.raw('create table ledger_lines (in_the_way integer)');
      // Knex also prints the whole migration that failed.
      const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
      await expect(migrate(url)).rejects.toThrow(/ledger_lines/);
      printed.mockRestore();
      const tables: { name: string | null }[] = (
        await db.raw<{ rows: { name: string | null }[] }>(`select to_regclass('ledger_entries')::text as name`)
      ).rows;
      expect(tables).toEqual([{ name: null }]);
      await db.raw('drop table ledger_lines');
      await migrate(url);
      expect(await migrate(url)).toEqual([]);
    });
  });
});
