/** The files that the bank's sandbox writes: its answer to a message, and its statements. */

import type { BookingRow } from './bank-sandbox-books.ts';

const documentOf = (message: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}">${body}</Document>\n`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const header = (id: string, at: string): string => `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>${at}</CreDtTm></GrpHdr>`;

const why = (code: string | null): string =>
  code === null ? '' : `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`;

export interface Answered {
  /** Of the answer itself. */
  readonly id: string;
  readonly at: string;
  readonly messageId: string;
  readonly group: 'ACTC' | 'PART' | 'RJCT';
  readonly code: string | null;
  /** The one payment, where the answer names it. */
  readonly payment?: { readonly paymentId: string; readonly endToEndId: string };
}

/** A group in part tells of its payment; one that is refused whole gives the reason itself. */
export function statusFile({ id, at, messageId, group, code, payment }: Answered): string {
  const told = group === 'PART' && payment ? 'RJCT' : group === 'ACTC' ? 'ACSP' : 'RJCT';
  const transfer =
    payment === undefined
      ? ''
      : `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${payment.paymentId}</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>${payment.endToEndId}</OrgnlEndToEndId><TxSts>${told}</TxSts>${why(code)}</TxInfAndSts></OrgnlPmtInfAndSts>`;
  const groupReason = group === 'RJCT' ? why(code) : '';
  return documentOf(
    'pain.002.001.10',
    `<CstmrPmtStsRpt>${header(id, at)}<OrgnlGrpInfAndSts><OrgnlMsgId>${messageId}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>${group}</GrpSts>${groupReason}</OrgnlGrpInfAndSts>${transfer}</CstmrPmtStsRpt>`,
  );
}

export interface Stated {
  /** Of the file; a statement that is left again has another. */
  readonly id: string;
  readonly statementId: string;
  readonly at: string;
  readonly iban: string;
  readonly bookings: readonly BookingRow[];
}

export const statementFile = ({ id, statementId, at, iban, bookings }: Stated): string =>
  documentOf(
    'camt.053.001.08',
    `<BkToCstmrStmt>${header(id, at)}<Stmt><Id>${statementId}</Id><CreDtTm>${at}</CreDtTm><Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>${bookings.map(entryOf).join('')}</Stmt></BkToCstmrStmt>`,
  );

const decimal = (minor: string): string => `${minor.padStart(3, '0').slice(0, -2)}.${minor.padStart(3, '0').slice(-2)}`;

function entryOf(booking: BookingRow): string {
  const { direction, feeMinor } = booking;
  const fee = BigInt(feeMinor);
  const booked = BigInt(booking.minor) + (direction === 'debit' ? fee : -fee);
  const charges =
    fee === 0n
      ? ''
      : `<Chrgs><Rcrd><Amt Ccy="EUR">${decimal(feeMinor)}</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>`;
  return `<Ntry><Amt Ccy="EUR">${decimal(booked.toString())}</Amt><CdtDbtInd>${direction === 'credit' ? 'CRDT' : 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${booking.bookedOn}</Dt></BookgDt><ValDt><Dt>${booking.valueOn ?? booking.bookedOn}</Dt></ValDt><AcctSvcrRef>${booking.id}</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>${charges}<NtryDtls>${detailsOf(booking)}</NtryDtls></Ntry>`;
}

function detailsOf({ id, direction, endToEndId, name, iban, remittance, returned }: BookingRow): string {
  const role = direction === 'credit' && returned === null ? 'Dbtr' : 'Cdtr';
  const party = iban
    ? `<RltdPties><${role}><Pty><Nm>${escaped(name ?? '')}</Nm></Pty></${role}><${role}Acct><Id><IBAN>${iban}</IBAN></Id></${role}Acct></RltdPties>`
    : '';
  const text = remittance ? `<RmtInf><Ustrd>${escaped(remittance)}</Ustrd></RmtInf>` : '';
  const back = returned === null ? '' : `<RtrInf><Rsn><Cd>${returned}</Cd></Rsn></RtrInf>`;
  return `<TxDtls><Refs><AcctSvcrRef>${id}</AcctSvcrRef><EndToEndId>${escaped(endToEndId ?? 'NOTPROVIDED')}</EndToEndId></Refs>${party}${text}${back}</TxDtls>`;
}
