/** What is written to a bank is in the characters that every bank takes, and says as much as they can. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSepaText, sepaText } from '../../domain/sepa-text.ts';

test.each([
  ['Müller & Söhne GmbH', 'Mueller + Soehne GmbH'],
  ['Straße', 'Strasse'],
  ['José Ñandú Çelik', 'Jose Nandu Celik'],
  ['Łukasz Żółć', 'Lukasz Zolc'],
  ['Ångström Øre Æsir', 'Angstroem Ore Aesir'],
  ['Иван Щукин', 'Ivan Shtukin'],
  ['Γιώργος Ψαράς', 'Giorgos Psaras'],
  ['Nguyễn Thị Ánh', 'Nguyen Thi Anh'],
  ['李小龙', '...'],
  ['O’Neil “Bob”', "O'Neil 'Bob'"],
  ['a@b_c', 'a(at)b-c'],
  ['100 €', '100 EUR'],
  ['Ａｃｍｅ ①', 'Acme 1'],
  ['Müller', 'Mueller'],
])('B10: “%s” is written “%s”', (text, written) => {
  expect(sepaText(text, 140)).toBe(written);
});

test('B10: an emoji is one full stop, however many signs it is made of', () => {
  expect(sepaText('A 👩‍👩‍👧 B 🇩🇪 C', 70)).toMatch(/^A \. B \.+ C$/);
});

test('B10: no slash begins or ends it, and no two stand together', () => {
  expect(sepaText('//a///b/', 70)).toBe('a/b');
  expect(sepaText('abc/def', 4)).toBe('abc');
});

test('B10: whatever is written, a bank takes it, and it is no longer than it may be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 140 }), (text, max) => {
      const written = sepaText(text, max);
      expect(written.length).toBeLessThanOrEqual(max);
      expect(isSepaText(written)).toBe(true);
    }),
  );
});

test('what is in those characters already stays as it is', () => {
  const text = "Refund RD-1001: (order) DEMO, it's 10.50? +49";
  expect(sepaText(text, 140)).toBe(text);
});
