/** A file of the bank that a person hands in, where the drop is not in reach or a file was lost. */

import { z } from 'zod';
import { bankFileKinds } from '../domain/bank.ts';
import { bankUploadBytesMax } from '../domain/limits.ts';
import { operation } from './operation.ts';
import { idSchema } from './wire.ts';

const base64CharactersMax = Math.ceil(bankUploadBytesMax / 3) * 4;

export const bankFileSchema = z
  .object({
    fileId: idSchema,
    kind: z.enum(bankFileKinds),
    messageId: z.string(),
    entries: z.number().int().meta({ description: 'Bookings of a statement, or payments of an answer.' }),
    news: z.number().int().meta({ description: 'Of them, those that no file told before.' }),
    payoutIds: z.array(idSchema).meta({ description: 'Payouts that the file tells something of.' }),
  })
  .meta({ id: 'BankFile' });

export const importBankFile = operation({
  id: 'importBankFile',
  method: 'post',
  path: '/v1/bank-files',
  summary: 'Takes a file of the bank: pain.002.001.10 or camt.053.001.08. The same file is taken once.',
  tag: 'payouts',
  body: z
    .object({
      fileBase64: z
        .base64('expected base64')
        .max(base64CharactersMax, `expected at most ${bankUploadBytesMax} bytes`)
        .meta({ description: 'The file as it is, in base64; it is not kept.' }),
    })
    .strict(),
  answers: { 201: bankFileSchema },
  writes: 'direct',
});
