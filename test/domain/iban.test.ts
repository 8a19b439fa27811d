/** An account number is taken only where its own check digits hold. */

import { expect, test } from '@jest/globals';
import { ibanOf, isBic, isIban, isSepaIban } from '../../domain/iban.ts';

test.each(['DE89370400440532013000', 'GB29NWBK60161331926819', 'MT84MALT011000012345MTLCAST001S', 'NO9386011117947'])(
  '%s is an IBAN',
  (iban) => {
    expect(isIban(iban)).toBe(true);
  },
);

test.each([
  'DE89370400440532013001',
  'DE98370400440532013000',
  'DE',
  '',
  'DE89 3704 0044 0532 0130 00',
  'de89370400440532013000',
])('“%s” is none', (iban) => {
  expect(isIban(iban)).toBe(false);
});

test('any two digits of an IBAN that change places make it none', () => {
  const iban = 'DE89370400440532013000';
  for (let at = 4; at < iban.length - 1; at += 1) {
    const swapped = `${iban.slice(0, at)}${iban[at + 1]}${iban[at]}${iban.slice(at + 2)}`;
    expect(swapped === iban || !isIban(swapped)).toBe(true);
  }
});

test('as people write it, it is read without spaces and in capitals', () => {
  expect(ibanOf('de89 3704 0044 0532 0130 00')).toBe('DE89370400440532013000');
});

test('a BIC has eight or eleven characters', () => {
  expect(['COBADEFF', 'COBADEFFXXX', 'COBADEF', 'COBADEFFX', 'cobadeff'].map(isBic)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ['DE89 3704 0044 0532 0130 00', true],
  ['gb29 nwbk 6016 1331 9268 19', true],
  ['CH9300762011623852957', true],
  ['AE070331234567890123456', false],
  ['DE89370400440532013001', false],
  ['4242424242424242', false],
])('SEPA: “%s” can be paid to in euros: %p', (account, isReached) => {
  expect(isSepaIban(account)).toBe(isReached);
});
