/** What the door needs of the bank's files. */

import type { BankFileTaken } from '../domain/bank.ts';
import type { Refusal } from '../domain/errors.ts';
import type { SubjectId } from '../domain/ids.ts';
import type { Transactor } from './transactor.ts';

export interface BankFiles {
  /** Refused where it was taken before, is none of the bank's, or there is no bank. */
  take(trx: Transactor, given: { bytes: Buffer; by: SubjectId; at: Date }): Promise<BankFileTaken | Refusal>;
}
