/** The same bytes handed in twice while the first of them is being refused: neither is hidden behind what was not taken. */

import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { insertMembers, refuseIntake } from '../../db/intake.ts';
import { insertUpload, quarantineUpload } from '../../db/uploads.ts';
import type { TicketId, UploadId } from '../../domain/ids.ts';
import { type BuiltOrder, granted, noon } from './builders.ts';
import { ask, give, idsOf, ordersOfOne } from './linking.ts';
import { aLockIsWaitedFor, openSuite } from './suite.ts';

const suite = openSuite(20);
const infected = { reason: 'infected', finding: 'Local.Eicar', at: noon } as const;

/** As nobody looks through it. */
const unleased = (id: UploadId) => ({ id, intake_lease: null }) as const;

const someBytes = () => createHash('sha256').update(randomUUID()).digest();

/** Whole, and not looked through yet. */
async function inQuarantine({ accountId, subjectId }: BuiltOrder, sha256: Buffer): Promise<UploadId> {
  return suite.db.transaction(async (trx) => {
    const file = { ticketId: null, name: 'log.txt', bytes: 5, sha256, at: noon };
    const upload = await insertUpload(trx, { accountId, subjectId, ...file });
    await quarantineUpload(trx, upload, { at: noon, dueAt: noon });
    return upload.id;
  });
}

/** A ticket of the buyer with the first of two files of the same bytes. */
async function twiceTheSame() {
  const orders = await ordersOfOne(suite.db, 1);
  const [owner] = orders as [BuiltOrder];
  const sha256 = someBytes();
  const [first, second] = [await inQuarantine(owner, sha256), await inQuarantine(owner, sha256)];
  const [ticketId] = granted(await ask(suite.db, orders, { uploadIds: [first] })) as [TicketId];
  const hand = (uploadId: UploadId) => give(suite.db, ticketId, owner.subjectId, { uploadIds: [uploadId] });
  return { owner, sha256, first, second, ticketId, hand };
}

async function sameAs(id: UploadId): Promise<UploadId | null | undefined> {
  const rows: { same_as: UploadId | null }[] = await suite.db('evidence_files').where({ id }).select('same_as');
  return rows[0]?.same_as;
}

test('E1: a file is refused while the same bytes are being attached: the second stands for itself', async () => {
  const { first, second, ticketId, hand } = await twiceTheSame();
  let attached: ReturnType<typeof hand> | undefined;
  await suite.db.transaction(async (trx) => {
    await refuseIntake(trx, unleased(first), infected);
    attached = hand(second);
    await aLockIsWaitedFor(suite);
  });
  granted((await attached) ?? (await hand(second)));
  expect(await sameAs(second)).toBeNull();
  expect(new Set(await idsOf(suite.db, ticketId))).toEqual(new Set([first, second]));
});

test('E1: the same the other way round: what is being attached is waited for, and freed', async () => {
  const { first, second, ticketId, hand } = await twiceTheSame();
  granted(await hand(second));
  expect([await sameAs(second), await idsOf(suite.db, ticketId)]).toEqual([first, [first]]);
  await suite.db.transaction((trx) => refuseIntake(trx, unleased(first), infected));
  expect(await sameAs(second)).toBeNull();
  expect(new Set(await idsOf(suite.db, ticketId))).toEqual(new Set([first, second]));
});

test('E1: of several that a refused file stood for, the first stands for the others', async () => {
  const { owner, sha256, first, second, ticketId, hand } = await twiceTheSame();
  const third = await inQuarantine(owner, sha256);
  granted(await hand(second));
  granted(await hand(third));
  await suite.db.transaction((trx) => refuseIntake(trx, unleased(first), infected));
  expect([await sameAs(second), await sameAs(third)]).toEqual([null, second]);
  await suite.db.transaction((trx) => refuseIntake(trx, unleased(second), infected));
  expect(await sameAs(third)).toBeNull();
  expect((await idsOf(suite.db, ticketId)).length).toBe(3);
});

test('E1: a member that is refused while its archive is being attached hides no file of the same bytes', async () => {
  const { owner, ticketId, hand } = await twiceTheSame();
  const archive = await inQuarantine(owner, someBytes());
  const [inside, twin] = [randomUUID() as UploadId, randomUUID() as UploadId].sort() as [UploadId, UploadId];
  const shared = someBytes();
  const members = [inside, twin].map((id) => ({
    id,
    name: `${id}.log`,
    bytes: 5,
    sha256: shared.toString('hex'),
    refused: null,
  }));
  await suite.db.transaction((trx) => insertMembers(trx, archive, { members, dueAt: noon }));
  let attached: ReturnType<typeof hand> | undefined;
  await suite.db.transaction(async (trx) => {
    await refuseIntake(trx, unleased(inside), infected);
    attached = hand(archive);
    await aLockIsWaitedFor(suite);
  });
  granted((await attached) ?? (await hand(archive)));
  expect(await sameAs(twin)).toBeNull();
  expect(await idsOf(suite.db, ticketId)).toEqual(expect.arrayContaining([archive, inside, twin]));
});

test('E1: a file that is attached while its refusal waits for it is refused on its ticket', async () => {
  const { owner, ticketId } = await twiceTheSame();
  const file = await inQuarantine(owner, someBytes());
  let refused: Promise<boolean> | undefined;
  await suite.db.transaction(async (trx) => {
    granted(await give(trx, ticketId, owner.subjectId, { uploadIds: [file] }));
    refused = suite.db.transaction((other) => refuseIntake(other, unleased(file), infected));
    await aLockIsWaitedFor(suite);
  });
  await refused;
  const stands: unknown = await suite.db('evidence_files').where({ id: file }).first('state', 'intake', 'ticket_id');
  expect(stands).toEqual({ state: 'attached', intake: 'refused', ticket_id: ticketId });
});
