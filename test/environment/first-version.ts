/** The seller's first policy version, posted through the store where no admin is at hand to post it. */

import { openDatabase } from '../../db/database.ts';
import { postPolicyVersion } from '../../db/policy-versions.ts';
import { readFirstVersion } from '../../dev/first-version.ts';
import { isRefusal } from '../../domain/errors.ts';

/** The seller's first version holds at every desk of a test, as at every desk that people use. */
export async function postFirstVersion(url: string): Promise<void> {
  const { effectiveAt, document } = readFirstVersion();
  const db = openDatabase({ url, max: 1 });
  try {
    const given = { effectiveAt: new Date(effectiveAt), document, by: null, at: new Date() };
    const posted = await db.transaction((trx) => postPolicyVersion(trx, given));
    if (isRefusal(posted)) throw new Error(`the first policy version was refused: ${posted.refused}`);
  } finally {
    await db.destroy();
  }
}
