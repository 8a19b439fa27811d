/** Decisions beside the proposal: what follows it, by which exception one may leave it, within which limit, and who confirms. */

import { describe, expect, test } from '@jest/globals';
import type { Proposal } from '../../domain/assessment.ts';
import { confirmationRefusal, confirmingRoles, type DecisionAsked, exceptionOf } from '../../domain/decision.ts';
import { type Currency, money } from '../../domain/money.ts';
import type { PolicyParameters } from '../../domain/policy.ts';
import type { Role } from '../../domain/role.ts';
import { aCase, after, aLateCase, anIncident, capturedAt, dayMs, firstVersion } from './case-builder.ts';

const { parameters } = firstVersion.document;

/** 30 dollars. */
const refund = aCase().proposal();
const refusal = aLateCase().proposal();
const offer = aLateCase()
  .facts({ incidents: [anIncident()] })
  .at(after(capturedAt, 12 * dayMs))
  .proposal();

type Exception = 'goodwill' | 'refusal' | 'statutory' | null;

const decide = (asked: DecisionAsked, proposal: Proposal, role: Role = 'agent', given: PolicyParameters = parameters) =>
  exceptionOf(asked, proposal, given, role);

const aRefund = (minor: bigint, exception: Exception = null, currency: Currency = 'USD'): DecisionAsked => ({
  decision: 'refund',
  amount: money(minor, currency),
  exception,
});

test('the cases here are proposed as a refund of 30 dollars, a refusal by the window, and an offer', () => {
  expect(refund).toMatchObject({ kind: 'refund', refund: { amount: { minor: '3000', currency: 'USD' } } });
  expect(refusal).toMatchObject({ kind: 'refuse', clauses: expect.arrayContaining(['RP-2.3']) });
  expect(offer.kind).toBe('offer');
});

describe('a refund', () => {
  test('of exactly what is proposed follows the proposal, whatever exception was named', () => {
    for (const exception of [null, 'goodwill', 'refusal', 'statutory'] as const)
      expect(decide(aRefund(3_000n, exception), refund)).toBeNull();
  });

  test.each([2_999n, 3_001n])('of %s cents, a cent beside the proposal, is refused without an exception', (minor) => {
    expect(decide(aRefund(minor), refund)).toEqual({
      refused: 'against-proposal',
      facts: { proposed: 'refund', minor: '3000', currency: 'USD', clauses: 'RP-2.0 RP-2.4a' },
    });
  });

  test('RP-3.9: of less is an exception against the customer, and none in their favour', () => {
    expect(decide(aRefund(2_999n, 'refusal'), refund)).toBe('refusal');
    expect(decide(aRefund(2_999n, 'goodwill'), refund)).toMatchObject({ refused: 'against-proposal' });
  });

  test('of more is goodwill up to the version’s limit, the limit itself included, and not a cent beyond', () => {
    expect(decide(aRefund(8_000n, 'goodwill'), refund)).toBe('goodwill');
    expect(decide(aRefund(8_001n, 'goodwill'), refund)).toEqual({
      refused: 'over-goodwill',
      facts: { limitMinor: '5000', currency: 'USD' },
    });
    expect(decide(aRefund(3_001n, 'refusal'), refund)).toMatchObject({ refused: 'against-proposal' });
  });

  test('where a refusal is proposed the whole sum counts against the goodwill limit', () => {
    expect(decide(aRefund(5_000n, 'goodwill'), refusal)).toBe('goodwill');
    expect(decide(aRefund(5_001n, 'goodwill'), refusal)).toMatchObject({ refused: 'over-goodwill' });
  });

  test('in a currency that the version does not list goodwill has no limit of its own, and needs a second person all the same', () => {
    expect(decide(aRefund(9_999n, 'goodwill', 'GBP'), refusal)).toBe('goodwill');
  });

  test('in another currency than the proposed is refused before anything else', () => {
    expect(decide(aRefund(3_000n, 'statutory', 'EUR'), refund, 'lead')).toEqual({
      refused: 'currency-mismatch',
      facts: { currency: 'USD' },
    });
  });

  test('RP-3.9: a right by law is a lead’s to name, and knows no goodwill limit', () => {
    expect(decide(aRefund(99_999n, 'statutory'), refusal, 'lead')).toBe('statutory');
    expect(decide(aRefund(99_999n, 'statutory'), refusal, 'agent')).toEqual({ refused: 'not-allowed' });
  });
});

describe('a refusal', () => {
  const aRefusal = (clauses: readonly string[], exception: 'refusal' | null = null): DecisionAsked => ({
    decision: 'refuse',
    clauses,
    exception,
  });

  test('on clauses that are proposed follows the proposal', () => {
    expect(decide(aRefusal(['RP-2.3']), refusal)).toBeNull();
  });

  test('RP-3.9: on a clause that is not proposed, or where a refund is, needs the exception by name', () => {
    expect(decide(aRefusal(['RP-2.3', 'RP-3.5']), refusal)).toMatchObject({ refused: 'against-proposal' });
    expect(decide(aRefusal(['RP-2.3', 'RP-3.5'], 'refusal'), refusal)).toBe('refusal');
    expect(decide(aRefusal(['RP-2.3']), refund)).toMatchObject({ refused: 'against-proposal' });
    expect(decide(aRefusal(['RP-3.9'], 'refusal'), refund)).toBe('refusal');
  });
});

test('RP-4.5: an offer can be made where one was reckoned, and nowhere else', () => {
  expect(decide({ decision: 'offer' }, offer)).toBeNull();
  for (const proposal of [refund, refusal])
    expect(decide({ decision: 'offer' }, proposal)).toMatchObject({ refused: 'against-proposal' });
});

test('a replacement is never owed, so it is always goodwill', () => {
  for (const proposal of [refund, refusal, offer]) expect(decide({ decision: 'replace' }, proposal)).toBe('goodwill');
});

describe('a confirmation', () => {
  const roles = ['agent', 'lead', 'finance'] as const;

  test('is never given by the one who decided', () => {
    for (const exception of ['goodwill', 'refusal', 'statutory'] as const)
      for (const role of roles)
        expect(confirmationRefusal(exception, { decidedBySame: true, role })?.refused).toBe('not-second-person');
  });

  test('RP-3.9: of a right by law is finance’s, of anything else any second person’s', () => {
    const by = (exception: 'goodwill' | 'refusal' | 'statutory') =>
      roles.filter((role) => confirmationRefusal(exception, { decidedBySame: false, role }) === null);
    expect([by('goodwill'), by('refusal')]).toEqual([roles, roles]);
    expect(by('statutory')).toEqual(['finance']);
  });

  test('is asked of nobody whom it would be refused', () => {
    for (const exception of ['goodwill', 'refusal', 'statutory'] as const)
      for (const role of confirmingRoles(exception))
        expect(confirmationRefusal(exception, { decidedBySame: false, role })).toBeNull();
  });
});
