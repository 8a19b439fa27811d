/**
 * A step that takes long and runs to its end: says what it does, why and how long it usually takes, and again every
 * quarter of a minute that it still runs. Ends the step, and all that the step started, when it is called off.
 */

import { spawn } from 'node:child_process';

export type Report = (line: string) => void;

export interface LongStep {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  /** What is done and why, e.g. "Building the Temporal server, since none is installed". */
  readonly title: string;
  /** How long it usually takes, e.g. "2 to 5 minutes, once". */
  readonly estimate: string;
  readonly withinMs: number;
  readonly signal?: AbortSignal;
  readonly report: Report;
  /** Looked at every five seconds; `true` ends the step early as failed. */
  readonly hopeless?: () => boolean;
}

export type LongStepEnd = { readonly ok: true } | { readonly ok: false; readonly why: string };

const outputCharactersMax = 64_000;

export async function runLongStep(step: LongStep): Promise<LongStepEnd> {
  step.report(`${step.title} (usually ${step.estimate}) …`);
  const startedMs = performance.now();
  const child = spawn(step.command, [...step.args], {
    cwd: step.directory,
    env: { ...step.environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: string) => {
    output = `${output}${chunk}`.slice(-outputCharactersMax);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);

  let calledOff: string | null = null;
  const callOff = (why: string) => {
    calledOff ??= why;
    endGroup(child.pid);
  };
  const onAbort = () => callOff('it was called off');
  step.signal?.addEventListener('abort', onAbort, { once: true });
  if (step.signal?.aborted) onAbort();
  const heartbeat = setInterval(() => {
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    step.report(`  … still at it after ${seconds} s (usually ${step.estimate})`);
  }, 15_000);
  const limit = setTimeout(() => callOff('it took too long'), step.withinMs);
  const watch = setInterval(() => {
    if (step.hopeless?.()) callOff('nothing arrived');
  }, 5_000);
  try {
    const end = await new Promise<string | null>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)));
    });
    if (end === null && calledOff === null) return { ok: true };
    return { ok: false, why: calledOff ?? `${end}${lastLine(output)}` };
  } finally {
    clearInterval(heartbeat);
    clearInterval(watch);
    clearTimeout(limit);
    step.signal?.removeEventListener('abort', onAbort);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** The last line that says something, since tools put the reason there; bounded, for one sentence. */
function lastLine(output: string): string {
  const line = output
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .at(-1);
  return line === undefined ? '' : `, saying: ${line.slice(0, 110)}`;
}
