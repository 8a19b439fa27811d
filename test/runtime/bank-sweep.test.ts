/** The bank's drop is swept by whoever comes first; whoever dies meanwhile loses nothing and doubles nothing. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { BankInFolder } from '../../providers/bank-drop.ts';
import { sweepBankDrop } from '../../runtime/bank-sweep.ts';
import type { LogFields } from '../../runtime/log.ts';
import { openSuite } from '../db/suite.ts';
import { clock, type RunningBank, startBank } from '../providers/bank-bench.ts';
import { charges, details, entry, ourIban, statement, theirIban } from '../providers/bank-messages.ts';

const suite = openSuite();

let bank: RunningBank;
let lines: unknown[] = [];
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.close());
beforeEach(() => {
  lines = [];
});

const line = (fields: LogFields, text: string) => void lines.push({ ...fields, text });
const log = { debug: line, info: line, warn: line, error: line };

const sweep = (folder: BankInFolder = bank.drop.in): Promise<number> =>
  sweepBankDrop({ db: suite.db, clock, log, folder, account: ourIban });

const inFolder = (folder: string): string[] => readdirSync(join(bank.directory, folder)).sort();

const leave = (name: string, bytes: string | Uint8Array): void =>
  writeFileSync(join(bank.directory, 'in', name), bytes);

const aStatement = (id = randomUUID()): Buffer =>
  statement(
    entry({
      amount: '19.99',
      direction: 'CRDT',
      details: details({ endToEndId: id, bankRef: id, debtor: { name: 'Carol', iban: theirIban } }),
    }),
    { id },
  );

const entriesOf = (id: string) => suite.db('bank_entries').where({ end_to_end_id: id });

test('a file is taken and moved away, and one that the bank still writes is left alone', async () => {
  const id = randomUUID();
  leave(`${id}.xml`, aStatement(id));
  leave(`${id}.xml.part`, 'half');
  expect(await sweep()).toBe(1);
  expect(inFolder('in')).toEqual([`${id}.xml.part`]);
  expect(inFolder('done')).toContain(`${id}.xml`);
  expect(await entriesOf(id)).toHaveLength(1);
  rmSync(join(bank.directory, 'in', `${id}.xml.part`));
});

test('B10: what cannot be taken is moved aside with its reason, and what comes after it is taken all the same', async () => {
  const id = randomUUID();
  leave('a-cut.xml', aStatement().subarray(0, 200));
  leave('b-foreign.xml', statement('', { id: randomUUID(), iban: theirIban }));
  leave(`c-${id}.xml`, aStatement(id));
  expect(await sweep()).toBe(3);
  expect(inFolder('refused')).toEqual(['a-cut.xml', 'a-cut.xml.reason', 'b-foreign.xml', 'b-foreign.xml.reason']);
  const reason = (name: string) => readFileSync(join(bank.directory, 'refused', `${name}.reason`), 'utf8');
  expect(reason('a-cut.xml')).toBe('bank-file-unreadable\nproblem: not_xml\n');
  expect(reason('b-foreign.xml')).toContain('bank-file-foreign');
  expect(await entriesOf(id)).toHaveLength(1);
});

test('B7: a taker that dies after taking and before moving leaves a file that the next one only moves', async () => {
  const id = randomUUID();
  leave(`${id}.xml`, aStatement(id));
  const dying: BankInFolder = { ...bank.drop.in, markDone: () => Promise.reject(new Error('died')) };
  await expect(sweep(dying)).rejects.toThrow('died');
  expect([inFolder('in'), (await entriesOf(id)).length]).toEqual([[`${id}.xml`], 1]);
  expect(await sweep()).toBe(1);
  expect([inFolder('in'), (await entriesOf(id)).length]).toEqual([[], 1]);
});

test('B7: a taker that dies while taking leaves nothing, and the next one takes it', async () => {
  const id = randomUUID();
  leave(`${id}.xml`, aStatement(id));
  await suite.db.raw(
    `create function fail_once() returns trigger language plpgsql as $$ begin raise exception 'died'; end $$`,
  );
  await suite.db.raw(
    'create trigger fail_once before insert on bank_entries for each row execute function fail_once()',
  );
  await expect(sweep()).rejects.toThrow('died');
  expect([inFolder('in'), (await entriesOf(id)).length]).toEqual([[`${id}.xml`], 0]);
  await suite.db.raw('drop trigger fail_once on bank_entries; drop function fail_once');
  expect(await sweep()).toBe(1);
  expect((await entriesOf(id)).length).toBe(1);
});

test('B7: a file that nobody can take yet keeps none of the others back', async () => {
  const id = randomUUID();
  leave('a-stuck.xml', aStatement());
  leave(`b-${id}.xml`, aStatement(id));
  const stuck: BankInFolder = {
    ...bank.drop.in,
    read: (name) => (name === 'a-stuck.xml' ? Promise.reject(new Error('stuck')) : bank.drop.in.read(name)),
  };
  await expect(sweep(stuck)).rejects.toThrow('stuck');
  expect([inFolder('in'), (await entriesOf(id)).length]).toEqual([['a-stuck.xml'], 1]);
  expect(await sweep()).toBe(1);
});

test('B7: an entry of a fee alone, or of nothing, does not keep its statement from being taken', async () => {
  const id = randomUUID();
  const credit = details({ endToEndId: id, bankRef: id, debtor: { name: 'Carol', iban: theirIban } });
  const file = statement(
    entry({ amount: '2.00', direction: 'DBIT', charges: charges('2.00') }) +
      entry({ amount: '0.00', direction: 'CRDT' }) +
      entry({ amount: '19.99', direction: 'CRDT', details: credit }),
    { id },
  );
  leave(`${id}.xml`, file);
  expect(await sweep()).toBe(1);
  expect([inFolder('done').includes(`${id}.xml`), (await entriesOf(id)).length]).toEqual([true, 1]);
});

test('several takers at once take each file once', async () => {
  const ids = Array.from({ length: 10 }, () => randomUUID());
  for (const id of ids) leave(`${id}.xml`, aStatement(id));
  await Promise.all([sweep(), sweep(), sweep(), sweep()]);
  expect(inFolder('in')).toEqual([]);
  for (const id of ids) expect(await entriesOf(id)).toHaveLength(1);
  expect(lines.filter((told) => JSON.stringify(told).includes('was refused'))).toEqual([]);
});

test('a link or a folder in the drop leads nowhere', async () => {
  symlinkSync('/etc/hostname', join(bank.directory, 'in', 'link.xml'));
  mkdirSync(join(bank.directory, 'in', 'folder.xml'));
  expect(await sweep()).toBe(0);
  rmSync(join(bank.directory, 'in', 'link.xml'));
  rmSync(join(bank.directory, 'in', 'folder.xml'), { recursive: true });
});

test('no name and no account of anybody is logged', async () => {
  leave('named.xml', aStatement());
  leave('z-cut.xml', aStatement().subarray(0, 900));
  await sweep();
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toMatch(/Carol|FR14|named|z-cut/);
});
