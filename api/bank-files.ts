/** The handler of a bank's file that finance hands in. What it holds of other people is taken, and not kept as it came. */

import { operations } from '../contract/operations.ts';
import { isRefusal } from '../domain/errors.ts';
import type { Stores } from './ports.ts';
import { presentBankFile } from './present-bank-file.ts';
import { type Route, route } from './route.ts';

export function bankFileRoutes({ bankFiles }: Pick<Stores, 'bankFiles'>): Route[] {
  return [
    route(operations.importBankFile, {
      kind: 'direct',
      keeps: () => ({}),
      apply: async ({ principal, body, at }, trx) => {
        const bytes = Buffer.from(body.fileBase64, 'base64');
        const taken = await bankFiles.take(trx, { bytes, by: principal.subjectId, at });
        return isRefusal(taken) ? taken : { body: presentBankFile(taken) };
      },
    }),
  ];
}
