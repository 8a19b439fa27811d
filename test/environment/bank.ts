/** A bank for a whole desk: the sandbox beside a drop of its own, quick enough that a payment is booked within a second. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createBankSandbox } from '../../dev/bank-sandbox.ts';
import { ourIban } from '../providers/bank-messages.ts';

const sweepMs = 100;

export async function startBank(folder: string) {
  const directory = join(folder, 'bank');
  mkdirSync(directory);
  const sandbox = createBankSandbox({ stateFile: join(folder, 'bank.jsonl'), directory, iban: ourIban, sweepMs });
  const url = `http://127.0.0.1:${await sandbox.listen(0)}`;
  return {
    url,
    environment: {
      BANK_DROP_DIRECTORY: directory,
      BANK_DEBTOR_NAME: 'Proxy Seller GmbH',
      BANK_DEBTOR_IBAN: ourIban,
    },
    close: () => sandbox.close(),
  };
}
