/** Second factors as sign-in's library keeps them: whose device a code is of, and of which step. */

import { symmetricDecrypt } from 'better-auth/crypto';
import type { SubjectId } from '../domain/ids.ts';
import { counterOf } from './totp.ts';

interface Kept {
  readonly secret: string;
  readonly verified?: boolean;
}

/** As much of the library's context as finds a device's secret. */
interface AuthContext {
  readonly adapter: {
    findOne<Row>(query: { model: string; where: { field: string; value: string }[] }): Promise<Row | null>;
  };
  readonly secretConfig: Parameters<typeof symmetricDecrypt>[0]['key'];
}

/** Which step of a person's device a code is of; `none` where they have not set one up. */
export type CodeChecked = { readonly counter: bigint } | 'wrong' | 'none';

export async function checkCode(
  { adapter, secretConfig }: AuthContext,
  personId: SubjectId,
  code: string,
): Promise<CodeChecked> {
  const where = [{ field: 'userId', value: personId }];
  const factor = await adapter.findOne<Kept>({ model: 'twoFactor', where });
  if (!factor || factor.verified === false) return 'none';
  const secret = await symmetricDecrypt({ key: secretConfig, data: factor.secret });
  const counter = counterOf(Buffer.from(secret), code, Date.now());
  return counter === null ? 'wrong' : { counter };
}
