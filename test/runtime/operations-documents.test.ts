/** What the documents for operators tell them to run does run: statements, Temporal's queries, metrics, keys. */

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withBacklog } from '../../runtime/backlog-metrics.ts';
import { configKeys } from '../../runtime/config.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { castOf, closedAs, decideClaim, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { pathOf, readText } from './compose-file.ts';

const folder = 'docs/operations';
const pages = readdirSync(pathOf(folder)).map((name) => [name, readText(`${folder}/${name}`)] as const);

const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(/^ *```(\w+)\n([\s\S]*?)^ *```/gm)]
    .filter(([, kind]) => kind === language)
    .map(([, , body = '']) => body);

const statements = pages.flatMap(([name, text]) =>
  blocksOf(text, 'sql').map((body, index) => [`${name} ${index + 1}`, body.trim()] as const),
);
const commands = pages.flatMap(([, text]) => blocksOf(text, 'sh').flatMap((body) => body.trim().split('\n')));
const queries = commands.flatMap((line) =>
  [...line.matchAll(/workflow list --query '([^']+)'/g)].map(([, query = '']) => query),
);

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
  const cast = await castOf(desk);
  const claim = await decideClaim(desk, cast);
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  await decideClaim(desk, cast);
});
afterAll(() => desk.close());

const run = (statement: string): Promise<Record<string, unknown>[]> =>
  desk.core.db.transaction(async (trx) => {
    await trx.raw('set transaction read only');
    const id = '00000000-0000-7000-8000-000000000000';
    const { rows } = await trx.raw<{ rows: Record<string, unknown>[] }>(statement.replaceAll(':id', `'${id}'`));
    return rows;
  });

describe('the documents for operators', () => {
  test('hold statements and queries', () => {
    expect([statements.length > 8, queries.length > 3]).toEqual([true, true]);
  });

  test.each(statements)('the statement %s runs, and changes nothing', async (_name, statement) => {
    expect(Array.isArray(await run(statement))).toBe(true);
  });

  test('the statements over the books find nothing on a desk that paid and granted, and do find what is wrong', async () => {
    const books = blocksOf(readText(`${folder}/failures.md`).split('## The books')[1] ?? '', 'sql');
    expect(books).toHaveLength(2);
    expect(await Promise.all(books.map(run))).toEqual([[], []]);
    const granted = "payouts where state in ('granted', ";
    expect(await run(books[0]?.replace(granted, granted.replace("'granted', ", '')) ?? '')).toHaveLength(1);
    expect(await run(books[1]?.replace('committed_minor > captured', 'committed_minor >= captured') ?? '')).not.toEqual(
      [],
    );
  });

  test.each(queries)('Temporal takes the query %s', async (query) => {
    const found = [];
    for await (const execution of desk.temporal.client.workflow.list({ query })) {
      found.push(execution.workflowId);
      if (found.length > 2) break;
    }
    expect(found.length).toBeLessThanOrEqual(3);
  });

  test('a ticket is found in Temporal by its phase', async () => {
    const { count } = await desk.temporal.client.workflow.count(
      'TicketPhase = "settling" AND ExecutionStatus = "Running"',
    );
    expect(count).toBeGreaterThanOrEqual(1);
  });

  test('every metric that is named is told by a worker', async () => {
    const told = await withBacklog(createMetrics(), desk.core).metrics();
    const named = pages.flatMap(([, text]) => [...text.matchAll(/\brefund_desk_[a-z_]+/g)].map(([name]) => name));
    const metrics = new Set(named.filter((name) => name !== 'refund_desk_payout'));
    expect(metrics.size).toBe(9);
    expect([...metrics].filter((name) => !told.includes(`# TYPE ${name} `))).toEqual([]);
  });

  test('every key of the configuration that is named is one', () => {
    const written = pages
      .filter(([name]) => name !== 'configuration.md')
      .flatMap(([, text]) => [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`=]/g)].map(([, key = '']) => key));
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter((key) => !Object.hasOwn(configKeys, key))).toEqual([]);
  });
});
