/**
 * A check of payees against sanctions lists, by a service of the seller's over signed HTTP. It holds a payee cleared only
 * where the service said so of this very check: whatever else comes back is unknown, and nothing is paid on that.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type PayeeScreening, type ScreeningOutcome, screeningOutcomes } from '../domain/payee.ts';
import { createExchange, isAnswer, type SignedHttpOptions } from './signed-http.ts';

const answerSchema = z.object({ checkId: z.string(), outcome: z.enum(screeningOutcomes) });

export function createScreeningClient(options: SignedHttpOptions): PayeeScreening {
  const exchange = createExchange(options);
  return {
    async check({ holder, account, country }): Promise<ScreeningOutcome> {
      const checkId = `check_${randomUUID()}`;
      const body = JSON.stringify({ checkId, holder, account, country });
      const answer = await exchange({ method: 'POST', path: '/v1/checks', id: checkId, body });
      if (!isAnswer(answer) || answer.status !== 200) return 'unknown';
      const told = answerSchema.safeParse(answer.body);
      // An answer to another check, such as a cache's, says nothing of this payee.
      return told.success && told.data.checkId === checkId ? told.data.outcome : 'unknown';
    },
  };
}
