/** What the journeys share: looking at a ticket's payouts and events, waiting for a fact, and the sandbox's switches. */

import { randomUUID } from 'node:crypto';
import { until } from '../../dev/until.ts';
import { type Answer, type Client, type Json, listIn } from '../api/client.ts';
import { anOrder, boughtAt, coverByIncident } from '../api/orders-and-tickets.ts';
import type { Cast } from '../environment/claims.ts';
import type { Desk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';

/** The answer, which must have this status; else what it said instead. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(`answered ${answer.status} instead of ${status}: ${answer.text}`);
  return answer;
}

/** A refused write's id and facts, with its status. */
export const refusalIn = (answer: Answer): readonly [number, unknown, unknown] => [
  answer.status,
  answer.json['id'],
  answer.json['facts'],
];

/** Waits until there is such a fact, and returns it. */
export async function untilFound<Fact>(
  what: string,
  look: () => Promise<Fact | null | undefined | false>,
): Promise<Fact> {
  let fact: Fact | null | undefined | false;
  const isFound = async () => {
    fact = await look();
    return Boolean(fact);
  };
  await until(isFound, { withinMs: patienceMs });
  if (!fact) throw new Error(`waited in vain for ${what}`);
  return fact;
}

/** Kinds of the ticket's events, in order. */
export async function eventKinds(desk: Desk, ticketId: string): Promise<string[]> {
  return desk.core.db('ticket_events').where({ ticket_id: ticketId }).orderBy('number').pluck('kind');
}

/** The payout as finance sees it. */
const readPayout = async (finance: Client, payoutId: string): Promise<Json> =>
  expectStatus(await finance.get(`/v1/payouts/${payoutId}`), 200).json;

export const untilPayout = (finance: Client, payoutId: string, state: string): Promise<Json> =>
  untilFound(`the payout to be ${state}`, async () => {
    const payout = await readPayout(finance, payoutId);
    return payout['state'] === state && payout;
  });

/** Finance's view of a ticket's payouts, by number. */
export async function payoutsOf(finance: Client, ticketId: string): Promise<Json[]> {
  const page = expectStatus(await finance.get('/v1/payouts?limit=100'), 200).json;
  return listIn(page, 'items')
    .filter((payout) => payout['ticketId'] === ticketId)
    .sort((left, right) => Number(left['payoutNo']) - Number(right['payoutNo']));
}

export interface Tender {
  readonly method: string;
  readonly minor: number;
  readonly captureRef?: string;
}

/** An order that was paid for in these ways; returns its reference. */
export async function putOrderPaidBy(cast: Cast, tenders: readonly Tender[]): Promise<string> {
  const orderRef = `order-${randomUUID()}`;
  const body = anOrder(cast.customer.email, {
    tenders: tenders.map(({ minor, ...tender }) => ({
      ...tender,
      amount: { minor: String(minor), currency: 'USD' },
      tax: { minor: '0', currency: 'USD' },
      capturedAt: boughtAt,
    })),
  });
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }), 200);
  await coverByIncident(cast.service, orderRef);
  return orderRef;
}

export const refundOf = (minor: unknown) => ({
  decision: 'refund',
  amount: { minor, currency: 'USD' },
  ground: 'The service could not be used.',
});

/** What became of a write in the end, whether it was answered at once or kept for later: an error's id, or `null`. */
export async function outcomeOf(who: Client, answer: Answer): Promise<unknown> {
  if (answer.status !== 202) return answer.status < 300 ? null : answer.json['id'];
  return untilFound('a kept write to have an outcome', async () => {
    const { json } = await who.get(`/v1/inputs/${String(answer.json['inputId'])}`);
    if (json['state'] === 'kept') return null;
    return { refused: json['refusal'] === null ? null : (json['refusal'] as Json).id };
  }).then(({ refused }) => refused);
}
