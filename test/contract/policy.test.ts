/** The policy document on the wire: the domain's own type, with nothing beside it, and told field by field. */

import { describe, expect, test } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import type { z } from 'zod';
import { policyDocumentSchema } from '../../contract/policy.ts';
import { readFirstVersion } from '../../dev/first-version.ts';
import { type Proposal, type ProposalKind, proposalKinds } from '../../domain/assessment.ts';
import { policyDaysMax } from '../../domain/limits.ts';
import type { PolicyDocument } from '../../domain/policy.ts';

type Frozen<Value> = Value extends object ? { readonly [Key in keyof Value]: Frozen<Value[Key]> } : Value;

const { document } = readFirstVersion();

/** Pointers of what is wrong with the document once a change was made to a copy of it. */
function wrongAfter(change: (copy: Mutable<PolicyDocument>) => void): string[] {
  const copy = structuredClone(document) as Mutable<PolicyDocument>;
  change(copy);
  return (policyDocumentSchema.safeParse(copy).error?.issues ?? []).map(({ path }) => path.join('/'));
}

type Mutable<Value> = Value extends object ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> } : Value;

test('is exactly the document that the engine judges by', () => {
  expectTypeOf<Frozen<z.output<typeof policyDocumentSchema>>>().toEqualTypeOf<Frozen<PolicyDocument>>();
  expectTypeOf<Frozen<z.input<typeof policyDocumentSchema>>>().toEqualTypeOf<Frozen<PolicyDocument>>();
  expect(policyDocumentSchema.parse(document)).toEqual(document);
});

describe('a document is refused', () => {
  test('with a field that it does not know, at every depth', () => {
    const unknown = { unknownField: 1 };
    expect(wrongAfter((copy) => Object.assign(copy, unknown))).toEqual(['']);
    expect(wrongAfter((copy) => Object.assign(copy.seller, unknown))).toEqual(['seller']);
    expect(wrongAfter((copy) => Object.assign(copy.parameters.calendar, unknown))).toEqual(['parameters/calendar']);
    expect(wrongAfter((copy) => Object.assign(copy.texts.en, { 'RP-9.9': 'a text' }))).toEqual(['texts/en']);
  });

  test('RP-6.1: without the text of a clause, in any of its languages', () => {
    expect(wrongAfter((copy) => Reflect.deleteProperty(copy.texts.ru, 'RP-2.3'))).toEqual(['texts/ru/RP-2.3']);
    expect(wrongAfter((copy) => Reflect.deleteProperty(copy.texts, 'ru'))).toEqual(['texts/ru']);
  });

  test('PA-1.2: with what looks like a card’s number, since its texts are kept as they are', () => {
    const card = '4242 4242 4242 4242';
    const paths = wrongAfter((copy) => {
      copy.texts.en['RP-2.2'] = `Paid by ${card}.`;
      copy.seller.contact = card;
    });
    expect(paths).toEqual(['seller/contact', 'texts/en/RP-2.2']);
  });

  test('with text that a database cannot keep, or a number of days that is none', () => {
    expect(wrongAfter((copy) => void (copy.seller.name = 'a\u0000b'))).toEqual(['seller/name']);
    for (const days of [-1, 0, 1.5, policyDaysMax + 1, Number.NaN])
      expect(wrongAfter((copy) => void (copy.parameters.requestWindowDays = days))).toEqual([
        'parameters/requestWindowDays',
      ]);
  });

  test('M8: with a limit that is not digits of a known currency', () => {
    for (const minor of ['1.5', '-1', '1e3', '01', ''])
      expect(wrongAfter((copy) => void (copy.parameters.limits.goodwill.USD = minor))).toEqual([
        'parameters/limits/goodwill/USD',
      ]);
    expect(wrongAfter((copy) => Object.assign(copy.parameters.limits.goodwill, { ZZZ: '1' }))).toEqual([
      'parameters/limits/goodwill',
    ]);
  });
});

test('a proposal has exactly the kinds that a back-test counts', () => {
  expectTypeOf<ProposalKind>().toEqualTypeOf<Proposal['kind']>();
  expectTypeOf<(typeof proposalKinds)[number]>().toEqualTypeOf<ProposalKind>();
  expect(new Set(proposalKinds).size).toBe(proposalKinds.length);
});
