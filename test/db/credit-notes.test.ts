/** Credit notes: one for what settled, one for what came back, numbered without a gap whatever happens at once. */

import { describe, expect, test } from '@jest/globals';
import { issueCreditNote } from '../../db/credit-notes.ts';
import { proveLedger } from '../../db/ledger-proof.ts';
import { aDecidedClaim, aTender } from './builders.ts';
import { refusalOf } from './refusals.ts';
import { aSentClaim, aSettledClaim, returnedReport, settledReport, tell } from './settled-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(30);
const race = openSuite(30);

interface NoteRow {
  readonly number: number;
  readonly kind: string;
  readonly entity: string;
  readonly net_minor: string;
  readonly tax_minor: string;
  readonly total_minor: string;
}

const notesOf = (ticketId: string): Promise<NoteRow[]> =>
  suite
    .db('credit_notes')
    .where({ ticket_id: ticketId })
    .orderBy('number')
    .select('number', 'kind', 'entity', 'net_minor', 'tax_minor', 'total_minor');

describe('a credit note', () => {
  test('is issued when a payout settles, with net, tax and total, and not before', async () => {
    const claim = await aSentClaim(suite.db, 1000n, aTender(1999n, { taxMinor: 319n }));
    const [payout] = claim.payouts;
    if (!payout) throw new Error('the claim has no payout');
    const of = { ticketId: claim.ticketId, payoutId: payout.id };
    await tell(suite.db, of, { status: 'sent', providerRef: `re_${payout.id}` });
    expect(await notesOf(claim.ticketId)).toEqual([]);
    for (const times of [1, 2]) await tell(suite.db, of, { ...settledReport(payout.id), bankRef: `arn ${times}` });
    expect(await notesOf(claim.ticketId)).toMatchObject([
      { kind: 'credit', net_minor: '840', tax_minor: '160', total_minor: '1000' },
    ]);
  });

  test('S1: gets one that reverses it when the money comes back, also when that is told twice', async () => {
    const claim = await aSettledClaim(suite.db, [aTender(1999n)]);
    const [payout] = claim.payouts;
    if (!payout) throw new Error('the claim has no payout');
    const of = { ticketId: claim.ticketId, payoutId: payout.id };
    await Promise.all([1, 2].map(() => tell(suite.db, of, returnedReport(payout.id))));
    const notes = await notesOf(claim.ticketId);
    expect(notes.map(({ kind, total_minor }) => [kind, total_minor])).toEqual([
      ['credit', '1999'],
      ['reversal', '1999'],
    ]);
    expect((notes[1]?.number ?? 0) - (notes[0]?.number ?? 0)).toBe(1);
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('is not issued for what failed before it settled', async () => {
    const claim = await aSentClaim(suite.db, 500n, aTender(1999n));
    const [payout] = claim.payouts;
    if (!payout) throw new Error('the claim has no payout');
    await tell(suite.db, { ticketId: claim.ticketId, payoutId: payout.id }, returnedReport(payout.id));
    expect(await notesOf(claim.ticketId)).toEqual([]);
  });

  test('is never changed or removed, and its series goes on by one', async () => {
    const { ticketId } = await aSettledClaim(suite.db, [aTender(1999n)]);
    const notes = () => suite.db('credit_notes').where({ ticket_id: ticketId });
    expect(await refusalOf(notes().update({ tax_minor: 1 }))).toMatch(/never changed or removed/);
    expect(await refusalOf(notes().delete())).toMatch(/never changed or removed/);
    expect(await refusalOf(suite.db.raw('truncate credit_notes'))).toMatch(/never changed or removed/);
    for (const by of [2, 0, -1])
      expect(
        await refusalOf(suite.db('credit_note_series').update({ last_number: suite.db.raw('last_number + ?', [by]) })),
      ).toMatch(/goes on by one/);
    expect(await refusalOf(suite.db.raw('truncate credit_note_series, credit_notes'))).toMatch(/goes on by one|never/);
  });

  test('a note that is missing, or a gap in its numbers, is named by the proof', async () => {
    const { ticketId, order } = await aSettledClaim(suite.db, [aTender(1999n)]);
    await suite.db.transaction(async (trx) => {
      await trx.raw('set local session_replication_role = replica');
      await trx('credit_notes').where({ ticket_id: ticketId }).delete();
    });
    const found = await proveLedger(suite.db);
    expect(found.map(({ what, orderRef }) => [what, orderRef])).toEqual([
      ['credit_note', order.ref],
      ['credit_note_series', null],
    ]);
  });
});

test('60 at once, a third of them rolled back: the numbers of an entity run from 1 on without a gap or a double', async () => {
  const tenders = Array.from({ length: 60 }, () => aTender(100n));
  const { payouts } = await aDecidedClaim(race.db, 6000n, tenders);
  expect(payouts).toHaveLength(60);
  const lost = new Error('this one is rolled back');
  const ended = await Promise.allSettled(
    payouts.map((payout, index) =>
      race.db.transaction(async (trx) => {
        await issueCreditNote(trx, payout.id, 'credit', new Date());
        // Told twice: takes no number.
        await issueCreditNote(trx, payout.id, 'credit', new Date());
        if (index % 3 === 0) throw lost;
      }),
    ),
  );
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(20);
  const numbers: number[] = await race.db('credit_notes').orderBy('number').pluck('number');
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(await race.db('credit_note_series').pluck('last_number')).toEqual([40]);
});
