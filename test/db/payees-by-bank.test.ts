/** RP-4.4, B5: an account that a customer gave is paid by the bank's file, once, and what cannot be paid so is refused by name. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createBankStore } from '../../db/bank.ts';
import { type PayoutRow, readTicketPayouts } from '../../db/payouts.ts';
import { refuse } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { fileNameOf } from '../../providers/bank-rail.ts';
import { createRail, paidByTransfer, type RunningBank, startBank, takeIn } from '../providers/bank-bench.ts';
import { theirIban } from '../providers/bank-messages.ts';
import { aDecidedClaim, aPerson, aTender, granted } from './builders.ts';
import { type Asked, reroute } from './rerouting.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

let bank: RunningBank;
let finance: SubjectId;
beforeAll(async () => {
  bank = await startBank();
  finance = await aPerson(suite.db, 'finance');
});
beforeEach(() => bank.books());
afterAll(() => bank.close());

const rail = () => createRail(createBankStore(suite.db), bank.drop);

async function rerouted(given: Partial<Asked> = {}, ...tenders: ReturnType<typeof aTender>[]) {
  const claim = await aDecidedClaim(suite.db, 500n, tenders.length === 0 ? [aTender(1999n)] : tenders);
  const [former] = claim.payouts;
  if (!former) throw new Error('the claim has a payout');
  const asked = { ticketId: claim.ticketId, payoutId: former.id, by: finance, rail: 'bank', byBank: true } as const;
  const answer = await reroute(suite.db, { ...asked, ...given });
  const [, next] = await readTicketPayouts(suite.db, claim.ticketId);
  return { answer, next };
}

/** As the paying activity would ask it, in the euros that the claims of these tests are not in. */
const request = (payout: PayoutRow | undefined, captureRef = 'ch_of_a_card', minor = 500n) => {
  if (!payout) throw new Error('nothing was rerouted');
  return { key: payout.key, payoutId: payout.id, captureRef, amount: money(minor, 'EUR') };
};

const lying = (payoutId: string): string => readFileSync(join(bank.directory, 'out', fileNameOf(payoutId)), 'utf8');

describe('an account that was given', () => {
  test('B5: is paid by a file that bears holder, account and address in parts, whatever the money came by', async () => {
    const address = { streetName: 'Hauptstraße', buildingNumber: '5', postCode: '10115', townName: 'Berlin' };
    const payee = { account: 'DE89 3704 0044 0532 0130 00', address };
    const { answer, next } = await rerouted({ payee });
    granted(answer);
    expect(next).toMatchObject({ rail: 'bank', method: 'card', state: 'granted', rerouted_by: finance });
    expect(await rail().send(request(next))).toMatchObject({ status: 'sent' });
    const text = lying(next?.id ?? '');
    expect(text).toContain('<Cdtr><Nm>Carol Customer</Nm><PstlAdr>');
    expect(text).toContain('<IBAN>DE89370400440532013000</IBAN>');
    expect(text).toMatch(/<PstCd>10115<.PstCd><TwnNm>Berlin<.TwnNm><Ctry>DE<.Ctry>/);
    const kept: unknown[] = await suite.db('bank_instructions').where({ payout_id: next?.id });
    expect(kept).toMatchObject([{ account_id: null, payee_id: expect.any(String) }]);
  });

  test('B1, R4: a repeat by whoever tries again hands over nothing more, and the bank’s word settles it', async () => {
    const { next } = await rerouted();
    await rail().send(request(next));
    await bank.books();
    expect(await rail().send(request(next))).toMatchObject({ status: 'sent' });
    const { payments } = await bank.books();
    const own = payments.filter(({ id }) => id === `RDE${next?.id.replaceAll('-', '')}`);
    expect(own).toMatchObject([{ minor: '500', iban: 'DE89370400440532013000', name: 'Carol Customer' }]);
    await bank.control('POST', `payments/${own[0]?.id}/book`, {});
    await takeIn(suite.db, bank);
    expect(await rail().lookUp(request(next))).toMatchObject({ status: 'settled' });
    expect(await rail().send(request(next, 'ch_of_a_card', 501n))).toEqual({
      status: 'unknown',
      reason: 'idempotency_mismatch',
    });
  });

  test('R2: of money that came by the bank no more goes than came, wherever it goes', async () => {
    const captureRef = await paidByTransfer(suite.db, bank, 700n, theirIban);
    const tender = aTender(1999n, { method: 'bank', captureRef });
    const [{ next: first }, { next: second }] = [await rerouted({}, tender), await rerouted({}, aTender(1999n))];
    expect(await rail().send(request(first, captureRef))).toMatchObject({ status: 'sent' });
    expect(await rail().send(request(second, captureRef))).toEqual({ status: 'failed', reason: 'amount_over_capture' });
    expect(lying(first?.id ?? '')).not.toContain(theirIban);
  });

  test.each([
    ['an address of a wallet', 'bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh'],
    ['an account beyond SEPA', 'AE070331234567890123456'],
    ['digits that do not check', 'DE89370400440532013001'],
  ])('%s is refused by name, and nothing goes another way', async (_what, account) => {
    const { answer, next } = await rerouted({ payee: { account } });
    expect(answer).toEqual(refuse('payee-unfit', { rail: 'bank' }));
    expect(next).toBeUndefined();
    expect((await rerouted({ payee: { account }, rail: 'manual' })).next).toMatchObject({ rail: 'manual' });
  });

  test('a desk without a bank pays it by hand alone', async () => {
    expect((await rerouted({ byBank: false })).answer).toEqual(refuse('rail-unavailable', { rail: 'bank' }));
  });
});
