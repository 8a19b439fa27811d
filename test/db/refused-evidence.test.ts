/** What is refused after a ticket had it: told on every open ticket that it counted for, and by mail once. */

import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { closeIntake, completeIntake, insertMembers, refuseIntake } from '../../db/intake.ts';
import { insertUpload, quarantineUpload } from '../../db/uploads.ts';
import type { TicketId, UploadId } from '../../domain/ids.ts';
import { type BuiltOrder, granted, noon, step } from './builders.ts';
import { ask, give, hear, later, ordersOfOne } from './linking.ts';
import { aLockIsWaitedFor, openSuite } from './suite.ts';

const suite = openSuite(20);
const unleased = (id: UploadId) => ({ id, intake_lease: null }) as const;
const someHash = () => createHash('sha256').update(randomUUID()).digest();

async function inQuarantine({ accountId, subjectId }: BuiltOrder, name: string): Promise<UploadId> {
  return suite.db.transaction(async (trx) => {
    const file = { ticketId: null, name, bytes: 5, sha256: someHash(), at: noon };
    const upload = await insertUpload(trx, { accountId, subjectId, ...file });
    await quarantineUpload(trx, upload, { at: noon, dueAt: noon });
    return upload.id;
  });
}

/** Three linked tickets, and a file of theirs that is not looked through yet. */
async function linkedWithFile() {
  const orders = await ordersOfOne(suite.db, 3);
  const [owner] = orders as [BuiltOrder];
  const file = await inQuarantine(owner, 'late.log');
  const tickets = granted(await ask(suite.db, orders, { uploadIds: [file] })) as [TicketId, TicketId, TicketId];
  return { owner, file, tickets };
}

const withdraw = async (ticketId: TicketId) =>
  granted(await step(suite.db, ticketId, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] }));

const toldOn = async (tickets: readonly TicketId[]): Promise<unknown[]> =>
  suite
    .db('ticket_events')
    .whereIn('ticket_id', [...tickets])
    .where({ kind: 'evidenceRefused' })
    .orderBy('ticket_id')
    .select('ticket_id', 'data');

const mailsOf = async (tickets: readonly TicketId[]): Promise<unknown[]> =>
  suite
    .db('notices')
    .whereIn('ticket_id', [...tickets])
    .where({ template: 'file-not-taken' })
    .select('ticket_id', 'parameters');

const refuse = (id: UploadId) =>
  suite.db.transaction((trx) => refuseIntake(trx, unleased(id), { reason: 'type', finding: null, at: noon }));

test.each([
  ['is told by it', [], 0],
  ['is closed, by the first of the others', [0], 1],
  ['and the next are closed, by the one that is left', [0, 1], 2],
])(
  'E1: every open ticket says what was not taken, and the mail goes out once: where its own %s',
  async (_where, closed, mailedBy) => {
    const { file, tickets } = await linkedWithFile();
    const others = tickets.slice(1).sort();
    const ordered = [tickets[0], ...others];
    for (const index of closed) await withdraw(ordered[index] as TicketId);
    expect(await refuse(file)).toBe(true);
    for (let times = 0; times < 2; times += 1) for (const ticketId of others) await hear(suite.db, ticketId);
    // On its own it stands whether or not that is closed.
    const expected = ordered.filter((_, index) => index === 0 || !closed.includes(index as never));
    const data = { uploadId: file, reason: 'type', inArchive: false };
    expect(await toldOn(tickets)).toEqual([...expected].sort().map((ticket_id) => ({ ticket_id, data })));
    const parameters = { file: 'late.log', why: 'type', inArchive: false };
    expect(await mailsOf(tickets)).toEqual([{ ticket_id: ordered[mailedBy], parameters }]);
  },
);

test('T6: where all of them are closed it stands on its own ticket, and no mail goes out', async () => {
  const { file, tickets } = await linkedWithFile();
  for (const ticketId of tickets) await withdraw(ticketId);
  expect(await refuse(file)).toBe(true);
  expect((await toldOn(tickets)).length).toBe(1);
  expect(await mailsOf(tickets)).toEqual([]);
});

test('E1: what an archive lost is told once, also where it is attached while the intake closes it', async () => {
  const { owner, tickets } = await linkedWithFile();
  const [ticketId] = tickets;
  const archive = await inQuarantine(owner, 'lossy.zip');
  const member = { id: randomUUID() as UploadId, name: 'page.png', bytes: 5, sha256: someHash().toString('hex') };
  await suite.db.transaction(async (trx) => {
    const stored = { bytes: 5, sha256: member.sha256, masked: {}, pages: null, hasThumbnail: false };
    await completeIntake(trx, unleased(archive), { kind: 'archive', ...stored });
    await insertMembers(trx, archive, { members: [{ ...member, refused: 'name' }], dueAt: noon });
  });
  const dueOf = async (): Promise<unknown> =>
    (await suite.db('evidence_files').where({ id: archive }).pluck('intake_due_at'))[0];
  let attached: ReturnType<typeof give> | undefined;
  await suite.db.transaction(async (trx) => {
    await closeIntake(trx, archive, noon);
    attached = give(suite.db, ticketId, owner.subjectId, { uploadIds: [archive] }, later);
    await aLockIsWaitedFor(suite);
  });
  granted((await attached) ?? { refused: 'not-found' });
  expect([await toldOn(tickets), await dueOf()]).toEqual([[], later]);
  const data = { uploadId: archive, reason: 'name', inArchive: true };
  for (let times = 0; times < 2; times += 1) {
    await suite.db.transaction((trx) => closeIntake(trx, archive, later));
    expect([await toldOn(tickets), await dueOf()]).toEqual([[{ ticket_id: ticketId, data }], null]);
  }
  expect(await mailsOf(tickets)).toEqual([
    { ticket_id: ticketId, parameters: { file: 'lossy.zip', why: 'name', inArchive: true } },
  ]);
});
