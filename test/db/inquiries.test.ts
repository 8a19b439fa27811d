/** D3: an inquiry of the bank, which all of the money resolves: whatever else is offered or granted is held for it, and seen so. */

import { describe, expect, test } from '@jest/globals';
import { recordAppeal } from '../../db/appeals.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordDecline, recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import type { PayoutRow } from '../../db/payouts.ts';
import { readRemedy } from '../../db/remedies.ts';
import { beginApplying } from '../../db/remedy-applying.ts';
import { readSnapshot } from '../../db/tickets.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';
import {
  aDecidedClaim,
  aKeptInput,
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  type BuiltOrder,
  confirmDecision,
  decideRefund,
  granted,
  noon,
} from './builders.ts';
import { anOfferedClaim, chooseFromOffer, railsAndShop } from './offered-claims.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold, type Told } from './told-disputes.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

interface Claim {
  readonly ticketId: TicketId;
  readonly order: BuiltOrder;
}

/** What the bank says, as the ticket hears it. */
async function tell({ ticketId, order }: Claim, state: Told['state'], hours: number, ref = 'du') {
  const [tender] = order.tenders;
  if (!tender) throw new Error('the order has no tender');
  const word = { ref: `${ref}_${ticketId}`, state, at: after(hours) };
  await storeTold(suite.db, tender, word);
  return noteTold(suite.db, ticketId, word);
}

const holdsOf = ({ ticketId }: Claim) =>
  suite.db('holds').where({ ticket_id: ticketId, kind: 'dispute' }).select('result', 'released_at');

const clocksHeld = ({ ticketId }: Claim): Promise<string[]> =>
  suite
    .db('clock_pauses')
    .where({ ticket_id: ticketId, reason: 'dispute' })
    .whereNull('ended_at')
    .orderBy('clock')
    .pluck('clock');

const toldOf = ({ ticketId }: Claim, ...templates: string[]): Promise<string[]> =>
  suite.db('notices').where({ ticket_id: ticketId }).whereIn('template', templates).orderBy('id').pluck('template');

async function from(ticketId: TicketId, role: Role, operation: string, body: object) {
  return aMessage(suite.db, ticketId, { id: await aPerson(suite.db, role), role }, operation, body);
}

async function failKyc({ ticketId }: Claim, hours: number) {
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await from(ticketId, 'lead', 'placeHold', asked), after(hours)));
  const result = { result: 'failed', ground: 'Not the buyer.' };
  return granted(await recordKyc(suite.db, await from(ticketId, 'lead', 'recordKyc', result), after(hours)));
}

async function aReleased(minor: bigint) {
  const claim = await aDecidedClaim(suite.db, minor, [aTender(1999n)]);
  const [payout] = claim.payouts;
  if (!payout) throw new Error('the claim has no payout');
  if (payout.state === 'granted')
    granted(await approve(suite.db, claim.ticketId, payout.id, await aPerson(suite.db, 'finance')));
  return { ...claim, payout };
}

const begin = (payout: PayoutRow, hours: number) => beginSending(suite.db, payout, { dryRun: false }, after(hours));

async function decline({ ticketId, payout }: { ticketId: TicketId; payout: PayoutRow }, hours: number) {
  const inputId = await aKeptInput(suite.db, { operation: 'declinePayout', ticketId, payoutId: payout.id });
  const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
  return granted(await recordDecline(suite.db, { ticketId, inputId, by }, after(hours)));
}

const anExtension = async (): Promise<Claim> => {
  const claim = await anOfferedClaim(suite.db);
  granted(await chooseFromOffer(suite.db, claim, 'extension', noon));
  return claim;
};

async function aReplacement(): Promise<Claim> {
  const order = await anOrder(suite.db, [aTender(1999n)]);
  const ticketId = await aReviewedTicket(suite.db, order);
  const message = await from(ticketId, 'agent', 'decideTicket', { decision: 'replace', ground: 'Dead.' });
  granted(await recordDecision(suite.db, message, railsAndShop, noon));
  const lead = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  granted(await confirmDecision(suite.db, ticketId, lead, true, railsAndShop));
  return { ticketId, order };
}

async function beginRemedy({ ticketId }: Claim, hours: number) {
  const [remedy] = (await readSnapshot(suite.db, ticketId)).remedies ?? [];
  if (!remedy) throw new Error('the ticket has no remedy');
  return beginApplying(suite.db, await readRemedy(suite.db, remedy.id), { dryRun: false }, after(hours));
}

