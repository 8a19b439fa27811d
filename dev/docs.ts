/**
 * `npm run docs`: the documents that are printed from code, so that none of them is ever written by hand: who may do
 * what, the API's description, the policy's reference, the configuration. With `--check` it writes nothing and tells what differs. A
 * test holds that what lies in `docs/` is what is printed here.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { abilities } from '../api/abilities.ts';
import { openApiDocument } from '../contract/openapi.ts';
import { type OperationId, operations } from '../contract/operations.ts';
import { printDataMap } from '../db/data-map/print.ts';
import { payoutTransitions } from '../domain/payout.ts';
import { remedyTransitions } from '../domain/remedy.ts';
import { type Role, roles } from '../domain/role.ts';
import { ticketMoves } from '../domain/ticket.ts';
import { configKeys } from '../runtime/config.ts';
import { readTests } from './clauses.ts';
import { printClausesPage } from './clauses-page.ts';
import { cell, printedNote, table } from './markdown.ts';
import { printPolicyPage } from './policy-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function rolesPage(): string {
  const rows = (Object.keys(abilities) as OperationId[]).map((id) => [
    `\`${id}\``,
    cell(operations[id].summary),
    ...roles.map((role) => ((abilities[id] as readonly Role[]).includes(role) ? 'yes' : '')),
  ]);
  return `# Who may do what

${printedNote}
The table itself is \`api/abilities.ts\`; each of its cells is tried over HTTP.

A customer sees and asks only for the accounts they are a member of; a viewer of an account may look but not ask.
Whoever decided a ticket, or confirmed that, may not approve its payout. A service is a system of the shop, known by its API key.

${table(['operation', 'what it does', ...roles], rows)}
`;
}

/** As somebody would set it; an empty text, list or table is told as such. */
const presetOf = (value: unknown): string => {
  const text =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).join() : String(value);
  return text === '' ? 'empty' : `\`${text}\``;
};

/** What a key may hold, as far as its schema tells. */
function valueOf(schema: z.ZodType): { preset: string; values: string } {
  const values = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).enum;
  const preset = schema.safeParse(undefined);
  return {
    preset: preset.success ? presetOf(preset.data) : '_needed_',
    values: values === undefined ? '' : ` One of ${values.map((value) => `\`${String(value)}\``).join(', ')}.`,
  };
}

function configurationPage(): string {
  const rows = Object.entries(configKeys).map(([key, { schema, doc }]) => {
    const { preset, values } = valueOf(schema);
    return [`\`${key}\``, preset, cell(`${doc}${values}`)];
  });
  return `# Configuration

${printedNote}
The schema itself is \`runtime/config.ts\`. Every key is an environment variable; a process that is started with a
wrong one tells every problem at once and ends with exit code 78.

${table(['key', 'preset', 'meaning'], rows)}
`;
}

/** A state diagram in Mermaid, which the usual viewers of Markdown draw. */
const diagram = (ways: readonly (readonly [from: string, to: string, by?: string])[]): string =>
  [
    '```mermaid',
    'stateDiagram-v2',
    ...ways.map(([from, to, by]) => `  ${from} --> ${to}${by ? `: ${by}` : ''}`),
    '```',
  ].join('\n');

function statesPage(): string {
  const moves: readonly [string, { from: readonly string[]; to: string; outcome?: string }][] =
    Object.entries(ticketMoves);
  const tickets = moves.flatMap(([move, { from, to, outcome }]) =>
    from.map((phase) => [phase, to, outcome ? `${move} (${outcome})` : move] as const),
  );
  const linesOf = (table: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(table).flatMap(([from, next]) => next.map((to) => [from, to] as const));
  return `# States

${printedNote}
The tables themselves are \`domain/ticket.ts\`, \`domain/payout.ts\` and \`domain/remedy.ts\`.

## A ticket’s phases

${diagram([['[*]', 'gathering', 'ticketCreated'], ...tickets])}

## A payout’s states

${diagram([['[*]', 'granted'], ...linesOf(payoutTransitions)])}

## A remedy’s states

${diagram([['[*]', 'granted'], ...linesOf(remedyTransitions)])}
`;
}

/** The server of the printed description: where the embedded desk listens. */
const serverUrl = 'http://127.0.0.1:3000';

/** As the formatter would leave it, so that printing and formatting never quarrel. */
function formatted(path: string, text: string): string {
  const biome = spawnSync(
    process.execPath,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', `--stdin-file-path=${path}`],
    {
      cwd: root,
      input: text,
      encoding: 'utf8',
    },
  );
  if (biome.status !== 0) throw new Error(`${path} could not be formatted: ${biome.stderr}`);
  return biome.stdout;
}

/** Every printed document by its path in the repository. */
export const printDocuments = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({
      'docs/roles.md': rolesPage(),
      'docs/states.md': statesPage(),
      'docs/data-map.md': printDataMap(),
      'docs/policy.md': printPolicyPage(),
      'docs/clauses.md': printClausesPage(readTests(root)),
      'docs/operations/configuration.md': configurationPage(),
      'docs/api/openapi.json': JSON.stringify(openApiDocument(serverUrl), null, 2),
    }).map(([path, text]) => [path, formatted(path, text)]),
  );

function writeDocuments(): void {
  for (const [path, text] of Object.entries(printDocuments())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`printed ${path}`);
  }
}

/** The paths of those that do not lie below `folder` as they are printed. */
export const outOfDate = (folder: string): string[] =>
  Object.entries(printDocuments())
    .filter(([path, text]) => {
      const file = join(folder, path);
      return !existsSync(file) || readFileSync(file, 'utf8') !== text;
    })
    .map(([path]) => path);

/** The exit code of a check, which only compares. */
export function checkDocuments(folder: string): 0 | 1 {
  const different = outOfDate(folder);
  for (const path of different) console.error(`${path} is out of date: run npm run docs`);
  return different.length > 0 ? 1 : 0;
}

function main(given: readonly string[]): void {
  if (given.length === 0) writeDocuments();
  else if (given.length === 1 && given[0] === '--check') process.exitCode = checkDocuments(root);
  else {
    console.error('usage: npm run docs [-- --check]');
    process.exitCode = 2;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
