/**
 * Reads a bank's statement, camt.053.001.08: what was booked, a transaction at a time, also within a batch and with fees
 * taken from it (B7). What is only announced is left out.
 */

import { createHash } from 'node:crypto';
import { type BankEntry, type BankFile, payoutOfBankId } from '../domain/bank.ts';
import { ibanOf, isBic, isIban } from '../domain/iban.ts';
import { add, type Currency, fromDecimal, isCurrency, type Money, money, subtract, sum } from '../domain/money.ts';
import { BankFileUnreadable, childrenOf, find, type Node, needed, textAt } from './bank-xml.ts';

export const camt053Namespace = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';

export function readCamt053(root: Node): BankFile {
  const report = find(root, 'BkToCstmrStmt');
  if (!report) throw new BankFileUnreadable('malformed', 'BkToCstmrStmt');
  const statements = childrenOf(report, 'Stmt');
  if (statements.length === 0) throw new BankFileUnreadable('malformed', 'Stmt');
  return {
    kind: 'camt.053',
    messageId: needed(report, 'GrpHdr/MsgId'),
    accounts: [...new Set(statements.map(accountOf))],
    entries: statements.flatMap(entriesOf),
  };
}

const accountOf = (statement: Node): string => ibanOf(needed(statement, 'Acct/Id/IBAN'));

function entriesOf(statement: Node): BankEntry[] {
  const booked = childrenOf(statement, 'Ntry').filter((entry) => needed(entry, 'Sts/Cd') === 'BOOK');
  // B7: an entry of nothing, or of a fee alone, pays nobody.
  return booked
    .flatMap((entry, index) => transactionsOf(entry, { statement, number: index + 1 }))
    .filter(({ amount }) => amount.minor > 0n);
}

interface Place {
  readonly statement: Node;
  /** Of the entry within the statement. */
  readonly number: number;
}

/** Where a transaction stands within its entry; none where the bank tells of the entry alone. */
interface Told {
  readonly detail?: Node;
  readonly transaction?: Node;
  readonly index: number;
  readonly isOnly: boolean;
}

/** An entry's transactions; the entry itself where the bank tells no more of it. */
function transactionsOf(entry: Node, place: Place): BankEntry[] {
  const details = childrenOf(entry, 'NtryDtls');
  const told = details.flatMap((detail) =>
    childrenOf(detail, 'TxDtls').map((transaction) => ({ detail, transaction })),
  );
  if (told.length === 0) {
    const [detail] = details.length === 1 ? details : [];
    return [bookedOf(entry, { ...(detail && { detail }), index: 0, isOnly: true }, place)];
  }
  return told.map((one, index) => bookedOf(entry, { ...one, index, isOnly: told.length === 1 }, place));
}

function bookedOf(entry: Node, { detail, transaction, index, isOnly }: Told, place: Place): BankEntry {
  const direction = directionOf(transaction && textAt(transaction, 'CdtDbtInd') ? transaction : entry);
  const isReturn = find(transaction, 'RtrInf') !== undefined || isTrue(textAt(entry, 'RvslInd'));
  const { amount, fee } = amountsOf(entry, transaction, {
    direction,
    isOnly,
    isOurs: direction === 'debit' || isReturn,
  });
  const refs = find(transaction, 'Refs');
  const endToEndId = meant(textAt(refs, 'EndToEndId'));
  const bankRef = meant(textAt(refs, 'AcctSvcrRef')) ?? meant(textAt(entry, 'AcctSvcrRef'));
  const ours = [
    endToEndId,
    textAt(refs, 'InstrId'),
    textAt(refs, 'PmtInfId'),
    textAt(refs, 'MsgId'),
    textAt(detail, 'Btch/PmtInfId'),
  ];
  const payoutId = ours.map(payoutOfBankId).find((id) => id !== null) ?? null;
  const account = accountOf(place.statement);
  return {
    key: keyOf({ account, bankRef, index, direction, isReturn, entry, amount, payoutId, place }),
    direction,
    amount,
    fee,
    bookedOn: dateOf(entry, 'BookgDt'),
    valueOn: find(entry, 'ValDt') ? dateOf(entry, 'ValDt') : null,
    bankRef,
    endToEndId,
    remittance:
      childrenOf(find(transaction, 'RmtInf'), 'Ustrd')
        .map(({ text }) => text)
        .join('') || null,
    party: partyOf(transaction, direction),
    payoutId,
    isReturn,
    reason: codeOf(textAt(transaction, 'RtrInf/Rsn/Cd')),
  };
}

/** Both ways in which XML writes it. */
const isTrue = (text: string | null): boolean => text === 'true' || text === '1';

/** A reference that says that there is none is none. */
const meant = (text: string | null): string | null => (text === 'NOTPROVIDED' || text === 'NONREF' ? null : text);

const codeOf = (text: string | null): string | null => (text !== null && /^[A-Z0-9]{4}$/.test(text) ? text : null);

