/**
 * Checks path, query and body against the contract and tells every problem at once: where it is and what is expected
 * there. Never repeats a value that was sent.
 */

import type { z } from 'zod';
import type { FieldProblem } from '../contract/problem.ts';
import type { DoorRefusal } from './problem.ts';

export type Part = 'path' | 'query' | 'body';

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

type Issue = z.core.$ZodIssue;

export function parsePart<Schema extends z.ZodType>(
  part: Part,
  schema: Schema,
  value: unknown,
): Parsed<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(part, issue)) };
}

/** All problems of all parts as one refusal, or `null`. */
export function refusalOfParts(parts: readonly Parsed<unknown>[]): DoorRefusal | null {
  const problems = parts.flatMap((part) => (part.ok ? [] : part.problems));
  return problems.length === 0 ? null : { refused: 'request-invalid', problems };
}

function problemsOf(part: Part, issue: Issue): FieldProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(part, issue.path), expected: expectation(issue) }];
  return issue.keys.map((key) => ({
    pointer: pointer(part, [...issue.path, key]),
    expected: 'expected no such field',
  }));
}

/** A field's own name may hold anything where it is not one of ours. */
const nameCharactersMax = 100;

function pointer(part: Part, path: readonly PropertyKey[]): string {
  const steps = path.map((step) =>
    String(step).slice(0, nameCharactersMax).replaceAll('~', '~0').replaceAll('/', '~1'),
  );
  if (part === 'query') return `?${steps.join('/')}`;
  if (part === 'path') return `{${steps.join('/')}}`;
  return steps.map((step) => `/${step}`).join('');
}

function expectation(issue: Issue): string {
  // The contract's own words come first; zod's may repeat what was sent.
  if (issue.message.startsWith('expected')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${article(issue.expected)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `expected ${String(issue.values[0])}`
        : `expected one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `expected at least ${issue.minimum} ${unit(issue.origin)}`.trim();
    case 'too_big':
      return `expected at most ${issue.maximum} ${unit(issue.origin)}`.trim();
    case 'invalid_format':
      return `expected the format ${issue.format}`;
    case 'invalid_union':
      return discriminated(issue);
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'expected another value';
    default:
      return 'expected another value';
  }
}

const discriminated = (issue: Issue & { code: 'invalid_union' }): string => {
  const options: unknown = 'options' in issue ? issue.options : undefined;
  return Array.isArray(options)
    ? `expected one of ${options.map(String).join(', ')}`
    : 'expected one of the described forms';
};

const article = (kind: string): string => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`);

const unit = (origin: string): string => ({ string: 'characters', array: 'items', set: 'items' })[origin] ?? '';
