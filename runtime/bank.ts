/** The bank that this desk pays by, as configured; `null` where it has none. */

import { createBankStore } from '../db/bank.ts';
import type { Database } from '../db/database.ts';
import type { BankAccount } from '../domain/bank.ts';
import type { Clock } from '../domain/clock.ts';
import { ibanOf } from '../domain/iban.ts';
import type { Rail } from '../domain/rail.ts';
import { createBankDirectory } from '../providers/bank-drop.ts';
import { createBankRail } from '../providers/bank-rail.ts';
import type { Config } from './config.ts';

type BankConfig = Pick<
  Config,
  'BANK_DROP_DIRECTORY' | 'BANK_DEBTOR_NAME' | 'BANK_DEBTOR_IBAN' | 'BANK_DEBTOR_BIC' | 'BANK_CUT_OFF'
>;

/** The account that the desk pays from; `null` where there is no bank. */
export const bankAccountOf = (config: BankConfig): BankAccount | null =>
  config.BANK_DROP_DIRECTORY === ''
    ? null
    : {
        name: config.BANK_DEBTOR_NAME,
        iban: ibanOf(config.BANK_DEBTOR_IBAN),
        bic: config.BANK_DEBTOR_BIC || null,
      };

export function createBank(config: BankConfig, { db, clock }: { db: Database; clock: Clock }): Rail | null {
  const debtor = bankAccountOf(config);
  if (!debtor) return null;
  const drop = createBankDirectory(config.BANK_DROP_DIRECTORY);
  return createBankRail({ store: createBankStore(db), drop, debtor, cutOff: config.BANK_CUT_OFF, clock });
}