function directionOf(node: Node): BankEntry['direction'] {
  const told = needed(node, 'CdtDbtInd');
  if (told !== 'CRDT' && told !== 'DBIT') throw new BankFileUnreadable('malformed', 'CdtDbtInd');
  return told === 'CRDT' ? 'credit' : 'debit';
}

function dateOf(entry: Node, name: string): string {
  const date = (textAt(entry, `${name}/Dt`) ?? textAt(entry, `${name}/DtTm`) ?? '').slice(0, 10);
  const at = Date.parse(date);
  // The 30th of February is read as a day of March.
  const isDay = !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === date;
  if (!isDay) throw new BankFileUnreadable('malformed', `Ntry/${name}`);
  return date;
}

function moneyOf(node: Node | undefined): Money | null {
  if (!node) return null;
  const currency = node.attributes.get('Ccy') ?? '';
  return isCurrency(currency) ? fromDecimal(node.text, currency) : null;
}

/**
 * What was paid and what the bank took of it: B7, a fee that is netted off is no part of what was paid. M6: what we had paid
 * in another currency than the account's is what we told the bank; what others paid counts as what came of it.
 */
function amountsOf(
  entry: Node,
  transaction: Node | undefined,
  { direction, isOnly, isOurs }: { direction: BankEntry['direction']; isOnly: boolean; isOurs: boolean },
): Pick<BankEntry, 'amount' | 'fee'> {
  const booked = moneyOf(find(transaction, 'Amt')) ?? (isOnly ? moneyOf(find(entry, 'Amt')) : null);
  const told = moneyOf(find(transaction, 'AmtDtls/InstdAmt/Amt'));
  const moved = moneyOf(find(transaction, 'AmtDtls/TxAmt/Amt'));
  const inAccount = booked ?? told ?? moved;
  if (!inAccount) throw new BankFileUnreadable('malformed', 'Ntry/Amt');
  const charges = find(transaction, 'Chrgs') ?? (isOnly ? find(entry, 'Chrgs') : undefined);
  const fee = feeOf(charges, inAccount.currency);
  if (isOurs && told && told.currency !== inAccount.currency) return { amount: told, fee };
  const paid = [told, moved].find((one) => one?.currency === inAccount.currency);
  return { amount: paid ?? withoutFee(inAccount, isIncluded(charges) ? fee : null, direction), fee };
}

function withoutFee(booked: Money, fee: Money | null, direction: BankEntry['direction']): Money {
  if (!fee) return booked;
  return direction === 'debit' ? subtract(booked, fee) : add(booked, fee);
}

function feeOf(charges: Node | undefined, currency: Currency): Money | null {
  const total = moneyOf(find(charges, 'TtlChrgsAndTaxAmt'));
  const fees = childrenOf(charges, 'Rcrd').flatMap((record) => moneyOf(find(record, 'Amt')) ?? []);
  const fee = total ?? (fees.every((one) => one.currency === currency) ? sum(fees, currency) : money(0n, currency));
  return fee.currency === currency && fee.minor > 0n ? fee : null;
}

const isIncluded = (charges: Node | undefined): boolean =>
  childrenOf(charges, 'Rcrd').some((record) => isTrue(textAt(record, 'ChrgInclInd')));

function partyOf(transaction: Node | undefined, direction: BankEntry['direction']): BankEntry['party'] {
  const [role, agent] = direction === 'credit' ? ['Dbtr', 'DbtrAgt'] : ['Cdtr', 'CdtrAgt'];
  const iban = ibanOf(textAt(transaction, `RltdPties/${role}Acct/Id/IBAN`) ?? '');
  if (!isIban(iban)) return null;
  const bic = textAt(transaction, `RltdAgts/${agent}/FinInstnId/BICFI`);
  return { name: textAt(transaction, `RltdPties/${role}/Pty/Nm`), iban, bic: bic && isBic(bic) ? bic : null };
}

interface Identity {
  readonly account: string;
  readonly bankRef: string | null;
  readonly index: number;
  readonly direction: BankEntry['direction'];
  readonly isReturn: boolean;
  readonly entry: Node;
  readonly amount: Money;
  readonly payoutId: string | null;
  readonly place: Place;
}

/**
 * B7: the same for the same transaction in any statement. By the bank's own reference where it has one; else by the
 * statement's id, which a repeated statement keeps, and the place in it.
 */
function keyOf({ account, bankRef, index, direction, isReturn, entry, amount, payoutId, place }: Identity): string {
  const named = bankRef !== null && [bankRef];
  const placed = [needed(place.statement, 'Id'), textAt(entry, 'NtryRef'), place.number, dateOf(entry, 'BookgDt')];
  const identity = [account, direction, isReturn, index, amount.minor.toString(), ...(named || placed)];
  // Not every bank's reference is of one transaction alone, and two payouts are never one.
  if (payoutId !== null) identity.push(payoutId);
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}
