/**
 * The step before everything: checks Node and installs what package-lock.json names, where that is not installed yet.
 * Plain JavaScript without any dependency, since on a fresh clone there is none.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules', '.refund-desk-lock');

/** Ends the process with one sentence. */
export function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** `package.json` says the same in `engines`, which npm only warns about. */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  giveUp(`Refund Desk needs Node 20.19 or newer in line 20, or 22.12 or newer; this is Node ${version}.`);
}

/** Installs where node_modules is missing or does not match the lock; ends the process where that fails. */
export async function installPackages() {
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (readText(stampFile) === hash) return;
  if (!matchesLock()) {
    const missing = !existsSync(join(root, 'node_modules'));
    const reason = missing ? 'none are installed yet' : 'those installed are not the ones that package-lock.json names';
    process.stdout.write(`Installing packages, since ${reason} (usually about a minute, once) …\n`);
    const startedMs = performance.now();
    const heartbeat = setInterval(() => {
      const seconds = Math.round((performance.now() - startedMs) / 1000);
      process.stdout.write(`  … still installing after ${seconds} s (usually about a minute)\n`);
    }, 15_000);
    // The tools are development dependencies, also where the shell says NODE_ENV=production.
    const { code, signal } = await runHere(...npm([...installCommand(), '--include=dev', '--no-audit', '--no-fund']));
    clearInterval(heartbeat);
    if (signal !== null) process.exit(130);
    if (code !== 0)
      giveUp(
        'The packages could not be installed; npm’s lines above say why. Mend that (often the network), then try again.',
      );
  }
  writeFileSync(stampFile, hash);
}

/**
 * A lock made where the registry lacks some platforms' optional packages does not name them, and `npm ci` refuses it
 * whole. Then `npm install` takes what the lock names as it is, and adds only what this platform misses.
 */
function installCommand() {
  const packages = readJson(lockFile)?.packages ?? {};
  const named = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  return optional.every((name) => named.has(name)) ? ['ci'] : ['install', '--no-save'];
}

/** Whether what npm noted down of its own installation is what the lock names. */
function matchesLock() {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  const wanted = readJson(lockFile)?.packages;
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '' || (optional && installed[path] === undefined)) return true;
    return installed[path]?.version === version && existsSync(join(root, path, 'package.json'));
  });
}

function npm(args) {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args];
}

/** Runs a Node program of this tree in this terminal. */
export async function runNode(args) {
  return await runHere(process.execPath, args, { channel: true });
}

/**
 * Runs a program in this terminal, hands on the signals that only reach us, and tells how it ended. With a channel, the
 * program notices when we are killed.
 */
export async function runHere(command, args, { channel = false } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: channel ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  });
  const handOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  const end = await new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${command} could not be run: ${error.message}\n`);
      resolve({ code: 1, signal: null });
    });
    child.once('exit', (code, signal) => resolve({ code: code ?? 1, signal }));
  });
  for (const signal of signals) process.off(signal, handOn);
  return end;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
