/**
 * Writes one payout as the bank's message to pay, pain.001.001.09 by the SEPA rules: structured addresses only (B5), the
 * characters that every bank takes (B10), and the same bytes for the same instruction, however often (B1).
 */

import { type BankAccount, type BankInstruction, bankIdsOf } from '../domain/bank.ts';
import { toDecimal } from '../domain/money.ts';
import { sepaText } from '../domain/sepa-text.ts';

export const pain001Namespace = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

/** SEPA's own bounds, narrower than the message's. */
const nameCharactersMax = 70;
const remittanceCharactersMax = 140;
const townCharactersMax = 35;
const streetCharactersMax = 70;
const shortCharactersMax = 16;

type Children = string | readonly (string | null)[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? '');

const element = (name: string, children: Children, attributes = ''): string =>
  `<${name}${attributes}>${typeof children === 'string' ? children : children.filter((child) => child !== null).join('')}</${name}>`;

const text = (name: string, value: string): string => element(name, escaped(value));

const optional = (name: string, value: string | undefined, charactersMax: number): string | null =>
  value === undefined ? null : text(name, sepaText(value, charactersMax));

/** A name of which no letter can be written is said to be none, as the rulebook has it. */
function partyName(name: string): string {
  const written = sepaText(name, nameCharactersMax);
  return /[A-Za-z0-9]/.test(written) ? written : 'NOTPROVIDED';
}

const agent = (name: string, bic: string | null): string =>
  element(name, [
    element('FinInstnId', bic === null ? element('Othr', text('Id', 'NOTPROVIDED')) : text('BICFI', bic)),
  ]);

const account = (name: string, iban: string): string => element(name, element('Id', text('IBAN', iban)));

/** To the second and in UTC: what a bank's parser takes, whatever its zone. */
const instant = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

export function writePain001(instruction: BankInstruction, debtor: BankAccount): Buffer {
  const { messageId, paymentId } = bankIdsOf(instruction.payoutId);
  const amount = toDecimal(instruction.amount);
  const totals = [text('NbOfTxs', '1'), text('CtrlSum', amount)];
  const header = element('GrpHdr', [
    text('MsgId', messageId),
    text('CreDtTm', instant(instruction.createdAt)),
    ...totals,
    element('InitgPty', text('Nm', partyName(debtor.name))),
  ]);
  const payment = element('PmtInf', [
    text('PmtInfId', paymentId),
    text('PmtMtd', 'TRF'),
    text('BtchBookg', 'false'),
    ...totals,
    element('PmtTpInf', element('SvcLvl', text('Cd', 'SEPA'))),
    element('ReqdExctnDt', text('Dt', instruction.executionDate)),
    element('Dbtr', text('Nm', partyName(debtor.name))),
    account('DbtrAcct', debtor.iban),
    agent('DbtrAgt', debtor.bic),
    text('ChrgBr', 'SLEV'),
    transfer(instruction, amount),
  ]);
  const document = element('Document', element('CstmrCdtTrfInitn', [header, payment]), ` xmlns="${pain001Namespace}"`);
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${document}\n`);
}

function transfer({ payoutId, creditor, remittance }: BankInstruction, amount: string): string {
  const { endToEndId } = bankIdsOf(payoutId);
  return element('CdtTrfTxInf', [
    element('PmtId', [text('InstrId', endToEndId), text('EndToEndId', endToEndId)]),
    element('Amt', element('InstdAmt', amount, ' Ccy="EUR"')),
    // SEPA needs none within its area; where the bank told one, it is named.
    creditor.bic === null ? null : agent('CdtrAgt', creditor.bic),
    element('Cdtr', [text('Nm', partyName(creditor.name)), address(creditor.address)]),
    account('CdtrAcct', creditor.iban),
    element('RmtInf', text('Ustrd', sepaText(remittance, remittanceCharactersMax) || 'NOTPROVIDED')),
  ]);
}

/** In the message's own order; what is not known is left out. */
function address(given: BankInstruction['creditor']['address']): string | null {
  if (given === undefined) return null;
  return element('PstlAdr', [
    optional('StrtNm', given.streetName, streetCharactersMax),
    optional('BldgNb', given.buildingNumber, shortCharactersMax),
    optional('PstCd', given.postCode, shortCharactersMax),
    text('TwnNm', sepaText(given.townName, townCharactersMax)),
    text('Ctry', given.country),
  ]);
}
