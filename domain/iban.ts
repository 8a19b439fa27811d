/** Account numbers of banks: an IBAN checked by its own two digits (ISO 13616, mod 97), and a BIC by its form. Pure. */

const ibanPattern = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
const lettersBefore = 'A'.charCodeAt(0) - 10;

/** As people write it, e.g. in groups of four: without spaces, in capitals. */
export const ibanOf = (text: string): string => text.replaceAll(/\s/g, '').toUpperCase();

export function isIban(text: string): boolean {
  if (!ibanPattern.test(text)) return false;
  const moved = `${text.slice(4)}${text.slice(0, 4)}`;
  const digits = [...moved].map((sign) => (/\d/.test(sign) ? sign : String(sign.charCodeAt(0) - lettersBefore)));
  return BigInt(digits.join('')) % 97n === 1n;
}

/** ISO 9362: a bank, with or without its branch. */
export const isBic = (text: string): boolean => /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(text);

/** Where SEPA reaches: the EEA, and the others of the European Payments Council's list, by the country of the IBAN. */
const sepaCountries: ReadonlySet<string> = new Set(
  (
    'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK ' +
    'AD AL CH GB GI MC MD ME MK RS SM VA'
  ).split(' '),
);

/** As people write it. */
export function isSepaIban(text: string): boolean {
  const iban = ibanOf(text);
  return isIban(iban) && sepaCountries.has(iban.slice(0, 2));
}
