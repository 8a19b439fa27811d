/**
 * The second factor at the moment of release: who approves a payout shows a code of their device, which is checked at the
 * door, taken once with the request that it came with, and kept nowhere. Asked of whoever has one; required by setting.
 */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { Authenticator } from './auth.ts';
import type { ReleaseCodes } from './ports.ts';
import type { Principal } from './principal.ts';
import type { Admitted } from './route.ts';

export interface ReleaseParts {
  /** `required`: who has no second factor releases nothing. `enrolled`: only those who have one are asked. */
  readonly mode: 'required' | 'enrolled';
  readonly factor: Pick<Authenticator, 'checkSecondFactor'>;
  readonly codes: ReleaseCodes;
}

export type Release = (principal: Principal, code: string | undefined, at: Date) => Promise<Admitted | Refusal | null>;

export const createRelease =
  ({ mode, factor, codes }: ReleaseParts): Release =>
  async ({ subjectId }, code, at) => {
    const answer = await factor.checkSecondFactor(subjectId, code ?? '');
    if (answer === 'none') return mode === 'required' ? refuse('second-factor-missing') : null;
    if (code === undefined) return refuse('second-factor-needed');
    if (await codes.isLocked(subjectId, at)) return refuse('second-factor-locked');
    if (answer === 'wrong') {
      await codes.noteWrong(subjectId, at);
      return refuse('second-factor-refused');
    }
    const { counter } = answer;
    return {
      settle: async (trx) => ((await codes.take(trx, subjectId, counter)) ? null : refuse('second-factor-refused')),
    };
  };
