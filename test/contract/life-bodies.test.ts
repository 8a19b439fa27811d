/** The bodies of a ticket's life, from both sides: what each operation takes, and what it does not. */

import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { operations } from '../../contract/operations.ts';
import { lostIntervalsMax, provisionCharactersMax } from '../../domain/limits.ts';
import { aNetworkContext } from '../api/orders-and-tickets.ts';

const id = '00000000-0000-7000-8000-000000000001';
const ground = 'As the log shows.';
const amount = { minor: '1999', currency: 'USD' };
const hour = { from: '2026-11-20T10:00:00Z', until: '2026-11-20T11:00:00Z' };

interface Sides {
  readonly takes: readonly object[];
  readonly refuses: readonly object[];
}

const sides = {
  answerInformationRequest: {
    takes: [{ text: 'Port 8080.' }, { networkContext: aNetworkContext }, { uploadIds: [id] }],
    refuses: [{}, { text: ' ' }, { uploadIds: [] }, { uploadIds: [id, id] }, { uploadIds: ['one'] }],
  },
  answerRemediation: { takes: [{ mended: true }, { mended: false }], refuses: [{}, { mended: 'true' }] },
  answerOffer: {
    takes: [{ choice: 'refund' }, { choice: 'extension' }],
    refuses: [{}, { choice: 'both' }, { choice: 'lapsed' }],
  },
  reopenTicket: { takes: [{ ground }], refuses: [{}, { ground: ' ' }] },
  appealTicket: { takes: [{ ground }, {}], refuses: [{ ground: '' }] },
  requestInformation: {
    takes: [
      { materials: ['network_context'], question: 'Which port?' },
      { materials: [], question: 'Which port?' },
    ],
    refuses: [
      { materials: ['network_context'] },
      { question: 'Which port?' },
      { materials: ['passport'], question: 'Which port?' },
      { materials: ['evidence', 'evidence'], question: 'Which port?' },
    ],
  },
  recordReview: {
    takes: [
      { cause: 'seller', finding: 'Down.' },
      { cause: 'account', finding: 'Blocked.', persistent: true, sellerMistake: true, mended: false, lost: [hour] },
      { cause: 'seller', finding: 'Down.', lost: Array.from({ length: lostIntervalsMax }, () => hour) },
    ],
    refuses: [
      { cause: 'weather', finding: 'Rain.' },
      { cause: 'seller' },
      { cause: 'seller', finding: 'Down.', persistent: null },
      { cause: 'seller', finding: 'Down.', lost: [{ from: hour.from, until: hour.from }] },
      { cause: 'seller', finding: 'Down.', lost: [{ from: hour.until, until: hour.from }] },
      { cause: 'seller', finding: 'Down.', lost: Array.from({ length: lostIntervalsMax + 1 }, () => hour) },
    ],
  },
  reportRemediation: {
    takes: [
      { mended: true, finding: 'Pool replaced.' },
      { mended: false, finding: 'The probe failed.' },
    ],
    refuses: [{ mended: true }, { finding: 'Pool replaced.' }],
  },
  placeHold: {
    takes: [
      { kind: 'customer', ground },
      { kind: 'kyc', ground, stops: ['decision', 'lapse', 'offer'] },
      { kind: 'provider', ground, stops: [] },
    ],
    refuses: [
      { kind: 'dispute', ground },
      { kind: 'kyc' },
      { kind: 'kyc', ground, stops: ['remediation'] },
      { kind: 'kyc', ground, stops: ['decision', 'decision'] },
    ],
  },
  releaseHold: { takes: [{ ground }], refuses: [{}, { ground, holdId: id }] },
  recordKyc: {
    takes: [
      { result: 'passed', ground },
      { result: 'failed', ground },
    ],
    refuses: [{ result: 'passed' }, { result: 'timed_out', ground }],
  },
  recordFact: {
    takes: [
      { fact: 'breach', value: 'true', ground },
      { fact: 'abuse', value: 'false', ground },
      { fact: 'contact_verified', value: 'true', ground },
      { fact: 'billing_country', value: 'DE', ground },
      { fact: 'independent_country', value: 'FR', ground },
      { fact: 'dispute_withdrawn', value: '2026-11-20T10:00:00Z', ground },
    ],
    refuses: [
      { fact: 'breach', value: 'DE', ground },
      { fact: 'breach', value: true, ground },
      { fact: 'billing_country', value: 'de', ground },
      { fact: 'billing_country', value: 'true', ground },
      { fact: 'dispute_withdrawn', value: 'true', ground },
      { fact: 'dispute_withdrawn', value: '2026-11-20', ground },
      { fact: 'guilt', value: 'true', ground },
      { fact: 'breach', value: 'true' },
    ],
  },
  decideTicket: {
    takes: [
      { decision: 'refund', amount, ground },
      { decision: 'refund', amount, ground, exception: 'goodwill' },
      { decision: 'refund', amount, ground, exception: 'refusal' },
      { decision: 'refund', amount, ground, exception: 'statutory', provision: 'BGB § 327m' },
      { decision: 'refuse', clauses: ['RP-3.1'], ground },
      { decision: 'refuse', clauses: ['RP-3.9'], ground, exception: 'refusal' },
      { decision: 'offer', ground },
      { decision: 'replace', ground },
    ],
    refuses: [
      { decision: 'refund', amount, ground, exception: 'statutory' },
      { decision: 'refund', amount, ground, exception: 'goodwill', provision: 'BGB § 327m' },
      { decision: 'refund', amount, ground, provision: 'BGB § 327m' },
      {
        decision: 'refund',
        amount,
        ground,
        exception: 'statutory',
        provision: 'x'.repeat(provisionCharactersMax + 1),
      },
      { decision: 'refund', amount, ground, exception: 'kindness' },
      { decision: 'refuse', clauses: ['RP-3.1'], ground, exception: 'goodwill' },
      { decision: 'refuse', clauses: [], ground },
      { decision: 'offer', amount, ground },
      { decision: 'offer' },
      { decision: 'replace', ground, exception: 'goodwill' },
      { decision: 'wait', ground },
    ],
  },
  confirmDecision: {
    takes: [
      { confirm: true, ground },
      { confirm: false, ground },
    ],
    refuses: [{ ground }, { confirm: true }, { confirm: 'yes', ground }],
  },
  reportOrderIncident: {
    takes: [
      { ref: 'INC-7', confirmed: true, widelyImpacting: true, covers: true, from: hour.from },
      { ref: 'INC-7', confirmed: false, widelyImpacting: false, covers: false, ...hour },
    ],
    refuses: [
      { ref: 'INC-7', confirmed: true, widelyImpacting: true, covers: true },
      { ref: 'INC-7', confirmed: true, widelyImpacting: true, covers: true, from: hour.until, until: hour.from },
      { ref: 'INC-7', confirmed: true, widelyImpacting: true, covers: true, from: hour.from, until: hour.from },
      { ref: 'INC-7', confirmed: true, covers: true, from: hour.from },
      { ref: '4242424242424242', confirmed: true, widelyImpacting: true, covers: true, from: hour.from },
    ],
  },
} as const satisfies Partial<Record<keyof typeof operations, Sides>>;

