/**
 * Questions to a provider: what it does not answer clearly, or in a shape that the desk does not know, was not learnt. What
 * kept it from an answer is told by code only, since an SDK's errors may name people.
 */

import type { z } from 'zod';
import { type OutcomeUnknown, type RailReport, RailUnavailable } from '../domain/rail.ts';

interface Questions {
  asked<Value>(call: () => Promise<Value>): Promise<Value>;
  parsed<Value>(schema: z.ZodType<Value>, answer: unknown): Value;
}

export const questionsTo = (
  provider: string,
  outcomeOf: (error: unknown) => OutcomeUnknown | RailReport,
  /** What the asker wants to hear of as it is. */
  isTold: (error: unknown) => boolean = () => false,
): Questions => ({
  async asked(call) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof RailUnavailable || isTold(error)) throw error;
      const outcome = outcomeOf(error);
      const reason = 'reason' in outcome ? outcome.reason : outcome.status;
      const retryAfterMs = outcome.status === 'unknown' ? outcome.retryAfterMs : undefined;
      const message = `${provider} could not be asked (${reason})`;
      throw new RailUnavailable(message, { retryAfterMs, reason });
    }
  },
  parsed(schema, answer) {
    const result = schema.safeParse(answer);
    if (!result.success) throw new RailUnavailable(`${provider} answered in a shape that the desk does not know`);
    return result.data;
  },
});
