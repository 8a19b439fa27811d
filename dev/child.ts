/**
 * One child process with its log file: how it is started, asked to stop, and how its end is told. Each child leads a
 * process group of its own, so that a terminal's Ctrl-C reaches the stack alone, which then stops all in order.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly directory?: string;
  /** The unprivileged user to run as, where we are root. */
  readonly user?: { readonly uid: number; readonly gid: number } | null;
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long it may take to stop before it is killed. */
  readonly stopWithinMs?: number;
  /** Opens a channel over which the child may say that it is ready. */
  readonly channel?: boolean;
  /** Called at once with the pid, where the program could be run. */
  readonly onSpawn?: ((pid: number) => void) | undefined;
}

/** Anything that runs until it is stopped. */
export interface Running {
  readonly pid: number;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** Resolves when it has ended, with how: "exit code 1", "SIGKILL". */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /** Asks it to finish properly, and kills it if it does not in time. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it at once. Resolves when it is gone. */
  kill(): Promise<void>;
}

export interface Child extends Running {
  /** Exit code where it ended by itself. */
  readonly code: Promise<number | null>;
  onMessage(listener: (message: unknown) => void): void;
}

export function startChild(options: ChildOptions): Child {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.command, [...options.args], {
    cwd: options.directory,
    env: { ...options.environment },
    detached: true,
    stdio: options.channel ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    ...(options.user ? { uid: options.user.uid, gid: options.user.gid } : {}),
  });
  closeSync(log);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  return follow(child, options);
}

function follow(child: ChildProcess, options: ChildOptions): Child {
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  let ended = false;
  const end = new Promise<{ code: number | null; how: string }>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      // An error after the start (a signal or message that failed) says nothing about the process.
      if (child.pid === undefined) resolve({ code: null, how: `it could not be run: ${error.code ?? error.message}` });
    });
    child.once('exit', (code, signal) => resolve({ code, how: signal ?? `exit code ${code}` }));
  });
  const exited = end.then(({ how }) => {
    ended = true;
    return how;
  });
  const send = (name: NodeJS.Signals) => {
    if (!ended) child.kill(name);
  };
  return {
    pid: child.pid ?? 0,
    stopSignal,
    exited,
    code: end.then(({ code }) => code),
    hasExited: () => ended,
    onMessage: (listener) => void child.on('message', listener),
    async stop() {
      send(stopSignal);
      const timer = setTimeout(() => send('SIGKILL'), options.stopWithinMs ?? 20_000);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      send('SIGKILL');
      await exited;
    },
  };
}
