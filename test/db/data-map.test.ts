/** PA-1.1: the data map names every column that the schema has and nothing else, and every person's rows can be found. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { dataMap } from '../../db/data-map/all.ts';
import type { DataMap } from '../../db/data-map/entry.ts';
import { formerDataMap } from '../../db/data-map/former.ts';
import { printDataMap } from '../../db/data-map/print.ts';
import { type SubjectWay, subjectWays } from '../../db/data-map/subjects.ts';
import type { Database } from '../../db/database.ts';
import { migrationSource } from '../../db/migration-source.ts';
import { emptyDatabase } from './empty-database.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const columnsOf = (map: DataMap): string[] =>
  Object.entries(map).flatMap(([table, columns]) => Object.keys(columns).map((column) => `${table}.${column}`));

const mappedColumns = columnsOf(dataMap);
const everMapped = [...mappedColumns, ...columnsOf(formerDataMap)];

/** Every column of our schema, without the tables in which knex keeps its own books. */
async function schemaColumns(db: Database): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    `select table_name || '.' || column_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'knex_migrations%' order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Foreign keys of one column, as `table.column` to the table that it refers to. */
async function foreignKeys(db: Database): Promise<Map<string, Set<string>>> {
  const { rows } = await db.raw<{ rows: { from: string; to: string }[] }>(
    `select conrelid::regclass || '.' || attname as from, confrelid::regclass::text as to
     from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any (conkey) where contype = 'f'`,
  );
  const found = new Map<string, Set<string>>();
  for (const { from, to } of rows) found.set(from, new Set([...(found.get(from) ?? []), to]));
  return found;
}

describe('PA-1.1: every column is named', () => {
  test('the map names exactly the columns of the schema', async () => {
    const columns = await schemaColumns(suite.db);
    expect(columns.length).toBeGreaterThan(200);
    expect(columns.filter((column) => !mappedColumns.includes(column))).toEqual([]);
    expect(mappedColumns.filter((column) => !columns.includes(column))).toEqual([]);
  });

  test('no migration, from the first on, leaves a column that the map does not name', async () => {
    const empty = await emptyDatabase();
    try {
      const seen: number[] = [];
      for (const name of await migrationSource.getMigrations([])) {
        await empty.db.migrate.up({ migrationSource, name });
        const columns = await schemaColumns(empty.db);
        expect({ name, unnamed: columns.filter((column) => !everMapped.includes(column)) }).toEqual({
          name,
          unnamed: [],
        });
        seen.push(columns.length);
      }
      expect(seen[0]).toBeGreaterThan(0);
      expect(seen.at(-1)).toBe(mappedColumns.length);
    } finally {
      await empty.drop();
    }
  });

  test('a column added by hand is noticed', async () => {
    const { left } = await suite.db.transaction(async (trx) => {
      await trx.raw('alter table people add column shoe_size integer');
      const columns = await schemaColumns(trx);
      await trx.raw('alter table people drop column shoe_size');
      return { left: columns.filter((column) => !mappedColumns.includes(column)) };
    });
    expect(left).toEqual(['people.shoe_size']);
  });

  test('every column has at least one reader, and no reader twice', () => {
    const odd = Object.entries(dataMap).flatMap(([table, columns]) =>
      Object.entries(columns)
        .filter(([, { readers }]) => readers.length === 0 || new Set(readers).size < readers.length)
        .map(([column]) => `${table}.${column}`),
    );
    expect(odd).toEqual([]);
  });

  test('a column that refers to a person is marked as personal, but for the shop’s own systems', async () => {
    const referring = [...(await foreignKeys(suite.db))].filter(([, to]) => to.has('people')).map(([column]) => column);
    const impersonal = referring.filter((name) => {
      const [table = '', column = ''] = name.split('.');
      return dataMap[table]?.[column]?.personal !== true;
    });
    expect(referring.length).toBeGreaterThan(20);
    expect(impersonal).toEqual(['api_keys.person_id']);
  });

  test('the printed page tells of every column', () => {
    const page = printDataMap();
    for (const [table, columns] of Object.entries(dataMap)) {
      const section = page.split('\n## ').find((text) => text.startsWith(`${table}\n`)) ?? '';
      for (const column of Object.keys(columns)) expect(section).toContain(`\`${column}\``);
    }
  });
});

describe('every row about a person leads to the person', () => {
  const personalTables = Object.keys(dataMap).filter((table) =>
    Object.values(dataMap[table] ?? {}).some((entry) => entry.personal),
  );
  let keys = new Map<string, Set<string>>();
  beforeAll(async () => {
    keys = await foreignKeys(suite.db);
  });

  const refersTo = (table: string, column: string): string[] => [...(keys.get(`${table}.${column}`) ?? [])];

  /** Whether the way stands in the schema; a row that belongs to another leads where that one leads. */
  const stands = (table: string, way: SubjectWay, before: readonly string[]): boolean => {
    switch (way.way) {
      case 'is':
        return table === 'people' && dataMap['people']?.[way.column] !== undefined;
      case 'names':
        return refersTo(table, way.column).includes('people');
      case 'belongs':
        return refersTo(table, way.column).some((owner) => !before.includes(owner) && leads(owner, [...before, table]));
      case 'linked':
        return [...keys].some(([from, to]) => from.startsWith(`${way.by}.`) && to.has(table)) && leads(way.by, [table]);
      case 'matches':
        return (
          dataMap[table]?.[way.column] !== undefined &&
          dataMap[way.table]?.[way.its] !== undefined &&
          leads(way.table, [...before, table])
        );
      case 'hashed':
        return dataMap[table]?.[way.column] !== undefined;
    }
  };

  const leads = (table: string, before: readonly string[]): boolean =>
    (subjectWays[table] ?? []).some((way) => stands(table, way, before));

  test.each(personalTables)('%s', (table) => {
    const ways = subjectWays[table] ?? [];
    expect(ways.length).toBeGreaterThan(0);
    expect(ways.filter((way) => !stands(table, way, []))).toEqual([]);
  });

  test('nothing but sign-in codes, whose owner may not exist yet, is found by a hash', () => {
    const hashed = Object.keys(subjectWays).filter((table) =>
      (subjectWays[table] ?? []).some((way) => way.way === 'hashed'),
    );
    expect(hashed).toEqual(['verifications']);
  });

  test('no way is told of a table that is not there', () => {
    expect(Object.keys(subjectWays).filter((table) => !personalTables.includes(table))).toEqual([]);
  });
});
