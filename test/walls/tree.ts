/**
 * A temporary repository made of the fixtures and the house's real configuration, and the real tools run over it.
 * Nothing here knows what should be found.
 */

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../tidy/sources.ts';

export const fixturesRoot = join(repositoryRoot, 'test/walls/fixtures');

const configurations = ['.oxlintrc.json', '.dependency-cruiser.mjs', 'knip.json', 'tsconfig.json', 'package.json'];
const toolOutputBytesMax = 8 * 1024 * 1024;

/** What a tool says against a file: the rule's own name. */
export interface Finding {
  readonly path: string;
  readonly rule: string;
}

export async function plantTree(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'desk-walls-'));
  await cp(fixturesRoot, root, { recursive: true });
  for (const name of configurations) await cp(join(repositoryRoot, name), join(root, name));
  await symlink(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  return root;
}

export const fellTree = (root: string): Promise<void> => rm(root, { recursive: true, force: true });

/** Runs a tool in the tree as the scripts of package.json do; what it prints, whether it passes or fails. */
async function output(root: string, script: string, more: readonly string[]): Promise<string> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [tool, ...options] = (scripts[script] ?? '').split(' ');
  const path = join(root, 'node_modules/.bin', tool ?? '');
  try {
    const run = await promisify(execFile)(process.execPath, [path, ...options, ...more], {
      cwd: root,
      maxBuffer: toolOutputBytesMax,
    });
    return run.stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (!stdout) throw new Error(`${script} could not run: ${stderr ?? String(error)}`, { cause: error });
    return stdout;
  }
}

export async function lint(root: string): Promise<Finding[]> {
  const report = JSON.parse(await output(root, 'lint', ['--format', 'json'])) as {
    diagnostics: { code: string; filename: string }[];
  };
  return report.diagnostics.map(({ code, filename }) => ({ path: filename, rule: code }));
}

export async function cruise(root: string): Promise<Finding[]> {
  const report = JSON.parse(await output(root, 'walls', ['--output-type', 'json'])) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return report.summary.violations.map(({ from, rule }) => ({ path: from, rule: rule.name }));
}

export async function deadCode(root: string): Promise<Finding[]> {
  const report = JSON.parse(await output(root, 'deadcode', ['--reporter', 'json'])) as {
    issues: { file: string; files?: unknown[]; exports?: { name: string }[] }[];
  };
  return report.issues.flatMap(({ file, files, exports }) => [
    ...(files?.length ? [{ path: file, rule: 'file' }] : []),
    ...(exports ?? []).map(({ name }) => ({ path: file, rule: `export ${name}` })),
  ]);
}
