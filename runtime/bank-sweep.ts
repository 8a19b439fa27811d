/**
 * Looks into the bank's drop every second and takes what lies there. Several workers may: a file is taken once by its
 * content, and moved away only after it was taken, so that whoever dies in between leaves it to the next.
 */

import type { Database } from '../db/database.ts';
import type { Clock } from '../domain/clock.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { BankInFolder } from '../providers/bank-drop.ts';
import { takeBankFile } from './bank-inbox.ts';
import type { Log } from './log.ts';
import { type Sweep, startSweep } from './sweep.ts';

const sweepMs = 1_000;

export interface BankSweepParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: BankInFolder;
  /** The IBAN that the desk pays from. */
  readonly account: string;
}

/** One look; resolves to how many files it moved. One that cannot be taken keeps none of the others back. */
export async function sweepBankDrop(parts: BankSweepParts): Promise<number> {
  let moved = 0;
  const faults: unknown[] = [];
  for (const name of await parts.folder.list()) {
    try {
      if (await takeOne(parts, name)) moved += 1;
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
  return moved;
}

async function takeOne({ db, clock, log, folder, account }: BankSweepParts, name: string): Promise<boolean> {
  const bytes = await folder.read(name);
  if (bytes === null) return false;
  const taken = await db.transaction(async (trx) => {
    const given = { bytes, source: 'drop', by: null, at: clock.now() } as const;
    return takeBankFile(trx, account, given);
  });
  if (!isRefusal(taken)) {
    log.info({ event: 'bank', fileId: taken.fileId, kind: taken.kind }, 'a file of the bank was taken');
    await folder.markDone(name);
    return true;
  }
  // Its taker died before it was moved, or the bank left it twice.
  if (taken.refused === 'bank-file-known') {
    await folder.markDone(name);
    return true;
  }
  log.error({ event: 'bank', code: taken.refused, reason: taken.facts?.['problem'] }, 'a file of the bank was refused');
  await folder.markRefused(name, reasonOf(taken));
  return true;
}

const reasonOf = ({ refused, facts = {} }: Refusal): string =>
  [refused, ...Object.entries(facts).map(([name, fact]) => `${name}: ${String(fact)}`)].join('\n');

export const startBankSweep = (parts: BankSweepParts): Sweep =>
  startSweep(sweepMs, async () => {
    try {
      await sweepBankDrop(parts);
    } catch (fault) {
      parts.log.warn({ event: 'bank', fault }, 'the bank’s drop could not be swept yet');
    }
  });
