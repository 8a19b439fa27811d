/**
 * What a bank sends on its way in: read, and taken whole or refused by name, in the one transaction that also keeps what
 * it tells of payouts. The same for a file from the drop and for one that a person uploads.
 */

import { keepBankFile } from '../db/bank-files.ts';
import type { Transaction } from '../db/database.ts';
import type { BankFileTaken } from '../domain/bank.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { SubjectId } from '../domain/ids.ts';
import { readBankFile } from '../providers/bank-file.ts';

export interface BankFileGiven {
  readonly bytes: Uint8Array;
  readonly source: 'drop' | 'upload';
  readonly by: SubjectId | null;
  readonly at: Date;
}

/** `account`: the IBAN that the desk pays from. */
export async function takeBankFile(
  trx: Transaction,
  account: string,
  given: BankFileGiven,
): Promise<BankFileTaken | Refusal> {
  const file = readBankFile(given.bytes);
  return isRefusal(file) ? file : keepBankFile(trx, { ...given, file, account });
}
