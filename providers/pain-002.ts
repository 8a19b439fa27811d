/** Reads a bank's answer to our instructions, pain.002.001.10: the group's status, or each payment's own (B3). */

import { type BankFile, type BankStatus, payoutOfBankId, saysDuplicate } from '../domain/bank.ts';
import { BankFileUnreadable, childrenOf, find, type Node, needed, textAt } from './bank-xml.ts';

export const pain002Namespace = 'urn:iso:std:iso:20022:tech:xsd:pain.002.001.10';

/**
 * What each status says of a payment. Accepted is not settled, whatever its name: the statement has the last word. Of
 * `PART` the payments tell.
 */
const outcomes: Readonly<Record<string, BankStatus['outcome']>> = {
  RCVD: 'accepted',
  ACTC: 'accepted',
  ACCP: 'accepted',
  ACFC: 'accepted',
  ACWC: 'accepted',
  ACWP: 'accepted',
  ACSP: 'accepted',
  ACSC: 'accepted',
  ACCC: 'accepted',
  PDNG: 'accepted',
  RJCT: 'rejected',
  CANC: 'rejected',
};

/** A level that tells of one payment: the whole message, its one payment, or its one transfer, since we send no more. */
interface Level {
  readonly ourId: string | null;
  readonly status: string | null;
  readonly reason: string | null;
}

export function readPain002(root: Node): BankFile {
  const report = find(root, 'CstmrPmtStsRpt');
  const group = report && find(report, 'OrgnlGrpInfAndSts');
  if (!report || !group) throw new BankFileUnreadable('malformed', 'CstmrPmtStsRpt/OrgnlGrpInfAndSts');
  const messageId = needed(report, 'GrpHdr/MsgId');
  const whole: Level = {
    ourId: needed(group, 'OrgnlMsgId'),
    status: textAt(group, 'GrpSts'),
    reason: reasonOf(group),
  };
  const payments = childrenOf(report, 'OrgnlPmtInfAndSts').flatMap((payment) => levelsOf(payment, whole));
  const statuses = (payments.length === 0 ? [whole] : payments).flatMap(statusOf);
  return { kind: 'pain.002', messageId, statuses };
}

/** Of a payment, what its transfers say, each with what stands above where it says nothing itself. */
function levelsOf(payment: Node, above: Level): Level[] {
  const own: Level = {
    ourId: textAt(payment, 'OrgnlPmtInfId') ?? above.ourId,
    status: textAt(payment, 'PmtInfSts') ?? above.status,
    reason: reasonOf(payment) ?? above.reason,
  };
  const transfers = childrenOf(payment, 'TxInfAndSts');
  if (transfers.length === 0) return [own];
  return transfers.map((transfer) => ({
    ourId: textAt(transfer, 'OrgnlEndToEndId') ?? textAt(transfer, 'OrgnlInstrId') ?? own.ourId,
    status: textAt(transfer, 'TxSts') ?? own.status,
    reason: reasonOf(transfer) ?? own.reason,
  }));
}

const reasonPattern = /^[A-Z0-9]{4}$/;

/** Of several, the first that is a code; a bank's own words may name somebody. */
const reasonOf = (level: Node): string | null =>
  childrenOf(level, 'StsRsnInf')
    .map((told) => textAt(told, 'Rsn/Cd'))
    .find((code) => code !== null && reasonPattern.test(code)) ?? null;

function statusOf({ ourId, status, reason }: Level): BankStatus[] {
  if (status === 'PART' || status === null) return [];
  const outcome = outcomes[status];
  if (outcome === undefined) throw new BankFileUnreadable('malformed', 'TxSts');
  // B1: refused as a duplicate means that the first one is there.
  const known = outcome === 'rejected' && saysDuplicate(reason);
  return [{ payoutId: payoutOfBankId(ourId), outcome: known ? 'accepted' : outcome, reason }];
}
