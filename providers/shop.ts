/**
 * The shop over HTTP: each call signed, each action under the key it is given. It never retries by itself, never mints
 * a key, and calls an action refused only where the shop said so in its own words.
 */

import { randomUUID } from 'node:crypto';
import type { OutcomeUnknown } from '../domain/rail.ts';
import { flawOf, type Shop, type ShopReport, type ShopRequest, ShopUnavailable } from '../domain/shop.ts';
import { balancePaymentOf, bodyOf, creditPageOf, outcomeOf, reportOf } from './shop-wire.ts';
import { createExchange, type Exchange, isAnswer, type SignedAnswer, type SignedHttpOptions } from './signed-http.ts';

export function createShopClient(options: SignedHttpOptions): Shop {
  const exchange = createExchange(options);
  return {
    apply: (request) => apply(exchange, request),
    lookUp: (request) => lookUp(exchange, request),
    async readBalancePayment(captureRef) {
      const answer = await asked(exchange, `/v1/balance-payments/${encodeURIComponent(captureRef)}`);
      return balancePaymentOf(answer) ?? unanswered(answer);
    },
    async listCredits({ from, until }, next) {
      const query = new URLSearchParams({ from: from.toISOString(), until: until.toISOString() });
      if (next !== null) query.set('after', next);
      const answer = await asked(exchange, `/v1/balance-credits?${query.toString()}`);
      return creditPageOf(answer) ?? unanswered(answer);
    },
  };
}

async function apply(exchange: Exchange, request: ShopRequest): Promise<ShopReport | OutcomeUnknown> {
  const flaw = flawOf(request.action);
  if (flaw !== null) return { status: 'refused', reason: flaw };
  const answer = await exchange({ method: 'POST', path: '/v1/actions', id: request.key, body: bodyOf(request) });
  const outcome = isAnswer(answer) ? outcomeOf(answer) : answer;
  if (outcome.status !== 'refused') return outcome;
  // "Ended already" may mean by us, under a key that the shop has forgotten: a refusal proves nothing until its books
  // were read.
  try {
    return (await lookUp(exchange, request)) ?? outcome;
  } catch {
    return { status: 'unknown', reason: 'refusal_unproven' };
  }
}

async function lookUp(exchange: Exchange, { remedyId }: ShopRequest): Promise<ShopReport | null> {
  const answer = await asked(exchange, `/v1/actions/${encodeURIComponent(remedyId)}`);
  const report = reportOf(answer);
  return report === undefined ? unanswered(answer) : report;
}

async function asked(exchange: Exchange, path: string): Promise<SignedAnswer> {
  const answer = await exchange({ method: 'GET', path, id: `read_${randomUUID()}` });
  return isAnswer(answer) ? answer : unavailable(answer);
}

/** An answer from which nothing was learnt; its status says why, as it would for an action. */
function unanswered(answer: SignedAnswer): never {
  const outcome = outcomeOf(answer);
  return unavailable(outcome.status === 'unknown' ? outcome : { status: 'unknown', reason: 'unreadable_answer' });
}

function unavailable({ reason, retryAfterMs }: OutcomeUnknown): never {
  throw new ShopUnavailable(`the shop could not be asked (${reason})`, { retryAfterMs, reason });
}
