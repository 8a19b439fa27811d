/** Facts that staff established on a ticket: the newest word of each role counts; roles that differ leave it disputed. */

import { z } from 'zod';
import { type Fact, type FactSource, type StatedFactName, statedFacts } from '../domain/facts.ts';

export const statementSchema = z.object({
  fact: z.enum(statedFacts),
  value: z.string(),
  role: z.enum(['agent', 'lead', 'finance']),
  at: z.string().transform((text) => new Date(text).toISOString()),
});

type Statement = z.output<typeof statementSchema>;

/** Oldest first in, newest out. */
export const latestOf = (statements: readonly Statement[], fact: StatedFactName): Statement | undefined =>
  statements.findLast((statement) => statement.fact === fact);

/** A lead's word settles what others say; else the newest of each role must agree. */
export function factOf<Value>(
  statements: readonly Statement[],
  fact: StatedFactName,
  read: (value: string) => Value,
): Fact<Value> {
  const said = statements.filter((statement) => statement.fact === fact);
  const roles: readonly FactSource[] = ['lead', 'finance', 'agent'];
  const newest = roles.flatMap((role) => said.findLast((statement) => statement.role === role) ?? []);
  const [first] = newest;
  if (!first) return null;
  const stated = (statement: Statement) => ({
    value: read(statement.value),
    source: statement.role,
    at: statement.at,
  });
  if (first.role === 'lead' || newest.every(({ value }) => value === first.value)) return stated(first);
  return { disputed: newest.map(stated) };
}
