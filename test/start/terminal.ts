/** A command in a clone, as somebody types it into a terminal: its own process group, what it prints, and its end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessIdentity, type ProcessIdentity } from '../../dev/process-identity.ts';

export interface Started {
  /** Resolves once the text was printed; throws where the process ended before. */
  untilPrinted(text: string): Promise<void>;
  /** What it printed so far, to both of the terminal's streams. */
  printed(): string;
  /** Ctrl-C: the signal goes to the whole group, as from a terminal. */
  interrupt(): void;
  /** Ends the group at once, where a test failed half way. */
  kill(): void;
  /** Once it has ended, and all that wrote to its terminal. */
  readonly end: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export function runInTerminal(
  command: readonly [string, ...string[]],
  directory: string,
  environment: Readonly<Record<string, string>>,
): Started {
  const [program, ...args] = command;
  const child: ChildProcess = spawn(program, args, {
    cwd: directory,
    env: { ...shellEnvironment(), ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let ended = false;
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      look();
    });
  const end = new Promise<Awaited<Started['end']>>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true;
      resolve({ code, signal });
      look();
    });
  });
  const send = (name: NodeJS.Signals): void => {
    if (!ended && child.pid !== undefined) process.kill(-child.pid, name);
  };
  return {
    untilPrinted: (wanted) =>
      new Promise((resolve, reject) => {
        const watcher = (): void => {
          if (!text.includes(wanted) && !ended) return;
          watchers.delete(watcher);
          if (text.includes(wanted)) resolve();
          else reject(new Error(`it ended before it said "${wanted}":\n${text.slice(-2_000)}`));
        };
        watchers.add(watcher);
        watcher();
      }),
    printed: () => text,
    interrupt: () => send('SIGINT'),
    kill: () => send('SIGKILL'),
    end,
  };
}

/** A newcomer's shell: nothing of the test run's own settings, nor of the npm that runs it. */
function shellEnvironment(): Record<string, string> {
  const own = /^(npm_(?!config_)|REFUND_DESK|JEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$|TEMPORAL_)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || own.test(name) ? [] : [[name, value] as const],
    ),
  );
}

/** The processes that a running stack has noted down as its own. */
export function stackProcesses(dataDirectory: string): ProcessIdentity[] {
  const directory = join(dataDirectory, 'run');
  return readdirSync(directory).flatMap((name) => {
    const record: unknown = JSON.parse(readFileSync(join(directory, name), 'utf8'));
    return isProcessIdentity(record) ? [record] : [];
  });
}
