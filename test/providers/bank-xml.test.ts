/** Whatever is put into the drop or uploaded, it is read as a plain message or refused, and does nothing else. */

import { expect, test } from '@jest/globals';
import { readBankFile } from '../../providers/bank-file.ts';
import { bankFileBytesMax } from '../../providers/bank-xml.ts';
import { camt053Namespace } from '../../providers/camt-053.ts';
import { details, entry, statement } from './bank-messages.ts';

const whole = statement(entry({ amount: '5.00', direction: 'CRDT', details: details({ bankRef: 'A' }) })).toString();
const body = whole.slice(whole.indexOf('<Document'));

const problemOf = (text: string | Uint8Array): unknown => {
  const read = readBankFile(typeof text === 'string' ? Buffer.from(text) : text);
  return 'refused' in read ? read.facts?.['problem'] : null;
};

test('B10: an outer entity is refused before it is looked at', () => {
  const attack = `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>${body.replace('STMT-1', '&x;')}`;
  expect(problemOf(attack)).toBe('document_type');
});

test('B10: entities that grow are refused before they grow', () => {
  const lines = Array.from({ length: 20 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
  expect(problemOf(`<!DOCTYPE d [<!ENTITY l0 "ha">${lines}]>${body.replace('STMT-1', '&l20;')}`)).toBe('document_type');
});

test('B10: a document type is refused though nothing uses it, in whatever case it is written', () => {
  expect(problemOf(`<!DOCTYPE Document>${body}`)).toBe('document_type');
  expect(problemOf(`<!doctype Document>${body}`)).toBe('document_type');
});

test.each([
  ['an entity that nobody declared', body.replace('STMT-1', '&nbsp;')],
  ['half a file', whole.slice(0, whole.length / 2)],
  ['all but its last sign', whole.slice(0, -1)],
  ['two files in one', `${body}${body}`],
  ['words after its end', `${body} and more`],
  ['no XML at all', 'MT940'],
  ['an attribute without quotes', body.replace('Ccy="EUR"', 'Ccy=EUR')],
])('B10: %s is refused as not XML', (_what, text) => {
  expect(problemOf(text)).toBe('not_xml');
});

test('B10: every beginning of a file is refused, wherever it is cut off', () => {
  const cuts = Array.from({ length: whole.length - 1 }, (_, at) => problemOf(whole.slice(0, at)));
  expect(cuts.filter((problem) => problem === null)).toEqual([]);
});

test.each([
  ['another version', whole.replaceAll(camt053Namespace, camt053Namespace.replace('001.08', '001.02'))],
  [
    'the message that only we write',
    whole.replaceAll(camt053Namespace, 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'),
  ],
  ['no namespace', whole.replaceAll(` xmlns="${camt053Namespace}"`, '')],
  ['another root', whole.replaceAll('Document', 'Envelope')],
])('B10: %s is refused as a message that is not known', (_what, text) => {
  expect(problemOf(text)).toBe('unknown_message');
});

test('B10: a root of the right name with another message within is refused', () => {
  expect(problemOf(`<Document xmlns="${camt053Namespace}"><Other/></Document>`)).toBe('malformed');
});

test('B10: elements of another namespace are not taken for the message’s own', () => {
  const foreign = body.replace('<Stmt>', '<x:Stmt xmlns:x="urn:x">').replace('</Stmt>', '</x:Stmt>');
  expect(problemOf(foreign)).toBe('malformed');
});

test('B10: nothing, too much, too deep and other encodings are refused', () => {
  expect(problemOf('')).toBe('empty');
  expect(problemOf(Buffer.alloc(bankFileBytesMax + 1, ' '))).toBe('too_large');
  expect(problemOf(`<Document xmlns="${camt053Namespace}">${'<a>'.repeat(100)}${'</a>'.repeat(100)}</Document>`)).toBe(
    'nested_too_deep',
  );
  expect(problemOf(Buffer.from(whole, 'utf16le'))).toBe('not_xml');
  expect(problemOf(Buffer.from(`\uFEFF${whole}`, 'utf16le'))).toBe('not_utf8');
  expect(problemOf(whole.replace('UTF-8', 'ISO-8859-1'))).toBe('not_utf8');
  expect(problemOf(Buffer.concat([Buffer.from(whole), Buffer.from([0xff])]))).toBe('not_utf8');
});

test('a prefix for the message’s namespace and a byte order mark change nothing', () => {
  const prefixed = body
    .replaceAll(/<(\/?)(\w)/g, '<$1d:$2')
    .replace(`xmlns="${camt053Namespace}"`, `xmlns:d="${camt053Namespace}"`);
  expect(problemOf(prefixed)).toBeNull();
  expect(problemOf(`\uFEFF${whole}`)).toBeNull();
});
