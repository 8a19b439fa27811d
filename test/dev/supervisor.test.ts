/** Supervision: parts start in order and stop in reverse, whatever ends them, and the reason is told by name. */

import { expect, test } from '@jest/globals';
import type { Running } from '../../dev/child.ts';
import { createSupervisor, type Part, type Supervisor } from '../../dev/supervisor.ts';

interface Scene {
  readonly supervisor: Supervisor;
  readonly told: string[];
  /** Ends a part as if it had crashed. */
  crash(name: string, how: string): void;
}

type Behaviour = 'serves' | 'ends' | 'fails' | 'waits';

/** Parts in memory: `serves` runs until stopped, `ends` is a step, `fails` throws, `waits` is ready only when called off. */
function scene(behaviours: Record<string, Behaviour>, onCrash: 'stop-all' | 'leave' = 'stop-all'): Scene {
  const told: string[] = [];
  const crashes = new Map<string, (how: string) => void>();
  const serve = (name: string): Running => {
    let settle: (how: string) => void = () => undefined;
    let gone = false;
    const exited = new Promise<string>((resolve) => {
      settle = (how) => {
        gone = true;
        resolve(how);
      };
    });
    const end = (verb: string) => async () => {
      told.push(`${verb} ${name}`);
      settle(verb);
    };
    crashes.set(name, settle);
    return { pid: 1, stopSignal: 'SIGTERM', exited, hasExited: () => gone, stop: end('stop'), kill: end('kill') };
  };
  const starters: Record<Behaviour, (name: string, signal: AbortSignal) => Promise<Running | null>> = {
    serves: async (name) => serve(name),
    ends: async () => null,
    fails: async (name) => {
      throw new Error(`${name} cannot`);
    },
    waits: (name, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          told.push(`clean up ${name}`);
          reject(new Error('called off'));
        });
      }),
  };
  const parts = Object.entries(behaviours).map(
    ([name, behaviour]): Part => ({
      name,
      title: `the ${name}`,
      logFile: `/logs/${name}.log`,
      start: async (signal) => {
        told.push(`start ${name}`);
        return await starters[behaviour](name, signal);
      },
    }),
  );
  const supervisor = createSupervisor({ parts, onCrash });
  return { supervisor, told, crash: (name, how) => crashes.get(name)?.(how) };
}

const stack = { database: 'serves', migration: 'ends', worker: 'serves', api: 'serves' } as const;

test('parts start in order and stop in reverse', async () => {
  const { supervisor, told } = scene(stack);
  await supervisor.start();
  await supervisor.stop();
  expect(told).toEqual([
    'start database',
    'start migration',
    'start worker',
    'start api',
    'stop api',
    'stop worker',
    'stop database',
  ]);
  expect(await supervisor.ended).toEqual({ why: 'asked' });
});

test('asked twice to stop, each part is stopped once', async () => {
  const { supervisor, told } = scene(stack);
  await supervisor.start();
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  expect(told.filter((line) => line.startsWith('stop'))).toEqual(['stop api', 'stop worker', 'stop database']);
});

test('a crash stops the others in reverse order and is told by name, reason and log', async () => {
  const { supervisor, told, crash } = scene(stack);
  await supervisor.start();
  crash('worker', 'SIGKILL');
  expect(await supervisor.ended).toEqual({
    why: 'crashed',
    part: 'worker',
    message: 'The worker ended by itself (SIGKILL), so everything else was stopped.',
    logFile: '/logs/worker.log',
  });
  expect(told.slice(4)).toEqual(['stop api', 'stop database']);
});

test('a part that cannot start has the earlier ones stopped and its own reason told', async () => {
  const { supervisor, told } = scene({ database: 'serves', worker: 'serves', api: 'fails' });
  await expect(supervisor.start()).rejects.toThrow('api cannot');
  expect(told.slice(3)).toEqual(['stop worker', 'stop database']);
});

test('a crash during the start calls the start off, and the crash is the reason told', async () => {
  const { supervisor, told, crash } = scene({ database: 'serves', worker: 'serves', api: 'waits' });
  const started = supervisor.start();
  await new Promise((resolve) => setImmediate(resolve));
  crash('database', 'exit code 2');
  await expect(started).rejects.toThrow('The database ended by itself (exit code 2)');
  expect(told.slice(3)).toEqual(['clean up api', 'stop worker']);
});

test('asked to stop during the start, the half-started part cleans up before the others are stopped', async () => {
  const { supervisor, told } = scene({ database: 'serves', api: 'waits', demo: 'ends' });
  const started = supervisor.start();
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([supervisor.stop(), expect(started).rejects.toThrow('called off')]);
  expect(told).toEqual(['start database', 'start api', 'clean up api', 'stop database']);
});

test('a part that was killed on purpose stops nothing else and can be started again', async () => {
  const { supervisor, told } = scene(stack);
  await supervisor.start();
  await supervisor.kill('worker');
  expect(supervisor.running('worker')).toBeNull();
  await supervisor.startPart('worker');
  expect(supervisor.running('worker')).not.toBeNull();
  await supervisor.stop();
  expect(told.slice(4)).toEqual(['kill worker', 'start worker', 'stop api', 'stop worker', 'stop database']);
});

test('where crashes are to be left, the others go on and the crashed part can be started again', async () => {
  const { supervisor, told, crash } = scene(stack, 'leave');
  await supervisor.start();
  crash('worker', 'SIGKILL');
  await new Promise((resolve) => setImmediate(resolve));
  expect(supervisor.running('worker')).toBeNull();
  expect(told).not.toContain('stop api');
  await supervisor.startPart('worker');
  await supervisor.stop();
});
