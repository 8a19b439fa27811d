/**
 * One call to the sandbox's shop protocol, from the signature to the answer: idempotency, work, and whatever a switch
 * makes of it. The work is on disk before anything is answered or lost.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, leave, type SavedAnswer, write } from './sandbox-answer.ts';
import { leavesUndone, type RequestFault } from './sandbox-faults.ts';
import { type ActionOutcome, type Books, type Put, put } from './shop-sandbox-books.ts';
import { actionSchema, creditsOf, listCredits, runAction } from './shop-sandbox-rules.ts';
import { signatureProblem } from './shop-sandbox-signature.ts';

export interface ApiParts {
  readonly books: Books;
  readonly secret: string;
  /** The switch that fits a call, used up by one. */
  readonly faultFor: (method: string, path: string) => RequestFault | undefined;
  readonly closing: AbortSignal;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly key: string;
}

const headers = { 'content-type': 'application/json' };

export type Api = (request: IncomingMessage, response: ServerResponse, url: URL, body: string) => Promise<void>;

export function createApi(parts: ApiParts): Api {
  /** Keys that are being worked on. */
  const held = new Set<string>();

  return async (request, response, url, body) => {
    const method = request.method ?? 'GET';
    const path = url.pathname;
    const signed = { method, path: `${path}${url.search}`, body, headers: request.headers };
    const problem = signatureProblem(signed, parts.secret, Math.floor(Date.now() / 1000));
    if (problem !== null) return write(response, headers, saying(401, problem));
    const fault = parts.faultFor(method, path);
    if (fault?.kind === 'reset') return void response.destroy();
    if (fault?.kind === 'rate-limit') return write(response, headers, rateLimited(fault.retryAfterSeconds));
    const key = request.headers['idempotency-key'];
    try {
      const call = { method, path, query: url.searchParams, body, key: typeof key === 'string' ? key : '' };
      const answer = await answerTo(parts, held, call, fault);
      if (fault?.kind === 'slow' && fault.when === 'after') await delay(fault.ms, undefined, { signal: parts.closing });
      leave(response, headers, answer, fault);
    } catch (error) {
      if (!parts.closing.aborted) throw error;
      response.destroy();
    }
  };
}

async function answerTo(
  parts: ApiParts,
  held: Set<string>,
  call: Call,
  fault: RequestFault | undefined,
): Promise<SavedAnswer> {
  const acts = call.method === 'POST' && call.path === '/v1/actions';
  if (acts) {
    if (call.key === '') return saying(400, 'idempotency_key_missing');
    if (held.has(call.key)) return saying(409, 'idempotency_key_in_use');
    const known = parts.books.get('key', call.key);
    if (known) return known.fingerprint === call.body ? known.answer : saying(422, 'idempotency_mismatch');
    held.add(call.key);
  }
  try {
    if (fault?.kind === 'slow' && fault.when === 'before') await delay(fault.ms, undefined, { signal: parts.closing });
    if (leavesUndone(fault)) return { status: 200, body: '' };
    if (fault?.kind === 'fail') return failing(parts.books, acts, call, fault);
    return acts ? act(parts.books, call) : read(parts.books, call);
  } finally {
    held.delete(call.key);
  }
}

/** The error that a switch asks for, with the work done or not, and kept under the key or not. */
function failing(books: Books, acts: boolean, call: Call, fault: Extract<RequestFault, { kind: 'fail' }>): SavedAnswer {
  const error = saying(fault.status, fault.code ?? 'told_to_fail');
  if (acts && fault.worked) act(books, call, fault.saved ? error : undefined);
  else if (acts && fault.saved) books.commit([remembered(call, error)]);
  return error;
}

/** Does the work; what is written and what its key remembers go to disk as one. */
function act(books: Books, call: Call, saidInstead?: SavedAnswer): SavedAnswer {
  const asked = actionSchema.safeParse(parsed(call.body));
  if (!asked.success) return saying(400, 'request_malformed');
  const { remedyId, action } = asked.data;
  const before = books.get('action', remedyId);
  if (before && before.fingerprint !== call.body) return saying(422, 'idempotency_mismatch');
  // The remedy is known though its key was forgotten: it is not done a second time.
  const { outcome, puts } = before ? { outcome: before.outcome, puts: [] } : runAction(books, asked.data);
  const row = { id: remedyId, key: call.key, fingerprint: call.body, kind: action.kind, outcome };
  const answer = saidInstead ?? answerOf(outcome);
  books.commit([...puts, put('action', row), remembered(call, answer)]);
  return answer;
}

const remembered = (call: Call, answer: SavedAnswer): Put =>
  put('key', { id: call.key, fingerprint: call.body, answer });

const answerOf = (outcome: ActionOutcome): SavedAnswer =>
  outcome.status === 'refused' ? saying(outcome.httpStatus, outcome.code) : json(200, outcome);

function read(books: Books, { method, path, query }: Call): SavedAnswer {
  if (method !== 'GET') return saying(405, 'method_not_allowed');
  const [, , noun, id = ''] = path.split('/').map(decodeURIComponent);
  if (noun === 'actions') {
    const outcome = books.get('action', id)?.outcome;
    if (!outcome) return saying(404, 'action_not_found');
    return json(200, outcome.status === 'refused' ? { status: 'refused', code: outcome.code } : outcome);
  }
  if (noun === 'balance-credits' && id === '') return json(200, listCredits(books, query));
  if (noun !== 'balance-payments') return saying(404, 'address_unknown');
  const payment = books.get('payment', id);
  if (!payment) return saying(404, 'payment_not_found');
  const { minor, currency, disputed } = payment;
  const credits = creditsOf(books, id).map((row) => ({
    remedyId: row.remedyId,
    amount: { minor: row.minor, currency },
  }));
  return json(200, { captured: { minor, currency }, credits, disputed });
}

const json = (status: number, body: object): SavedAnswer => ({ status, body: `${JSON.stringify(body, null, 2)}\n` });

const saying = (status: number, code: string): SavedAnswer => json(status, { code });

const rateLimited = (retryAfterSeconds: number | undefined): Answer => ({
  ...saying(429, 'rate_limited'),
  ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
