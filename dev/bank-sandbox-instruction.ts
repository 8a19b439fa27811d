/**
 * How a bank looks at a payment message before it takes it: written from the message and SEPA's rules, not from the desk's
 * writer. What it does not like has the reason code that a bank would give.
 */

import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom';

const namespace = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

export interface Instruction {
  readonly messageId: string;
  readonly paymentId: string;
  readonly endToEndId: string;
  readonly minor: string;
  readonly name: string;
  readonly iban: string;
  readonly remittance: string;
  readonly executionDate: string;
}

export interface Unreadable {
  /** Of the message, where at least that could be read. */
  readonly messageId: string;
  readonly code: string;
}

export function readInstruction(text: string, debtorIban: string): Instruction | Unreadable {
  const root = rootOf(text);
  if (root?.namespaceURI !== namespace) return { messageId: 'UNKNOWN', code: 'FF01' };
  const all = (name: string): string[] =>
    Array.from(root.getElementsByTagNameNS(namespace, name), (element) => element.textContent ?? '');
  const one = (name: string): string => all(name)[0] ?? '';
  const within = (parent: string, name: string): string =>
    root.getElementsByTagNameNS(namespace, parent)[0]?.getElementsByTagNameNS(namespace, name)[0]?.textContent ?? '';
  const messageId = one('MsgId');
  const amount = one('InstdAmt');
  const read: Instruction = {
    messageId,
    paymentId: one('PmtInfId'),
    endToEndId: one('EndToEndId'),
    minor: amount.replace('.', '').replace(/^0+/, ''),
    name: within('Cdtr', 'Nm'),
    iban: within('CdtrAcct', 'IBAN'),
    remittance: one('Ustrd'),
    executionDate: within('ReqdExctnDt', 'Dt'),
  };
  const sums = [...all('CtrlSum'), amount];
  const checks: readonly (readonly [code: string, isWell: boolean])[] = [
    ['FF01', all('CdtTrfTxInf').length === 1 && all('NbOfTxs').every((count) => count === '1')],
    ['FF01', [messageId, read.paymentId, read.endToEndId].every((id) => id.length > 0 && id.length <= 35)],
    ['AM12', /^\d+\.\d{2}$/.test(amount) && Number(amount) > 0],
    ['AM10', sums.every((sum) => sum === amount)],
    ['AM03', root.getElementsByTagNameNS(namespace, 'InstdAmt')[0]?.getAttribute('Ccy') === 'EUR'],
    ['AC02', within('DbtrAcct', 'IBAN') === debtorIban],
    ['AC01', /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(read.iban)],
    ['DT01', /^\d{4}-\d{2}-\d{2}$/.test(read.executionDate)],
    // Since November 2026 an address in lines is refused.
    ['BE04', all('AdrLine').length === 0],
    ['FF10', isPlain(root.textContent ?? '')],
  ];
  const fault = checks.find(([, isWell]) => !isWell);
  return fault ? { messageId, code: fault[0] } : read;
}

const isPlain = (text: string): boolean => /^[A-Za-z0-9/\-?:().,'+\s]*$/.test(text);

function rootOf(text: string): Element | null {
  try {
    return new DOMParser({ onError: onWarningStopParsing }).parseFromString(text, 'text/xml').documentElement;
  } catch {
    return null;
  }
}
