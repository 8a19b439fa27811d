/** What a role is told of a claim goes to nobody who shares an address or an instrument with its account. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { tell } from '../../db/ticket-step.ts';
import type { NoticeId, SubjectId } from '../../domain/ids.ts';
import type { OutgoingMail } from '../../domain/mail.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';
import { createNoticeSender } from '../../runtime/notices.ts';
import { tieHash } from '../api/near-delivery.ts';
import { anOrder, aPerson, aTicket, noon } from '../db/builders.ts';
import { openSuite } from '../db/suite.ts';

const suite = openSuite();
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function sendAll(ticketId: string): Promise<{ sent: string[]; states: Map<SubjectId, string> }> {
  const mails: OutgoingMail[] = [];
  const sender = createNoticeSender({
    db: suite.db,
    mailer: { send: async (mail) => void mails.push(mail) },
    templates: createMailTemplates(),
    clock: { now: () => noon },
    log: silent,
    publicUrl: 'https://desk.example',
    dryRun: false,
    tieHash,
  });
  const ids: NoticeId[] = await suite.db('notices').where({ ticket_id: ticketId, state: 'queued' }).pluck('id');
  for (const id of ids) expect(await sender.send(id)).toBe(true);
  const rows: { subject_id: SubjectId; state: string }[] = await suite.db('notices').whereIn('id', ids);
  return {
    sent: mails.map(({ to }) => to.address),
    states: new Map(rows.map(({ subject_id, state }) => [subject_id, state])),
  };
}

test('it is withheld from them, as a member of the account and by what they declared, and goes to their colleagues', async () => {
  const order = await anOrder(suite.db);
  const ticketId = await aTicket(suite.db, order);
  const [member, declared, colleague] = [
    await aPerson(suite.db, 'finance'),
    await aPerson(suite.db, 'finance'),
    await aPerson(suite.db, 'finance'),
  ];
  await suite.db('account_members').insert({ account_id: order.accountId, person_id: member, rights: 'viewer' });
  const instrument = `fp_${randomUUID()}`;
  await suite.db('order_tenders').where({ order_id: order.id }).update({ instrument });
  await suite.db('staff_ties').insert({
    person_id: declared,
    kind: 'instrument',
    hash: tieHash.of({ kind: 'instrument', value: instrument }),
    key_mark: tieHash.keyMark,
    declared_by: declared,
    declared_at: noon,
  });
  await suite.db('notices').where({ ticket_id: ticketId }).update({ state: 'sent', sent_at: noon });
  await suite.db.transaction((trx) =>
    tell(trx, { id: ticketId }, 'suite', noon, [
      { template: 'payout-by-hand', parameters: { amount: '19.99 USD' }, to: { role: 'finance' } },
    ]),
  );
  const { sent, states } = await sendAll(ticketId);
  expect([states.get(member), states.get(declared), states.get(colleague)]).toEqual(['withheld', 'withheld', 'sent']);
  expect(sent).toHaveLength(1);
});
