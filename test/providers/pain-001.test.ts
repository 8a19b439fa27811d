/**
 * What we write to a bank is what the message's own schema takes, in what SEPA takes, byte for byte the same each time.
 * The schema is that of pain.001.001.09; SEPA's narrower rules are checked by hand, since no schema of theirs was found.
 */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { type BankInstruction, bankIdsOf, payoutOfBankId } from '../../domain/bank.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { amountMinorMax, money } from '../../domain/money.ts';
import { isSepaText } from '../../domain/sepa-text.ts';
import { writePain001 } from '../../providers/pain-001.ts';
import { ourIban, payoutId, theirIban } from './bank-messages.ts';

const schemaFile = new URL('./schemas/pain.001.001.09.xsd', import.meta.url);

let schema: XmlDocument;
let validator: XsdValidator;
beforeAll(() => {
  schema = XmlDocument.fromBuffer(readFileSync(schemaFile));
  validator = XsdValidator.fromDoc(schema);
});
afterAll(() => {
  validator.dispose();
  schema.dispose();
});

const debtor = { name: 'Proxy Seller GmbH & Co. KG', iban: ourIban, bic: 'COBADEFFXXX' };

const anInstruction = (given: Partial<BankInstruction> = {}): BankInstruction => ({
  payoutId: payoutId as PayoutId,
  amount: money(29_900n, 'EUR'),
  creditor: { name: 'Acme SARL', iban: theirIban, bic: null },
  remittance: 'Refund DEMO-1006',
  createdAt: new Date('2026-11-30T08:15:30.123Z'),
  executionDate: '2026-11-30',
  ...given,
});

/** The schema's objections; none where it takes it. */
function objections(bytes: Buffer): string | null {
  const document = XmlDocument.fromBuffer(bytes);
  try {
    validator.validate(document);
    return null;
  } catch (fault) {
    return fault instanceof Error ? fault.message : 'unknown';
  } finally {
    document.dispose();
  }
}

const textsOf = (bytes: Buffer): string[] =>
  [...bytes.toString().matchAll(/>([^<>\n]+)</g)].map(([, text]) => text ?? '');

test('the schema takes a message with all that we ever write, and one with the least', () => {
  const address = {
    streetName: 'Rue de l’Église',
    buildingNumber: '12 bis',
    postCode: '75001',
    townName: 'Paris',
    country: 'FR',
  };
  const whole = anInstruction({ creditor: { name: 'Acme SARL', iban: theirIban, bic: 'BNPAFRPP', address } });
  expect(objections(writePain001(whole, debtor))).toBeNull();
  expect(objections(writePain001(anInstruction(), { ...debtor, bic: null }))).toBeNull();
});

test('the schema is really asked: it objects to what is not of the message', () => {
  const broken = writePain001(anInstruction(), debtor).toString().replace('<PmtMtd>TRF</PmtMtd>', '');
  expect(objections(Buffer.from(broken))).toContain('PmtMtd');
});

test('B1: the same instruction is written byte for byte the same, under ids that follow from the payout alone', () => {
  const first = writePain001(anInstruction(), debtor);
  expect(writePain001(anInstruction(), debtor)).toEqual(first);
  const { messageId, paymentId, endToEndId } = bankIdsOf(payoutId);
  const ids = [messageId, paymentId, endToEndId];
  expect(ids.map((id) => id.length)).toEqual([35, 35, 35]);
  expect(new Set(ids).size).toBe(3);
  for (const id of ids)
    expect([payoutOfBankId(id), isSepaText(id), first.includes(id)]).toEqual([payoutId, true, true]);
});

test('B1: an id that is not of our making is nobody’s', () => {
  for (const id of [null, '', 'NOTPROVIDED', 'RDX0193f2a47c1e7b3a9d553f6a2b1c0d9e', 'RDE0193f2a4'])
    expect(payoutOfBankId(id)).toBeNull();
});

test('B5: an address is written in its parts, never as lines, and without a town and country not at all', () => {
  const address = { townName: 'Köln', country: 'DE' };
  const written = writePain001(
    anInstruction({ creditor: { name: 'A', iban: theirIban, bic: null, address } }),
    debtor,
  ).toString();
  expect(written).toContain('<PstlAdr><TwnNm>Koeln</TwnNm><Ctry>DE</Ctry></PstlAdr>');
  expect(written).not.toContain('AdrLine');
  expect(writePain001(anInstruction(), debtor).toString()).not.toContain('PstlAdr');
});

test('B10: &, an emoji, other scripts and 140 characters of remittance are written as every bank takes them', () => {
  const written = writePain001(
    anInstruction({
      creditor: { name: 'Иван & Ольга 🦊 李', iban: theirIban, bic: null },
      remittance: `Rückzahlung <${'ß'.repeat(200)}>`,
    }),
    debtor,
  );
  expect(objections(written)).toBeNull();
  const texts = textsOf(written);
  expect(texts).toContain('Ivan + Olyga . .');
  expect(texts.filter((text) => !isSepaText(text))).toEqual([]);
  expect(texts.find((text) => text.startsWith('Rueckzahlung'))).toHaveLength(140);
});

test('B10: a name of which no letter can be written is said to be none', () => {
  const written = writePain001(anInstruction({ creditor: { name: '李小龙', iban: theirIban, bic: null } }), debtor);
  expect(textsOf(written)).toContain('NOTPROVIDED');
});

test('M1: any amount is written with the two decimals of the euro, and the schema takes it', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, amountMinorMax), fc.string({ unit: 'binary' }), (minor, name) => {
      const written = writePain001(
        anInstruction({ amount: money(minor, 'EUR'), creditor: { name, iban: theirIban, bic: null } }),
        debtor,
      );
      expect(objections(written)).toBeNull();
      expect(written.toString()).toContain(`Ccy="EUR">${minor / 100n}.${String(minor % 100n).padStart(2, '0')}<`);
    }),
    { numRuns: 50 },
  );
});
