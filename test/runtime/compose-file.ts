/**
 * Reads docker-compose.yml as an engine would: anchors and merges, variables from an env file, and the parts of the
 * Compose Specification that this file may use, each by its type. What is not named here is refused.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('../../', import.meta.url);

export const pathOf = (name: string): string => fileURLToPath(new URL(name, root));
export const readText = (name: string): string => readFileSync(pathOf(name), 'utf8');

const duration = z.string().regex(/^(\d+h)?(\d+m)?(\d+s)?$/);
const command = z.array(z.string()).min(1);
const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

const healthcheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: z.array(z.string()).min(2),
    interval: duration,
    timeout: duration,
    start_period: duration.optional(),
    retries: z.int().positive(),
  }),
]);

const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), target: z.string() }).optional(),
  restart: z.string().regex(/^(unless-stopped|on-failure:\d+)$/),
  command: command.optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_signal: z.string().optional(),
  stop_grace_period: duration.optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/)).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition })).default({}),
  healthcheck: healthcheck.optional(),
  deploy: z.strictObject({
    resources: z.strictObject({ limits: z.strictObject({ memory: z.string().regex(/^\d+m$/) }) }),
  }),
});

export type Service = z.output<typeof service>;

const composeFile = z
  .looseObject({
    name: z.string(),
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.null()),
  })
  .refine(
    (file) => Object.keys(file).every((key) => ['name', 'services', 'volumes'].includes(key) || key.startsWith('x-')),
    'a top-level element that is none of Compose’s',
  );

export type ComposeFile = z.output<typeof composeFile>;

/** An env file: a key and its value a line. */
export const readEnvFile = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );

const reference = /\$(?:\$|\{([A-Z_][A-Z0-9_]*)(?::([-?])([^}]*))?\})/g;

/** `$$`, `${KEY}`, `${KEY:-preset}`, `${KEY:?why}`; a needed key that is not there throws. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(reference, (whole, key?: string, kind?: string, rest?: string) => {
    if (whole === '$$') return '$';
    const value = variables[key ?? ''] ?? '';
    if (value !== '') return value;
    if (kind === '?') throw new Error(`${key} is not set: ${rest}`);
    return kind === '-' ? (rest ?? '') : '';
  });
}

/** Every string of the parsed file, as Compose itself does it: after the YAML is read, so that no value can change it. */
function interpolated(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((item) => interpolated(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolated(item, variables)]));
}

export const readCompose = (text: string, variables: Readonly<Record<string, string>>): ComposeFile =>
  composeFile.parse(interpolated(parse(text, { merge: true, strict: true }), variables));

export interface Stage {
  readonly name: string;
  readonly from: string;
  /** Instructions with their arguments, continued lines joined. */
  readonly instructions: readonly { readonly word: string; readonly rest: string }[];
}

export function readStages(dockerfile: string): Stage[] {
  const lines = dockerfile
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.reduce<Stage[]>((stages, line) => {
    const [word = '', ...words] = line.split(/\s+/);
    if (word === 'FROM') return [...stages, { from: words[0] ?? '', name: words[2] ?? '', instructions: [] }];
    const last = stages.at(-1);
    if (!last) throw new Error(`${word} stands before any stage`);
    const instructions = [...last.instructions, { word, rest: line.slice(word.length).trim() }];
    return [...stages.slice(0, -1), { ...last, instructions }];
  }, []);
}
