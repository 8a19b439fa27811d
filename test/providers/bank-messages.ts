/** A bank's files as tests write them: the parts that matter to them by hand, all around them as banks have it. */

import { bankIdsOf } from '../../domain/bank.ts';
import { camt053Namespace } from '../../providers/camt-053.ts';
import { pain002Namespace } from '../../providers/pain-002.ts';

export const ourIban = 'DE89370400440532013000';
export const theirIban = 'FR1420041010050500013M02606';
export const payoutId = '0193f2a4-7c1e-7b3a-9d55-3f6a2b1c0d9e';
export const { messageId, paymentId, endToEndId } = bankIdsOf(payoutId);

const header = (id: string): string => `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>2026-11-30T08:00:00Z</CreDtTm></GrpHdr>`;

export interface StatusGiven {
  readonly id?: string;
  readonly of?: string;
  readonly group?: string;
  readonly groupReason?: string;
  readonly payments?: string;
}

export const status = ({ id = 'STS-1', of = messageId, group, groupReason, payments = '' }: StatusGiven): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="${pain002Namespace}"><CstmrPmtStsRpt>${header(id)}<OrgnlGrpInfAndSts><OrgnlMsgId>${of}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>${group ? `<GrpSts>${group}</GrpSts>` : ''}${reason(groupReason)}</OrgnlGrpInfAndSts>${payments}</CstmrPmtStsRpt></Document>`,
  );

export const payment = (transfers: string, of = paymentId): string =>
  `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${of}</OrgnlPmtInfId>${transfers}</OrgnlPmtInfAndSts>`;

export const transfer = (of: string, told: string, code?: string): string =>
  `<TxInfAndSts><OrgnlEndToEndId>${of}</OrgnlEndToEndId><TxSts>${told}</TxSts>${reason(code)}</TxInfAndSts>`;

const reason = (code: string | undefined): string =>
  code ? `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn><AddtlInf>words of the bank</AddtlInf></StsRsnInf>` : '';

export const statement = (
  entries: string,
  { id = 'MSG-1', statementId = 'STMT-1', iban = ourIban }: { id?: string; statementId?: string; iban?: string } = {},
): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="${camt053Namespace}"><BkToCstmrStmt>${header(id)}<Stmt><Id>${statementId}</Id><Acct><Id><IBAN>${iban}</IBAN></Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`,
  );

export interface EntryGiven {
  readonly amount: string;
  readonly direction: 'CRDT' | 'DBIT';
  readonly status?: string;
  readonly bankRef?: string;
  readonly reversal?: boolean;
  readonly charges?: string;
  readonly details?: string;
}

export const entry = (given: EntryGiven): string =>
  `<Ntry><Amt Ccy="EUR">${given.amount}</Amt><CdtDbtInd>${given.direction}</CdtDbtInd>${given.reversal ? '<RvslInd>true</RvslInd>' : ''}<Sts><Cd>${given.status ?? 'BOOK'}</Cd></Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt>${given.bankRef ? `<AcctSvcrRef>${given.bankRef}</AcctSvcrRef>` : ''}<BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>${given.charges ?? ''}${given.details ? `<NtryDtls>${given.details}</NtryDtls>` : ''}</Ntry>`;

export const charges = (amount: string): string =>
  `<Chrgs><Rcrd><Amt Ccy="EUR">${amount}</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>`;

export interface DetailsGiven {
  readonly endToEndId?: string;
  readonly bankRef?: string;
  readonly amount?: string;
  readonly more?: string;
  readonly remittance?: string;
  readonly debtor?: { readonly name: string; readonly iban: string };
  readonly creditor?: { readonly name: string; readonly iban: string };
  readonly returned?: string;
}

export const details = (given: DetailsGiven): string =>
  `<TxDtls><Refs>${given.bankRef ? `<AcctSvcrRef>${given.bankRef}</AcctSvcrRef>` : ''}${given.endToEndId ? `<EndToEndId>${given.endToEndId}</EndToEndId>` : ''}</Refs>${given.amount ? `<Amt Ccy="EUR">${given.amount}</Amt>` : ''}${given.more ?? ''}${parties(given)}${given.remittance ? `<RmtInf><Ustrd>${given.remittance}</Ustrd></RmtInf>` : ''}${given.returned ? `<RtrInf><Rsn><Cd>${given.returned}</Cd></Rsn></RtrInf>` : ''}</TxDtls>`;

function parties({ debtor, creditor }: DetailsGiven): string {
  const party = (role: string, given: { name: string; iban: string } | undefined): string =>
    given
      ? `<${role}><Pty><Nm>${given.name}</Nm></Pty></${role}><${role}Acct><Id><IBAN>${given.iban}</IBAN></Id></${role}Acct>`
      : '';
  return debtor || creditor ? `<RltdPties>${party('Dbtr', debtor)}${party('Cdtr', creditor)}</RltdPties>` : '';
}
