/** What PayPal's events tell of a case: how it stands, by when it is to be answered, and what it gave the customer. */

import { describe, expect, test } from '@jest/globals';
import { disputeOfPaypalEvent, type PaypalEvent } from '../../providers/paypal-webhook.ts';

describe('what an event tells of a case', () => {
  const event = (event_type: string, resource: object): PaypalEvent => ({
    id: 'WH-1',
    event_type,
    create_time: '2026-11-21T10:00:00Z',
    resource: resource as PaypalEvent['resource'],
  });

  const dispute = {
    dispute_id: 'PP-D-27803',
    status: 'UNDER_REVIEW',
    dispute_life_cycle_stage: 'CHARGEBACK',
    dispute_amount: { currency_code: 'USD', value: '19.99' },
    disputed_transactions: [{ seller_transaction_id: '2GG279541U471931P' }],
    update_time: '2026-11-21T09:59:58.000Z',
  };

  test('D11: a case tells its state, the capture that it is about, and PayPal’s own time', () => {
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.UPDATED', dispute))).toEqual({
      providerRef: 'PP-D-27803',
      captureRefs: ['2GG279541U471931P'],
      state: 'open',
      amount: { minor: 1999n, currency: 'USD' },
      returned: null,
      includesRefunds: false,
      toldAt: new Date('2026-11-21T09:59:58.000Z'),
      cause: 'CUSTOMER.DISPUTE.UPDATED',
      kind: 'paypal_claim',
      reason: null,
      evidenceDueAt: null,
      submissions: 0,
    });
  });

  const dueAt = '2026-12-01T10:00:00.000Z';
  const asked = { status: 'WAITING_FOR_SELLER_RESPONSE', seller_response_due_date: dueAt };

  test.each([
    [asked, new Date(dueAt)],
    [{ ...asked, dispute_life_cycle_stage: 'PRE_ARBITRATION' }, new Date(dueAt)],
    [{ ...asked, dispute_life_cycle_stage: 'INQUIRY' }, null],
    [{ ...asked, status: 'UNDER_REVIEW' }, null],
    [{ ...asked, seller_response_due_date: null }, null],
  ])('D4, D11: of a case with %j evidence is due by %p', (more, due) => {
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.UPDATED', { ...dispute, ...more }))?.evidenceDueAt).toEqual(
      due,
    );
  });

  test('a case tells PayPal’s reason, and what the seller showed; what others showed is none of ours', () => {
    const evidences = [{ source: 'SUBMITTED_BY_SELLER', notes: 'one' }, { source: 'REQUESTED_FROM_SELLER' }];
    expect(
      disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.UPDATED', { ...dispute, reason: 'UNAUTHORISED', evidences })),
    ).toMatchObject({ reason: 'UNAUTHORISED', submissions: 1 });
  });

  test.each([
    [{ dispute_life_cycle_stage: 'INQUIRY' }, 'inquiry'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'RESOLVED_SELLER_FAVOUR' } }, 'won'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' } }, 'lost'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOR' } }, 'lost'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'RESOLVED_WITH_PAYOUT' } }, 'prevented'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'CANCELED_BY_BUYER' } }, 'closed'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'NONE' } }, 'closed'],
    // D3: what ends an inquiry for the customer is the seller's own refund.
    [
      {
        status: 'RESOLVED',
        dispute_life_cycle_stage: 'INQUIRY',
        dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' },
      },
      'closed',
    ],
  ])('D1: a case with %j reads %s', (more, state) => {
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.RESOLVED', { ...dispute, ...more }))?.state).toBe(state);
  });

  const usd = (value: string) => ({ currency_code: 'USD', value });
  const settled = (affected_party: string, type: string, value: string, reason = 'DISPUTE_SETTLEMENT') => ({
    affected_party,
    type,
    amount: usd(value),
    reason,
  });
  const lost = { outcome_code: 'RESOLVED_BUYER_FAVOUR' };
  const paid = { outcome_code: 'RESOLVED_WITH_PAYOUT', amount_refunded: usd('19.99') };
  const fund = ({ affected_party, ...more }: ReturnType<typeof settled>) => ({ ...more, party: affected_party });

  test.each([
    ['nothing but that', { dispute_outcome: lost }, 1999n],
    ['a part', { dispute_outcome: { ...lost, amount_refunded: usd('6.00') } }, 600n],
    [
      'movements',
      {
        dispute_outcome: { ...lost, amount_refunded: usd('19.99') },
        money_movements: [settled('BUYER', 'CREDIT', '19.99'), settled('SELLER', 'DEBIT', '6.00')],
      },
      600n,
    ],
    [
      'movements back and forth',
      {
        dispute_outcome: lost,
        money_movements: [settled('SELLER', 'DEBIT', '19.99'), settled('SELLER', 'CREDIT', '5.00')],
      },
      1499n,
    ],
    [
      'fees, which are none of it',
      { dispute_outcome: lost, money_movements: [settled('SELLER', 'DEBIT', '16.00', 'DISPUTE_FEE')] },
      1999n,
    ],
    [
      'movements under their newer name',
      { dispute_outcome: lost, fund_movements: [fund(settled('SELLER', 'DEBIT', '4.00'))] },
      400n,
    ],
    [
      'movements that are not as we know them',
      { dispute_outcome: { ...lost, amount_refunded: usd('6.00') }, money_movements: [{ party: 'SELLER' }] },
      600n,
    ],
    [
      'another currency',
      { dispute_outcome: { ...lost, amount_refunded: { currency_code: 'EUR', value: '6.00' } } },
      1999n,
    ],
    ['a payout of PayPal’s own', { dispute_outcome: paid }, 0n],
    [
      'a payout that the seller bears in part',
      {
        dispute_outcome: paid,
        money_movements: [settled('BUYER', 'CREDIT', '19.99'), settled('SELLER', 'DEBIT', '5.00')],
      },
      500n,
    ],
  ])('D5: a case that ended for the customer, telling %s, gave them so much of ours', (_what, more, minor) => {
    const told = disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.RESOLVED', { ...dispute, status: 'RESOLVED', ...more }));
    expect(told).toMatchObject({ returned: { minor, currency: 'USD' }, includesRefunds: true });
  });

  test('D4: what a bank pulls, our own refunds are not in', () => {
    const external = { ...dispute, status: 'RESOLVED', dispute_outcome: lost, dispute_channel: 'EXTERNAL' };
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.RESOLVED', external))?.includesRefunds).toBe(false);
  });

  test.each([{ dispute_id: '' }, { dispute_amount: { currency_code: 'XAU', value: '1.00' } }])(
    'a case with %j is not read',
    (more) => {
      expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.CREATED', { ...dispute, ...more }))).toBeNull();
    },
  );
});
