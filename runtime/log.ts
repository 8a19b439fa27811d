/**
 * Structured logs as JSON lines. Only the fields named here are ever written, so that a careless call cannot log what a
 * person wrote; texts of errors are masked.
 */

import { pino } from 'pino';
import { maskText } from '../domain/mask.ts';
import type { Config } from './config.ts';

/** Ids, codes, counts and durations: nothing that says something about a person. */
const loggedFields = [
  'address',
  'attempt',
  'buildId',
  'code',
  'constraint',
  'durationMs',
  'event',
  'evidenceId',
  'fileId',
  'inputId',
  'kind',
  'method',
  'noticeId',
  'operation',
  'part',
  'payoutId',
  'port',
  'problems',
  'queue',
  'reason',
  'requestId',
  'role',
  'route',
  'run',
  'state',
  'status',
  'template',
  'ticketId',
  'type',
] as const;

export type LogFields = { readonly [Field in (typeof loggedFields)[number]]?: unknown } & { readonly fault?: unknown };

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** `destination` is where lines go; standard output unless told. */
export function createLog(
  config: Pick<Config, 'LOG_LEVEL'>,
  part: string,
  destination?: { write(line: string): void },
): Log {
  const logger = pino(
    { level: config.LOG_LEVEL, base: { part }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
  const write = (level: (typeof levels)[number]) => (fields: LogFields, message: string) =>
    logger[level](permitted(fields), message);
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function permitted(fields: LogFields): Record<string, unknown> {
  const kept = Object.fromEntries(
    loggedFields.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
  return fields.fault === undefined ? kept : { ...kept, fault: describeFault(fields.fault) };
}

/** Name, code and masked text of an error and of what caused it; a database's own detail may quote a row and is left out. */
function describeFault(fault: unknown): Record<string, unknown> {
  if (!(fault instanceof Error)) return { name: typeof fault };
  return {
    name: fault.name,
    ...('code' in fault ? { code: fault.code } : {}),
    ...(quotesValue(fault) ? {} : { text: maskText(withoutBindings(fault.message)).text }),
    stack: fault.stack
      ?.split('\n')
      .slice(1, 8)
      .map((line) => line.trim()),
    ...(fault.cause === undefined ? {} : { cause: describeFault(fault.cause) }),
  };
}

/** knex puts the statement with its values before PostgreSQL's own words. */
const withoutBindings = (message: string): string => message.split(' - ').at(-1)?.slice(0, 500) ?? '';

/** PostgreSQL's data exceptions are those whose own words quote the value that it could not take. */
const quotesValue = (fault: Error): boolean => 'code' in fault && /^22[0-9A-Z]{3}$/.test(String(fault.code));
