/**
 * The shop over HTTP: each call signed, each action under the key it is given. It never retries by itself, never mints
 * a key, and calls an action refused only where the shop said so in its own words.
 */

import { randomUUID } from 'node:crypto';
import type { OutcomeUnknown } from '../domain/rail.ts';
import { flawOf, type Shop, type ShopReport, type ShopRequest, ShopUnavailable } from '../domain/shop.ts';
import { createSigner, payloadOf, type Signer } from './shop-signature.ts';
import { balancePaymentOf, bodyOf, creditPageOf, outcomeOf, reportOf, type ShopAnswer } from './shop-wire.ts';

const answerBytesMax = 256 * 1024;
/** Beyond this a wish when to ask again is not taken at its word. */
const retryAfterSecondsMax = 86_400;

export interface ShopClientOptions {
  /** Where the shop's protocol is served, with a path before it where it has one. */
  readonly apiUrl: string;
  /** `whsec_` and 24 to 64 bytes in base64. */
  readonly signingSecret: string;
  /** How long a call may take in all before its answer counts as lost. */
  readonly timeoutMs: number;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The message's id; for an action its key, so that a repeat is known by both. */
  readonly id: string;
  readonly body?: string;
}

type Exchange = (call: Call) => Promise<ShopAnswer | OutcomeUnknown>;

export function createShopClient(options: ShopClientOptions): Shop {
  const signer = createSigner(options.signingSecret);
  const exchange: Exchange = (call) => exchangeWith(options, signer, call);
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

async function asked(exchange: Exchange, path: string): Promise<ShopAnswer> {
  const answer = await exchange({ method: 'GET', path, id: `read_${randomUUID()}` });
  return isAnswer(answer) ? answer : unavailable(answer);
}

/** An answer from which nothing was learnt; its status says why, as it would for an action. */
function unanswered(answer: ShopAnswer): never {
  const outcome = outcomeOf(answer);
  return unavailable(outcome.status === 'unknown' ? outcome : { status: 'unknown', reason: 'unreadable_answer' });
}

function unavailable({ reason, retryAfterMs }: OutcomeUnknown): never {
  throw new ShopUnavailable(
    `the shop could not be asked (${reason})`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

const isAnswer = (answer: ShopAnswer | OutcomeUnknown): answer is ShopAnswer => answer.status !== 'unknown';

async function exchangeWith(
  { apiUrl, timeoutMs }: ShopClientOptions,
  signer: Signer,
  call: Call,
): Promise<ShopAnswer | OutcomeUnknown> {
  const url = new URL(`${apiUrl.replace(/\/$/, '')}${call.path}`);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: call.method,
      headers: headersOf(signer, call, `${url.pathname}${url.search}`),
      body: call.body ?? null,
      // A signed call is for the address that was configured and for no other.
      redirect: 'manual',
      signal,
    });
    const body = parsedJson(await readText(response));
    const retryAfterMs = retryAfterOf(response);
    return { status: response.status, body, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  } catch {
    return { status: 'unknown', reason: signal.aborted ? 'timeout' : 'connection_lost' };
  }
}

function headersOf(signer: Signer, call: Call, path: string): Record<string, string> {
  // Real time, whatever the desk's clock says: the shop compares it with its own.
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const payload = payloadOf(call.method, path, call.body ?? '');
  return {
    accept: 'application/json',
    'webhook-id': call.id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signer({ id: call.id, timestampSeconds, payload }),
    ...(call.body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': call.id }),
  };
}

/** Empty for an answer that is too long to be one. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of stream ?? []) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? '');
  const named = Number.isFinite(seconds) && seconds > 0;
  return named ? Math.ceil(Math.min(seconds, retryAfterSecondsMax) * 1000) : undefined;
}
