/** What an imported file of the bank held, in counts and our own ids; never whom it names. */

import type { z } from 'zod';
import type { bankFileSchema } from '../contract/bank-files.ts';
import type { BankFileTaken } from '../domain/bank.ts';

export const presentBankFile = (taken: BankFileTaken): z.output<typeof bankFileSchema> => ({
  fileId: taken.fileId,
  kind: taken.kind,
  messageId: taken.messageId,
  entries: taken.entries,
  news: taken.news,
  payoutIds: [...taken.payoutIds],
});
