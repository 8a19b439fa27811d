/** Every reason speaks to the customer in both languages and to an agent, and asks for no secret. */

import { describe, expect, test } from '@jest/globals';
import { fill, sentences } from '../../domain/sentences.ts';
import { aCase } from './case-builder.ts';

const all = Object.entries(sentences);

/** What a customer is told names no id of a case, no code and no person. */
const secrets = /password|passcode|пароль|код из|PIN|CVV/i;

describe('sentences', () => {
  test.each(all)('%s speaks in English and Russian, in whole sentences', (_reason, { en, ru, agent }) => {
    for (const sentence of [en, ru, agent]) expect(sentence).toMatch(/[.}]$/);
    expect(ru).toMatch(/[а-я]/);
    expect(en).not.toMatch(/[а-я]/i);
    expect(`${en} ${ru}`).not.toMatch(secrets);
  });

  test.each(all)('%s puts the same words into both languages', (_reason, { en, ru }) => {
    const wordsIn = (text: string) => [...text.matchAll(/\{(\w+?)(?:En|Ru)?\}/g)].map(([, word]) => word);
    expect(new Set(wordsIn(ru))).toEqual(new Set(wordsIn(en)));
  });

  test('a word that is missing stays visible, and a word’s own braces are not filled', () => {
    expect(fill('{a} and {b}', { a: '{b}' })).toBe('{b} and {b}');
    expect(fill('{a}{a}', { a: 'x' })).toBe('xx');
  });

  test('instants are told in digits and UTC, which no runtime’s own words can change', () => {
    expect(aCase().finding('RP-2.3').customer.ru).toBe(
      'Вы обратились 2026-03-05 10:00:00 UTC, то есть не позднее 7 дн. после первой оплаты этого тарифа (2026-03-02 10:00:00 UTC).',
    );
  });
});
