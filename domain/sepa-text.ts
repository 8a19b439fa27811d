/**
 * Text in the characters that every SEPA bank takes (EPC217-08): Latin letters, digits and a little punctuation. What has
 * no counterpart becomes a full stop, so that nothing is dropped unseen. Pure.
 */

/** Where taking the accent off is not how the letter is written without it. */
const latin: Readonly<Record<string, string>> = {
  Ä: 'Ae',
  ä: 'ae',
  Ö: 'Oe',
  ö: 'oe',
  Ü: 'Ue',
  ü: 'ue',
  ẞ: 'SS',
  ß: 'ss',
  Æ: 'Ae',
  æ: 'ae',
  Œ: 'Oe',
  œ: 'oe',
  Ø: 'O',
  ø: 'o',
  Å: 'A',
  å: 'a',
  Đ: 'D',
  đ: 'd',
  Ð: 'D',
  ð: 'd',
  Þ: 'Th',
  þ: 'th',
  Ł: 'L',
  ł: 'l',
  ı: 'i',
  Ħ: 'H',
  ħ: 'h',
  Ŧ: 'T',
  ŧ: 't',
};

const greek: Readonly<Record<string, string>> = letters(
  'αβγδεζηθικλμνξοπρσςτυφχψω',
  'a v g d e z i th i k l m n x o p r s s t y f ch ps o',
);

const cyrillic: Readonly<Record<string, string>> = letters(
  'абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґ',
  'a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh sht a y y e yu ya ye i yi g',
);

const signs: Readonly<Record<string, string>> = {
  '&': '+',
  '@': '(at)',
  _: '-',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '`': "'",
  '´': "'",
  '"': "'",
  '“': "'",
  '”': "'",
  '„': "'",
  '\\': '/',
  '|': '/',
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  ';': ',',
  '€': 'EUR',
};

const allowed = /^[A-Za-z0-9/\-?:().,'+ ]$/;

/** A capital is written as its small letter is, with a capital first. */
function letters(small: string, inOrder: string): Record<string, string> {
  const texts = inOrder.split(' ');
  return Object.fromEntries(
    [...small].flatMap((letter, index) => {
      const text = texts[index] ?? '';
      const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
      return [
        [letter, text],
        [letter.toUpperCase(), capital],
      ];
    }),
  );
}

const written = (letter: string): string | undefined =>
  latin[letter] ?? greek[letter] ?? cyrillic[letter] ?? signs[letter];

function signOf(sign: string): string {
  if (allowed.test(sign)) return sign;
  const known = written(sign);
  if (known !== undefined) return known;
  if (/\s/u.test(sign)) return ' ';
  const bare = sign.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  if (bare === '') return '';
  const parts = [...bare].map((part) => (allowed.test(part) ? part : written(part)));
  return parts.every((part) => part !== undefined) ? parts.join('') : '.';
}

/**
 * At most so many characters. Nothing begins or ends with a slash or has two in a row, as the rulebook wants; what is a
 * picture of several signs, such as an emoji, is one full stop.
 */
export function sepaText(text: string, charactersMax: number): string {
  const graphemes = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text.normalize('NFC'))];
  const plain = graphemes.map(({ segment }) => {
    const signsOfIt = [...segment].map(signOf).join('');
    return /\p{Extended_Pictographic}/u.test(segment) ? '.' : signsOfIt;
  });
  const tidy = plain
    .join('')
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/^[/ ]+/g, '');
  return tidy.slice(0, charactersMax).replaceAll(/[/ ]+$/g, '');
}

/** Whether a bank that keeps to the rulebook takes it as it is. */
export const isSepaText = (text: string): boolean =>
  [...text].every((sign) => allowed.test(sign)) && !/^\/|\/$|\/\//.test(text);
