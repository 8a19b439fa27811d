/**
 * The printed reference of the policy document: each field with its form, clause and meaning, from the contract's own
 * schema, and what the seller's first version says.
 */

import { z } from 'zod';
import { policyDocumentSchema } from '../contract/policy.ts';
import { clauses } from '../domain/clauses.ts';
import type { PolicyDocument, UsageCap } from '../domain/policy.ts';
import { readFirstVersion } from './first-version.ts';
import { cell, code, printedNote, table } from './markdown.ts';

const nodeSchema = z.object({
  $ref: z.string().optional(),
  description: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  const: z.number().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  propertyNames: z.unknown().optional(),
  items: z.unknown().optional(),
});

type Node = z.output<typeof nodeSchema>;

export interface PolicyField {
  /** `*` stands for any key, `[]` for any item. */
  readonly path: string;
  readonly form: string;
  /** Ids of the clauses that it serves. */
  readonly clauses: readonly string[];
  readonly meaning: string;
}

/** All fields of the document that say what they are for, in its own order. */
export function policyFields(): PolicyField[] {
  const whole = z.toJSONSchema(policyDocumentSchema, { io: 'input', unrepresentable: 'any' });
  const definitions = whole.$defs ?? {};
  const read = (given: unknown): Node => {
    const node = nodeSchema.parse(given);
    const name = node.$ref?.split('/').at(-1);
    return name === undefined ? node : { ...nodeSchema.parse(definitions[name]), ...node };
  };
  const inner = (node: Node, path: string): PolicyField[] => [
    ...Object.entries(node.properties ?? {}).flatMap(([key, held]) => look(held, path === '' ? key : `${path}.${key}`)),
    ...(isSchema(node.additionalProperties) ? look(node.additionalProperties, `${path}.*`) : []),
    ...(isSchema(node.items) ? look(node.items, `${path}[]`) : []),
  ];
  const look = (given: unknown, path: string): PolicyField[] => {
    const node = read(given);
    const [, ids, meaning] = /^((?:RP-[\d.]+[ab]?(?:, )?)+): (.+)$/.exec(node.description ?? '') ?? [];
    const own = ids && meaning ? [{ path, form: formOf(node, read), clauses: ids.split(', '), meaning }] : [];
    return [...own, ...inner(node, path)];
  };
  return inner(read(whole), '');
}

const isSchema = (value: unknown): boolean => typeof value === 'object' && value !== null;

const formatWords: Readonly<Record<string, string>> = { date: 'date' };

function formOf(node: Node, read: (given: unknown) => Node): string {
  if (node.enum) return `one of ${node.enum.join(', ')}`;
  if (node.const !== undefined) return `always ${node.const}`;
  switch (node.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number, ${node.minimum} to ${node.maximum}`;
    case 'array':
      return isSchema(node.items) ? `list: ${formOf(read(node.items), read)}` : 'pair';
    case 'object':
      return isSchema(node.propertyNames) ? 'a value per key' : Object.keys(node.properties ?? {}).join(' and ');
    default:
      return formatWords[node.format ?? ''] ?? 'text';
  }
}

/** What stands at a field's path, where it is one place and short; the rest has tables of its own. */
function valueAt(document: PolicyDocument, path: string): string {
  if (path.includes('*') || path.includes('[]') || tabled.includes(path)) return 'below';
  const value = path
    .split('.')
    .reduce<unknown>((held, key) => (held as Readonly<Record<string, unknown>>)[key], document);
  return said(value);
}

const tabled = ['texts', 'parameters.plans', 'parameters.materials', 'parameters.calendar.holidays'];

function said(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(said).join(', ');
  if (typeof value !== 'object' || value === null) return cell(String(value));
  const members = Object.entries(value);
  return members.length === 0 ? 'none' : members.map(([key, held]) => `${key}: ${said(held)}`).join('; ');
}

const capOf = (cap: UsageCap | null): string => {
  if (cap === null) return 'none';
  return cap.measure === 'share' ? `${cap.basisPointsMax / 100} % of the traffic` : `${cap.max} ${cap.measure}`;
};

function firstVersion({ parameters, texts }: PolicyDocument): string {
  const plans = Object.entries(parameters.plans).map(([kind, { usageCaps, compensation }]) => [
    code(kind),
    ...usageCaps.map(capOf),
    compensation.replaceAll('_', ' '),
  ]);
  const materials = Object.entries(parameters.materials).map(([fault, needed]) => [
    code(fault),
    needed.map((material) => material.replaceAll('_', ' ')).join(', '),
  ]);
  const { holidays: dates } = parameters.calendar;
  const holidays = [...new Set(dates.map((date) => date.slice(0, 4)))].map((year) => [
    year,
    dates
      .filter((date) => date.startsWith(year))
      .map((date) => date.slice(5))
      .join(', '),
  ]);
  const words = Object.keys(clauses)
    .filter((id): id is keyof typeof texts.en => Object.hasOwn(texts.en, id))
    .map((id) => [id, cell(texts.en[id]), cell(texts.ru[id])]);
  return `### Kinds of plan

${table(['kind', 'one cap', 'other cap', 'compensation'], plans)}

### Materials

${table(['what is wrong', 'what a review needs'], materials)}

### Holidays

${table(['year', 'month and day'], holidays)}

### Texts

${table(['clause', 'English', 'Russian'], words)}`;
}

export function printPolicyPage(): string {
  const { effectiveAt, document } = readFirstVersion();
  const rows = policyFields().map(({ path, form, clauses: ids, meaning }) => [
    code(path),
    cell(form),
    ids.join(', '),
    cell(meaning),
    valueAt(document, path),
  ]);
  return `# The policy document

${printedNote}
The schema itself is \`contract/policy.ts\`. A version is posted through \`postPolicyVersion\` and never changed; it holds from
its moment until the next one's, and a ticket keeps the one in force when it was asked for (RP-6.1). Amounts are minor
units as digits. What contradicts itself is refused, each contradiction by its place.

## Fields

\`*\` is any key, \`[]\` any item. The last column is what the seller's first version says.

${table(['field', 'form', 'clauses', 'meaning', 'first version'], rows)}

## The first version

It is \`dev/policy/first-version.json\`, holds from ${effectiveAt}, and is posted with the demo data.

${firstVersion(document)}
`;
}
