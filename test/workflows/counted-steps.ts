/**
 * Counts the statements of each business step as they pass to PostgreSQL: a step is one transaction that begins by
 * taking the ticket's row lock, and is known by the events that it wrote. Session and savepoint statements do not count.
 */

import type { Database } from '../../db/database.ts';

interface Statement {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
}

interface SentStatement extends Statement {
  /** The connection that it went over. */
  readonly __knexUid: string;
}

export interface CountedSteps {
  /** The most statements that a step of this name took, by name. */
  read(): Readonly<Record<string, number>>;
}

const ending = /^(commit|rollback;|rollback$)/i;
const ofSession = /^(begin|commit|rollback|savepoint|release|set )/i;
const takesTicket = /^select \* from "tickets" where .* for no key update$/;

export function countSteps(db: Database): CountedSteps {
  const open = new Map<string, Statement[]>();
  const most = new Map<string, number>();
  db.on('query', (statement: SentStatement) => {
    const { sql, __knexUid: connection } = statement;
    if (/^begin/i.test(sql)) open.set(connection, []);
    if (!ofSession.test(sql)) open.get(connection)?.push(statement);
    if (!ending.test(sql)) return;
    const step = open.get(connection) ?? [];
    open.delete(connection);
    if (!takesTicket.test(step[0]?.sql.replace(/ limit \S+/, '') ?? '')) return;
    const name = nameOf(step);
    most.set(name, Math.max(most.get(name) ?? 0, step.length));
  });
  return { read: () => Object.fromEntries([...most].sort(([left], [right]) => (left < right ? -1 : 1))) };
}

/** The kinds of the events that the step wrote. */
export function nameOf(step: readonly Statement[]): string {
  const told = step.find(({ sql }) => sql.startsWith('with told as'));
  const chained = told?.bindings?.find((value): value is string => typeof value === 'string' && value.startsWith('['));
  const events = chained === undefined ? [] : (JSON.parse(chained) as { readonly kind: string }[]);
  return events.map(({ kind }) => kind).join('+') || 'nothing';
}
