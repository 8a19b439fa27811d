/** Where in a text something was masked, for what shows the same text by other means, such as the picture of a page (E5). */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskPlaces, maskText } from '../../domain/mask.ts';

/** The text as somebody sees it who has all but those places painted over. */
const seen = (text: string): string =>
  maskPlaces(text).places.reduceRight((left, { start, end }) => `${left.slice(0, start)}█${left.slice(end)}`, text);

test.each([
  ['my card is 4242 4242 4242 4242, thanks', 'my card is █, thanks'],
  ['proxy http://user77:hunter2-swordfish@gate.example:8080 fails', 'proxy http://█@gate.example:8080 fails'],
  ['nothing to hide', 'nothing to hide'],
  ['', ''],
])('%j is seen as %j', (text, expected) => {
  expect(seen(text)).toBe(expected);
});

const filler = fc.stringMatching(/^[a-z \n.]{0,20}$/);
const word = fc.stringMatching(/^[a-z]{10}$/);
const secret = fc.oneof(
  word.map((held) => ({ held: `${held}-1X`, text: `http://user:${held}-1X@gate.example:8080` })),
  word.map((held) => ({ held: `${held}9Z`, text: `Authorization: Bearer ${held}9Z${held}` })),
  word.map((held) => ({ held: `${held}7Q`, text: `password=${held}7Q` })),
  word.map((held) => ({ held: `${held}5K`, text: `curl -x gate.example:8080 -U user:${held}5K` })),
  fc.constant({ held: '4242 4242 4242 4242', text: 'card 4242 4242 4242 4242' }),
);

test('E5: nothing that is masked is seen, the places are in order and apart, and the text is masked as ever', () => {
  const texts = fc.array(fc.tuple(filler, secret), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(texts, (parts) => {
      const text = parts.map(([before, { text: planted }]) => `${before}\n${planted}\n`).join('');
      const { places, ...masked } = maskPlaces(text);
      expect(masked).toEqual(maskText(text));
      for (const [, { held }] of parts) expect(seen(text)).not.toContain(held);
      let last = 0;
      for (const { start, end } of places) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
    }),
  );
});
