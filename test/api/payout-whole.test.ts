/** One payout in whole over HTTP: who did what to it, what it waits for, its attempts, and when the money is to be seen. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { presentPayoutShown } from '../../api/present-payout.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import type { SubjectId } from '../../domain/ids.ts';
import type { OutcomeUnknown, RailReport } from '../../domain/rail.ts';
import { aDecidedClaim, approve, noon } from '../db/builders.ts';
import { type Json, listIn, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { aTicketView } from './views.ts';

let desk: Desk;
let finance: Person;

beforeAll(async () => {
  desk = await startDesk();
  finance = await desk.signedIn('finance');
});
afterAll(() => desk.close());

const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

/** A payout that was called for at noon, and what its provider then reported. */
async function aPayout(...reports: readonly (RailReport | OutcomeUnknown)[]) {
  const { ticketId, payouts } = await aDecidedClaim(desk.db, 1999n);
  const id = payouts[0]?.id;
  if (!id) throw new Error('the claim has no payout');
  await approve(desk.db, ticketId, id, finance.id as SubjectId);
  const [approved] = await readTicketPayouts(desk.db, ticketId);
  if (approved) await beginSending(desk.db, approved, { dryRun: false }, noon);
  for (const [index, report] of reports.entries())
    await recordReport(desk.db, { ticketId, payoutId: id, inputId: null, report }, later(index + 1));
  return { id, ticketId };
}

const whole = async (id: string): Promise<Json> => (await finance.get(`/v1/payouts/${id}`)).json;

const sent = (reason?: string): RailReport => ({
  status: 'sent',
  providerRef: `re_${crypto.randomUUID()}`,
  ...(reason === undefined ? {} : { reason }),
});

describe('its history', () => {
  test('tells each step with who took it, when, and for what reason', async () => {
    const { id } = await aPayout({ status: 'unknown', reason: 'timeout' }, sent('processing'), {
      status: 'failed',
      reason: 'expired_or_canceled_card',
    });
    const { json } = await finance.get(`/v1/payouts/${id}`);
    expect(
      listIn(json, 'history').map((told) => [told['kind'], objectIn(told, 'actor')['role'], told['reason']]),
    ).toEqual([
      ['payoutApproved', 'finance', null],
      ['payoutSending', 'desk', null],
      ['payoutUnknown', 'provider', 'timeout'],
      ['payoutSent', 'provider', 'processing'],
      ['payoutFailed', 'provider', 'expired_or_canceled_card'],
    ]);
    const [approved] = listIn(json, 'history');
    expect(objectIn(approved as Json, 'actor')).toMatchObject({ id: finance.id, name: 'The finance' });
    expect(approved?.['at']).toBe(noon.toISOString());
    expect([json['exception'], objectIn(json, 'waits')['owner']]).toEqual(['failed', 'finance']);
  });

  test('is that of the payout alone: what another of its ticket went through stands with that one', async () => {
    const { id } = await aPayout({ status: 'failed', reason: 'declined' });
    const rows: Record<string, unknown>[] = await desk.db('payouts').where({ id });
    const row = rows[0] ?? {};
    const { id: _, attention: __, attention_since: ___, changed_in: ____, ...columns } = row;
    const fresh = { approval: null, approved_by: null, approved_at: null, sending_at: null, ended_at: null };
    const next = { payout_no: 2, key: String(row['key']).replace(/1$/, '2'), state: 'granted', reason: null };
    const [made]: { id: string }[] = await desk
      .db('payouts')
      .insert({ ...columns, ...fresh, ...next })
      .returning('id');
    const [first, second] = [await whole(id), await whole(made?.id ?? '')];
    expect([first['previousId'], first['nextId'], second['previousId'], second['nextId']]).toEqual([
      null,
      made?.id,
      id,
      null,
    ]);
    for (const shown of [first, second])
      expect(
        listIn(shown, 'attempts').map((attempt) => [attempt['payoutNo'], attempt['state'], attempt['reason']]),
      ).toEqual([
        [1, 'failed', 'declined'],
        [2, 'granted', null],
      ]);
    expect(second['history']).toEqual([]);
    expect([first['exception'], first['waits'], objectIn(second, 'waits')['for']]).toEqual([null, null, 'approval']);
  });
});

describe('S4: a payout that its provider has not carried out', () => {
  test.each([
    ['processing', 'processing', 'provider', null, 'sent'],
    ['insufficient_funds', 'top_up', 'finance', 'insufficient_funds', 'delayed'],
    ['charge_pending', 'charge_pending', 'customer', null, 'under_way'],
    ['requires_action', 'customer_details', 'customer', 'requires_action', 'delayed'],
  ])('for %s waits for %s, which %s must see to', async (reason, waitsFor, owner, exception, progress) => {
    const { id } = await aPayout(sent(reason));
    const shown = await whole(id);
    expect(shown['waits']).toEqual({ for: waitsFor, owner, text: expect.stringMatching(/\.$/) });
    expect([shown['state'], shown['reason'], shown['exception']]).toEqual(['sent', reason, exception]);
    // S5: nobody is told of money as gone that its provider has not begun with.
    const [view] = aTicketView().payouts;
    if (!view) throw new Error('the ticket has no payout');
    expect(presentPayoutShown({ ...view, state: 'sent', reason, providerRef: 're_1' }).progress).toBe(progress);
  });
});

describe('when the money is to be seen', () => {
  const settled = (bankRef?: string): RailReport => ({
    status: 'settled',
    providerRef: `re_${crypto.randomUUID()}`,
    ...(bankRef === undefined ? {} : { bankRef }),
  });

  test('is told in the seller’s business days once the rail has said its last word, and not before', async () => {
    const [waiting, done] = [await aPayout(sent()), await aPayout(settled())];
    expect(await whole(waiting.id)).toMatchObject({ postingDays: { min: 5, max: 10 }, expected: null });
    const { expected } = await whole(done.id);
    const { from, until } = expected as { from: string; until: string };
    expect([from, until].every((date) => date > '2026-11-26' && date < '2026-12-31')).toBe(true);
    expect(from < until).toBe(true);
  });

  test('S9: its reference is available, pending, or not to come', async () => {
    const known = await aPayout(settled('74000000000000000000001'));
    const open = await aPayout(settled());
    const failed = await aPayout({ status: 'failed', reason: 'declined' });
    const of = async ({ id }: { id: string }) => (await whole(id))['bankReference'];
    expect([await of(known), await of(open), await of(failed)]).toEqual(['available', 'pending', 'unavailable']);
    // Long after the last day on which it should have been seen, none is to come.
    const longAgo = new Date(noon.getTime() - 60 * 86_400_000);
    await desk.db('payouts').where({ id: open.id }).update({ settled_at: longAgo, updated_at: noon });
    expect(await of(open)).toBe('unavailable');
  });
});

test('a look at a payout is on record, with whose money it is', async () => {
  const { id, ticketId } = await aPayout();
  await whole(id);
  const looks: object[] = await desk.db('access_log').where({ viewer_id: finance.id, ticket_id: ticketId });
  expect(looks).toEqual([expect.objectContaining({ operation: 'getPayout' })]);
});