type Covered = keyof typeof sides;
const covered = Object.keys(sides) as Covered[];

describe.each(covered)('%s', (operationId) => {
  const body: z.ZodType = operations[operationId].body;
  const { takes, refuses }: Sides = sides[operationId];

  test.each(takes)('takes %j', (given) => {
    expect(body.safeParse(given).error?.issues).toBeUndefined();
  });

  test.each(refuses)('refuses %j', (given) => {
    expect(body.safeParse(given).success).toBe(false);
  });

  test.each(takes)('refuses a field it does not know beside %j', (given) => {
    expect(body.safeParse({ ...given, unknownField: 1 }).success).toBe(false);
  });
});

test('every refusal says what was expected, and never what was sent', () => {
  const told = covered.flatMap((operationId) => {
    const { refuses }: Sides = sides[operationId];
    const body: z.ZodType = operations[operationId].body;
    return refuses.flatMap((given) => body.safeParse(given).error?.issues.map(({ message }) => message) ?? []);
  });
  expect(told.filter((message) => /424242|BGB|As the log/.test(message))).toEqual([]);
});

test('RP-5.2: what is wrong is `unreachable` where a request does not say', () => {
  const request = { orderRef: 'order-1', paymentMethod: 'card', description: 'Nothing works.' };
  const { body } = operations.createTicket;
  expect(body.parse(request).fault).toBe('unreachable');
  expect(body.parse({ ...request, fault: 'slow' }).fault).toBe('slow');
  expect(body.safeParse({ ...request, fault: 'broken' }).success).toBe(false);
});

test('what is asked in a language is asked in one that the policy has', () => {
  for (const { query } of [operations.getDecisions, operations.getDecisionLetter]) {
    expect(query.safeParse({}).success).toBe(true);
    expect(query.safeParse({ language: 'ru' }).success).toBe(true);
    expect(query.safeParse({ language: 'de' }).success).toBe(false);
  }
});
