/**
 * A bank's answer is told payment by payment. No schema checked the files of this suite: none of pain.002.001.10 is
 * carried by a package that was found; they are written by hand after the message's own definition.
 */

import { expect, test } from '@jest/globals';
import { bankIdsOf } from '../../domain/bank.ts';
import { readBankFile } from '../../providers/bank-file.ts';
import { endToEndId, payment, paymentId, payoutId, status, transfer } from './bank-messages.ts';

const otherPayout = '0193f2a4-7c1e-7b3a-9d55-3f6a2b1c0d9f';

const told = (file: Buffer) => {
  const read = readBankFile(file);
  if ('refused' in read || read.kind !== 'pain.002') throw new Error('it is no answer of a bank');
  return read.statuses.map(({ outcome, reason, payoutId: own }) => [own, outcome, reason]);
};

test.each(['RCVD', 'ACTC', 'ACCP', 'ACSP', 'ACWC', 'PDNG', 'ACSC'])(
  'a group that is %s is with the bank, and not yet settled',
  (group) => {
    expect(told(status({ group }))).toEqual([[payoutId, 'accepted', null]]);
  },
);

test('a group that is refused whole is refused with its reason', () => {
  expect(told(status({ group: 'RJCT', groupReason: 'FF01' }))).toEqual([[payoutId, 'rejected', 'FF01']]);
});

test.each(['AC01', 'AC04', 'AM04', 'BE04', 'MD07', 'RR04', 'AG01', 'MS03'])(
  'B3: of a group in part, the payment refused with %s is refused, and no other',
  (code) => {
    const other = bankIdsOf(otherPayout);
    const payments =
      payment(transfer(endToEndId, 'RJCT', code)) + payment(transfer(other.endToEndId, 'ACSP'), other.paymentId);
    expect(told(status({ group: 'PART', payments }))).toEqual([
      [payoutId, 'rejected', code],
      [otherPayout, 'accepted', null],
    ]);
  },
);

test('B3: a payment that tells of itself outweighs its group, and one that tells nothing has its group’s word', () => {
  expect(told(status({ group: 'ACTC', payments: payment(transfer(endToEndId, 'RJCT', 'AC04')) }))).toEqual([
    [payoutId, 'rejected', 'AC04'],
  ]);
  const silent = payment('<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>');
  expect(told(status({ group: 'PART', payments: silent }))).toEqual([[payoutId, 'rejected', 'AM04']]);
});

test('B3: of a group in part that names no payment nothing is known', () => {
  expect(told(status({ group: 'PART' }))).toEqual([]);
});

test.each(['AM05', 'DUPL', 'DU01'])(
  'B1: refused as a duplicate with %s, the first is there: that is no payment that failed',
  (code) => {
    expect(told(status({ group: 'RJCT', groupReason: code }))).toEqual([[payoutId, 'accepted', code]]);
  },
);

test('B10: what answers other payments than ours is told as nobody’s', () => {
  expect(told(status({ of: 'SOMEBODY-ELSE', group: 'RJCT', groupReason: 'AC01' }))).toEqual([
    [null, 'rejected', 'AC01'],
  ]);
});

test('a status that the message does not have makes the file unreadable, not a payment failed', () => {
  expect(readBankFile(status({ group: 'GONE' }))).toMatchObject({
    refused: 'bank-file-unreadable',
    facts: { problem: 'malformed' },
  });
});

test('a reason that is no code is left out, since a bank’s own words may name somebody', () => {
  const words = '<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>Herr Meier</Prtry></Rsn></StsRsnInf>';
  expect(told(status({ payments: payment(words, paymentId) }))).toEqual([[payoutId, 'rejected', null]]);
});
