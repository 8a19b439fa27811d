/** Which requests are taken for Stripe's, and what their events report: stale, doubled and shuffled as they come. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signature } from '../../dev/stripe-sandbox-webhooks.ts';
import { isRefusal } from '../../domain/errors.ts';
import { type PayoutState, reduceReport } from '../../domain/payout.ts';
import { disputeOfStripeEvent } from '../../providers/stripe-dispute.ts';
import { reportOfStripeEvent, type StripeEvent, verifyStripeEvent } from '../../providers/stripe-webhook.ts';

const secret = 'whsec_the_one_in_use';
const nextSecret = 'whsec_the_next_one';
const atSeconds = 1_800_000_000;
const payoutId = randomUUID();

const refundObject = (more: object = {}): Record<string, unknown> => ({
  id: 're_1',
  object: 'refund',
  amount: 500,
  currency: 'usd',
  created: atSeconds,
  charge: 'ch_1',
  payment_intent: 'pi_1',
  status: 'succeeded',
  metadata: { refund_desk_payout: payoutId },
  ...more,
});

const eventOf = (type: string, object: Record<string, unknown>): StripeEvent => ({
  id: `evt_${randomUUID()}`,
  object: 'event',
  type,
  created: atSeconds,
  livemode: false,
  data: { object },
});

const body = JSON.stringify(eventOf('refund.updated', refundObject()), null, 2);
const verify = (text: string, header: string | undefined, secrets = [secret], nowSeconds = atSeconds) =>
  verifyStripeEvent(Buffer.from(text), header, secrets, nowSeconds);

describe('W4: a request is taken for Stripe’s', () => {
  test('where the signature over its raw bytes holds', () => {
    expect(verify(body, signature(body, secret, atSeconds))).toMatchObject({ type: 'refund.updated' });
  });

  test('under either of two secrets while one is being rotated', () => {
    for (const used of [secret, nextSecret])
      expect(isRefusal(verify(body, signature(body, used, atSeconds), [nextSecret, secret]))).toBe(false);
  });

  test('up to 300 seconds late, and no second later', () => {
    const header = signature(body, secret, atSeconds);
    expect(isRefusal(verify(body, header, [secret], atSeconds + 300))).toBe(false);
    expect(verify(body, header, [secret], atSeconds + 301)).toEqual({ refused: 'webhook-signature' });
  });

  test('also where our clock runs behind', () => {
    expect(isRefusal(verify(body, signature(body, secret, atSeconds), [secret], atSeconds - 3_600))).toBe(false);
  });
});

describe('W4: a request is refused', () => {
  const refused = { refused: 'webhook-signature' };

  test.each([undefined, '', 'v1=', 't=1', 't=,v1=', `t=${atSeconds},v0=abc`, 'nonsense'])(
    'with the header %p',
    (header) => {
      expect(verify(body, header)).toEqual(refused);
    },
  );

  test('under a wrong secret, an empty one, or none at all', () => {
    const header = signature(body, secret, atSeconds);
    expect(verify(body, header, [nextSecret])).toEqual(refused);
    expect(verify(body, signature(body, '', atSeconds), [''])).toEqual(refused);
    expect(verify(body, header, [])).toEqual(refused);
  });

  test('where the body was parsed and written again', () => {
    const rewritten = JSON.stringify(JSON.parse(body));
    expect(verify(rewritten, signature(body, secret, atSeconds))).toEqual(refused);
  });

  test('where any one byte of body or signature differs', () => {
    const header = signature(body, secret, atSeconds);
    fc.assert(
      fc.property(fc.nat({ max: body.length - 1 }), fc.integer({ min: 1, max: 127 }), (at, flip) => {
        const bytes = Buffer.from(body);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        expect(verifyStripeEvent(bytes, header, [secret], atSeconds)).toEqual(refused);
      }),
    );
    expect(
      verify(
        body,
        header.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    ).toEqual(refused);
  });

  test('where the time in the header was moved to make it look young', () => {
    const old = signature(body, secret, atSeconds - 1_000).replace(`t=${atSeconds - 1_000}`, `t=${atSeconds}`);
    expect(verify(body, old)).toEqual(refused);
  });

  test.each(['', '{', '[]', '{"object":"event"}'])('as malformed where it is rightly signed but reads %p', (text) => {
    expect(verify(text, signature(text, secret, atSeconds))).toEqual({ refused: 'request-malformed' });
  });
});

describe('S3: what an event reports', () => {
  const settled = {
    providerRef: 're_1',
    payoutId,
    captureRefs: ['ch_1', 'pi_1'],
    report: { status: 'settled', providerRef: 're_1' },
  };

  test.each(['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'])(
    '%s reports its refund, whatever the event is called',
    (type) => {
      expect(reportOfStripeEvent(eventOf(type, refundObject()))).toEqual(settled);
    },
  );

  test('charge.refunded of an old API version reports the newest of its refunds', () => {
    const charge = {
      id: 'ch_1',
      object: 'charge',
      amount_captured: 1999,
      currency: 'eur',
      refunds: { data: [refundObject(), refundObject({ id: 're_0', status: 'failed' })] },
    };
    expect(reportOfStripeEvent(eventOf('charge.refunded', charge))).toEqual(settled);
  });

  test('charge.refunded of a new API version says nothing of the refund itself', () => {
    const charge = { id: 'ch_1', object: 'charge', amount_captured: 1999, currency: 'eur' };
    expect(reportOfStripeEvent(eventOf('charge.refunded', charge))).toBeNull();
  });

  test.each([{}, { refund_desk_payout: 'not-an-id' }, null])(
    'a refund with the metadata %j is not ours',
    (metadata) => {
      expect(reportOfStripeEvent(eventOf('refund.created', refundObject({ metadata })))?.payoutId).toBeNull();
    },
  );

  test('an event of a connected account reports nothing, though its refund or dispute bears our marks', () => {
    const dispute = { id: 'dp_1', object: 'dispute', charge: 'ch_1', amount: 500, currency: 'usd', status: 'lost' };
    for (const account of [undefined, 'acct_another']) {
      const given = account === undefined ? {} : { account };
      const refunded = { ...eventOf('refund.updated', refundObject()), ...given };
      expect(reportOfStripeEvent(refunded) === null).toBe(account !== undefined);
      const disputed = { ...eventOf('charge.dispute.closed', dispute), ...given };
      expect(disputeOfStripeEvent(disputed) === null).toBe(account !== undefined);
    }
  });

  test('other events, and refunds in a shape that is not known, report nothing', () => {
    expect(reportOfStripeEvent(eventOf('charge.succeeded', refundObject()))).toBeNull();
    expect(reportOfStripeEvent(eventOf('refund.created', { id: 're_1' }))).toBeNull();
    expect(reportOfStripeEvent(eventOf('refund.created', refundObject({ status: 'a status of tomorrow' })))).toBeNull();
  });
});

test('D1, RP-3.8: a dispute names what was captured by its charge, and by its payment intent where there was one', () => {
  const dispute = { id: 'du_1', object: 'dispute', charge: 'ch_1', amount: 1999, currency: 'usd', status: 'lost' };
  const refsOf = (more: object) =>
    disputeOfStripeEvent(eventOf('charge.dispute.closed', { ...dispute, ...more }))?.captureRefs;
  expect([refsOf({}), refsOf({ payment_intent: null }), refsOf({ payment_intent: 'pi_1' })]).toEqual([
    ['ch_1'],
    ['ch_1'],
    ['ch_1', 'pi_1'],
  ]);
});

test('W2, W10: stale snapshots in any order, doubled, lead to the same end as in order', () => {
  const told = [
    eventOf('refund.created', refundObject({ status: 'pending', pending_reason: 'processing' })),
    eventOf('refund.updated', refundObject()),
    eventOf('charge.refund.updated', refundObject()),
  ];
  const end = (events: readonly StripeEvent[]): PayoutState =>
    events.reduce<PayoutState>((state, event) => {
      const report = reportOfStripeEvent(event)?.report;
      return (report && reduceReport(state, report)?.state) ?? state;
    }, 'sending');
  fc.assert(
    fc.property(fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }), (shuffled) => {
      expect(end(shuffled)).toBe('settled');
    }),
  );
});
