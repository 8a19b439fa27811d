/**
 * What a killed stack leaves behind: each process it started stands in a record, and only what a record proves to be
 * ours is ever ended.
 */

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, isProcessIdentity, type ProcessIdentity } from './process-identity.ts';
import { until } from './until.ts';

export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  /** The pid of the stack that started it. */
  readonly owner: number;
  /** Parts started later are ended first. */
  readonly order: number;
  /** The signal that asks it to finish properly. */
  readonly stopSignal: NodeJS.Signals;
}

export interface ProcessRecords {
  write(record: { name: string; pid: number; order: number; stopSignal: NodeJS.Signals }): void;
  remove(name: string): void;
}

/** Records in `directory`, one file a part. */
export function openProcessRecords(directory: string): ProcessRecords {
  mkdirSync(directory, { recursive: true });
  const fileOf = (name: string) => join(directory, `${name}.json`);
  return {
    write({ name, pid, order, stopSignal }) {
      const identity = identify(pid);
      // Gone already: its exit is told by whoever waits for it.
      if (identity === null) return;
      const record: ProcessRecord = { ...identity, name, order, stopSignal, owner: process.pid };
      writeFileSync(`${fileOf(name)}.new`, JSON.stringify(record));
      renameSync(`${fileOf(name)}.new`, fileOf(name));
    },
    remove(name) {
      rmSync(fileOf(name), { force: true });
    },
  };
}

/** Ends the recorded processes that still live, last started first; tells their names. */
export async function endLeftovers(directory: string, options: { owner?: number } = {}): Promise<readonly string[]> {
  const ended: string[] = [];
  const records = readRecords(directory).filter(({ owner }) => options.owner === undefined || owner === options.owner);
  for (const record of records.sort((left, right) => right.order - left.order)) {
    if (isAlive(record)) {
      await end(record);
      ended.push(record.name);
    }
    rmSync(join(directory, `${record.name}.json`), { force: true });
  }
  return ended;
}

async function end(record: ProcessRecord): Promise<void> {
  const gone = () => !isAlive(record);
  signal(record, record.stopSignal);
  if (await until(gone, { withinMs: 10_000 })) return;
  signal(record, 'SIGKILL');
  await until(gone, { withinMs: 10_000 });
}

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  try {
    if (isAlive(record)) process.kill(record.pid, name);
  } catch {
    // It went in between; the caller looks again.
  }
}

function readRecords(directory: string): ProcessRecord[] {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const record = parse(join(directory, name));
    return record === null ? [] : [record];
  });
}

function parse(path: string): ProcessRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isProcessIdentity(value)) return null;
    const { name, owner, order, stopSignal } = value as Partial<ProcessRecord>;
    if (typeof name !== 'string' || typeof owner !== 'number' || typeof order !== 'number') return null;
    if (stopSignal !== 'SIGTERM' && stopSignal !== 'SIGINT') return null;
    return { pid: value.pid, started: value.started, name, owner, order, stopSignal };
  } catch {
    return null;
  }
}
