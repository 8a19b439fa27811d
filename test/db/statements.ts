/** The statements that a store really runs, caught on their way to the database, and how the database would run them. */

import pg from 'pg';
import type { Database } from '../../db/database.ts';

export interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** Runs the body and resolves with the statements that it sent, begin and commit left out. */
export async function statementsOf(db: Database, body: () => Promise<unknown>): Promise<Statement[]> {
  const caught: Statement[] = [];
  const listen = (query: Statement) => {
    if (!/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i.test(query.sql)) caught.push(query);
  };
  db.on('query', listen);
  try {
    await body();
  } finally {
    db.off('query', listen);
  }
  return caught;
}

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** The nodes of the plan by which the very statement runs, with what each of them read. */
export async function planOf(url: string, statement: Statement): Promise<PlanNode[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (analyze, format json) ${statement.sql}`,
      [...statement.bindings],
    );
    return rows.flatMap((row) => row['QUERY PLAN']).flatMap(({ Plan }) => nodesOf(Plan));
  } finally {
    await client.end();
  }
}

/** Rows that a plan touched of one table. */
export const rowsRead = (plan: readonly PlanNode[], table: string): number =>
  plan
    .filter((node) => node['Relation Name'] === table)
    .reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );

export const scansWhole = (plan: readonly PlanNode[], table: string): boolean =>
  plan.some((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === table);