describe('D3, RP-3.8: an inquiry that reaches what is granted', () => {
  test('holds a part, with the clocks, and the customer is told when it begins and when it ends', async () => {
    const claim = await aReleased(900n);
    expect(await tell(claim, 'inquiry', 1)).toMatchObject({ phase: 'settling', held: true });
    expect(await clocksHeld(claim)).toEqual(['decision', 'lapse', 'offer']);
    expect(await begin(claim.payout, 2)).toBe('held');
    await tell(claim, 'inquiry', 3);
    expect(await holdsOf(claim)).toHaveLength(1);
    expect((await tell(claim, 'closed', 4)).held).toBeUndefined();
    expect(await holdsOf(claim)).toEqual([{ result: 'ended', released_at: after(4) }]);
    expect(await toldOf(claim, 'dispute-opened', 'dispute-ended')).toEqual(['dispute-opened', 'dispute-ended']);
    expect(await begin(claim.payout, 5)).toBe('send');
  });

  test('does not hold all of the money, which resolves it', async () => {
    const claim = await aReleased(1999n);
    expect((await tell(claim, 'inquiry', 1)).held).toBeUndefined();
    expect([await holdsOf(claim), await toldOf(claim, 'dispute-opened')]).toEqual([[], []]);
    expect(await begin(claim.payout, 2)).toBe('send');
  });

  test('does not hold what has failed and waits for finance', async () => {
    const claim = await aReleased(900n);
    expect(await begin(claim.payout, 0)).toBe('send');
    const report = { status: 'failed', providerRef: 're_1', reason: 'declined' } as const;
    const { ticketId, payout } = claim;
    granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon));
    expect((await tell(claim, 'inquiry', 1)).held).toBeUndefined();
  });

  test.each([
    ['an extension', anExtension],
    ['a replacement', aReplacement],
  ] as const)('holds %s until it ends', async (_name, grant) => {
    const claim = await grant();
    expect(await tell(claim, 'inquiry', 1)).toMatchObject({ phase: 'settling', held: true });
    expect(await beginRemedy(claim, 2)).toBe('held');
    expect((await tell(claim, 'won', 3)).held).toBeUndefined();
    expect(await beginRemedy(claim, 4)).toBe('apply');
  });
});

test.each([
  ['an extension', anExtension],
  ['a replacement', aReplacement],
] as const)('RP-3.8: a dispute holds %s also before its ticket has heard of it', async (_name, grant) => {
  const claim = await grant();
  const [tender] = claim.order.tenders;
  if (!tender) throw new Error('the order has no tender');
  await storeTold(suite.db, tender, { ref: `du_${claim.ticketId}`, state: 'open', at: after(1) });
  expect(await beginRemedy(claim, 2)).toBe('held');
  await tell(claim, 'won', 3);
  expect(await beginRemedy(claim, 4)).toBe('apply');
});

describe('D3, RP-4.3: what was held for an inquiry alone goes back to its decision', () => {
  /** Of a ticket whose materials are complete, so that an answer is owed. */
  async function inquire<Given extends Claim>(claim: Given): Promise<Given> {
    await suite.db('tickets').where({ id: claim.ticketId }).update({ materials_complete_at: noon });
    expect(await tell(claim, 'inquiry', 1)).toMatchObject({ held: true });
    return claim;
  }

  /** Nothing is held, no clock stands still, and all of the money may be decided. */
  async function expectFree(claim: Claim, hours: number): Promise<void> {
    expect(await holdsOf(claim)).toEqual([{ result: 'ended', released_at: after(hours) }]);
    expect(await clocksHeld(claim)).toEqual([]);
    const begun = suite.db('notices').where({ ticket_id: claim.ticketId, template: 'decision-begun' });
    expect(await begun.pluck('parameters')).toMatchObject([{ decisionBy: expect.stringMatching(/^2026-/) }]);
  }

  test('RP-5.3: after a failed check the offer’s hold ends with the offer, and the promise of an answer runs', async () => {
    const claim = await inquire(await anOfferedClaim(suite.db));
    const answer = await failKyc(claim, 2);
    expect([answer.phase, answer.held]).toEqual(['deciding', undefined]);
    await expectFree(claim, 2);
  });

  test('RP-5.3: so does the hold of a part', async () => {
    const claim = await inquire(await aReleased(900n));
    const answer = await failKyc(claim, 2);
    expect([answer.phase, answer.held]).toEqual(['deciding', undefined]);
    await expectFree(claim, 2);
  });

  test('RP-4.4: and of a part that finance declined, after which all of the money is decided and goes', async () => {
    const claim = await inquire(await aReleased(900n));
    const answer = await decline(claim, 2);
    expect([answer.phase, answer.held]).toEqual(['deciding', undefined]);
    await expectFree(claim, 2);
    const decided = granted(await decideRefund(suite.db, claim.ticketId, await aPerson(suite.db, 'agent'), 1999n));
    expect([decided.phase, decided.held]).toEqual(['settling', undefined]);
  });

  test('RP-4.6: and of the desk’s own part that the customer brings before a person', async () => {
    const claim = await inquire(await aReleased(900n));
    await suite.db('decisions').where({ ticket_id: claim.ticketId }).update({ decided_by: null });
    const by = { id: claim.order.subjectId, role: 'customer' as const };
    const message = await aMessage(suite.db, claim.ticketId, by, 'appealTicket', {});
    const answer = granted(await recordAppeal(suite.db, message, after(2)));
    expect([answer.phase, answer.held]).toEqual(['reviewing', undefined]);
    expect([await holdsOf(claim), await clocksHeld(claim)]).toEqual([[{ result: 'ended', released_at: after(2) }], []]);
  });

  test('but stays held while a dispute is open beside it', async () => {
    const claim = await inquire(await anOfferedClaim(suite.db));
    await tell(claim, 'open', 1, 'other');
    expect(await failKyc(claim, 2)).toMatchObject({ phase: 'deciding', held: true });
    expect(await clocksHeld(claim)).toEqual(['decision', 'lapse', 'offer']);
  });
});

test('D3: one that held nothing, and of which nobody was told, is not told to have ended', async () => {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const claim = { order, ticketId: await aReviewedTicket(suite.db, order) };
  await tell(claim, 'inquiry', 1);
  await tell(claim, 'closed', 2);
  expect(await toldOf(claim, 'dispute-opened', 'dispute-ended')).toEqual([]);
});
