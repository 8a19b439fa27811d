/**
 * One call to the sandbox's Stripe API, from the key check to the answer: idempotency, work, and whatever a switch
 * makes of it. The work is on disk before anything is answered or lost.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, leave, type SavedAnswer, write } from './sandbox-answer.ts';
import { leavesUndone, type RequestFault } from './sandbox-faults.ts';
import type { Put } from './stripe-sandbox-books.ts';
import type { Faults } from './stripe-sandbox-faults.ts';
import { fingerprintOf, type Idempotency } from './stripe-sandbox-idempotency.ts';
import type { Life } from './stripe-sandbox-life.ts';
import { mintId } from './stripe-sandbox-objects.ts';
import { type RouteContext, runRoute } from './stripe-sandbox-routes.ts';
import { bodyOf, decodeForm, errorBody, formOfUpload, StripeRefusal } from './stripe-sandbox-wire.ts';

export interface ApiParts {
  readonly apiKey: string;
  readonly context: RouteContext;
  readonly faults: Faults;
  readonly idempotency: Idempotency;
  readonly life: Life;
  readonly closing: AbortSignal;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly form: string;
  readonly requestId: string;
  readonly key: string | undefined;
  readonly headers: Record<string, string>;
}

export type Api = (request: IncomingMessage, response: ServerResponse, path: string, form: string) => Promise<void>;

export const createApi =
  (parts: ApiParts): Api =>
  async (request, response, path, form) => {
    const call = callOf(request, path, isUpload(request) ? formOfUpload(form) : form);
    if (!isAuthorised(request, parts.apiKey)) return write(response, call.headers, unauthorised);
    const fault = parts.faults.forRequest(call.method, path);
    if (fault?.kind === 'reset') return void response.destroy();
    if (fault?.kind === 'rate-limit') return write(response, call.headers, rateLimited(fault.retryAfterSeconds));
    try {
      const answer = await answerTo(parts, call, fault);
      if (fault?.kind === 'slow' && fault.when === 'after') await delay(fault.ms, undefined, { signal: parts.closing });
      leave(response, call.headers, answer, fault);
    } catch (error) {
      if (error instanceof StripeRefusal)
        write(response, call.headers, { status: error.status, body: errorBody(error) });
      else if (parts.closing.aborted) response.destroy();
      else throw error;
    }
  };

function callOf(request: IncomingMessage, path: string, form: string): Call {
  const method = request.method ?? 'GET';
  const requestId = mintId('req');
  const key = method === 'POST' ? headerOf(request, 'idempotency-key') : undefined;
  const version = headerOf(request, 'stripe-version');
  const headers = {
    'content-type': 'application/json',
    'request-id': requestId,
    ...(version === undefined ? {} : { 'stripe-version': version }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  return { method, path, form, requestId, key, headers };
}

async function answerTo(parts: ApiParts, call: Call, fault: RequestFault | undefined): Promise<Answer> {
  const { idempotency } = parts;
  const { key } = call;
  if (key !== undefined) {
    const row = idempotency.recall(key, fingerprintOf(call.path, call.form));
    if (row) return { ...row.answer, headers: { 'idempotent-replayed': 'true', 'original-request': row.requestId } };
    idempotency.hold(key);
  }
  try {
    if (fault?.kind === 'slow' && fault.when === 'before') await delay(fault.ms, undefined, { signal: parts.closing });
    if (fault?.kind === 'fail') return failing(parts, call, fault);
    if (leavesUndone(fault)) return { status: 200, body: '' };
    return work(parts, call, undefined);
  } finally {
    if (key !== undefined) idempotency.release(key);
  }
}

/** The error that a switch asks for, with the work done or not, and kept under the key or not. */
function failing(parts: ApiParts, call: Call, fault: Extract<RequestFault, { kind: 'fail' }>): SavedAnswer {
  const error = faultAnswer(fault);
  if (fault.worked) work(parts, call, fault.saved ? error : undefined);
  else if (fault.saved) parts.context.books.commit(remembered(parts, call, error));
  return error;
}

/** Does the work; what is written and what its key remembers go to disk as one. */
function work(parts: ApiParts, call: Call, saidInstead: SavedAnswer | undefined): SavedAnswer {
  const { key, requestId } = call;
  try {
    const move = runRoute(parts.context, call.method, call.path, decodeForm(call.form));
    const answer = saidInstead ?? { status: 200, body: bodyOf(move.answer) };
    const puts = remembered(parts, call, answer);
    parts.life.apply(move, { requestId, puts, ...(key === undefined ? {} : { key }) });
    return answer;
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    const answer = { status: error.status, body: errorBody(error) };
    // Stripe forgets what it refused before any work, so that the same key may be used with a mended request.
    if (error.executed) parts.context.books.commit(remembered(parts, call, answer));
    return answer;
  }
}

function remembered({ idempotency }: ApiParts, call: Call, answer: SavedAnswer): Put[] {
  if (call.key === undefined) return [];
  const fingerprint = fingerprintOf(call.path, call.form);
  return [...idempotency.pruned(), idempotency.remember(call.key, fingerprint, call.requestId, answer)];
}

const unauthorised: Answer = {
  status: 401,
  body: errorBody({
    message: 'Invalid API Key provided.',
    type: 'invalid_request_error',
    code: undefined,
    param: undefined,
  }),
};

const rateLimited = (retryAfterSeconds: number | undefined): Answer => ({
  status: 429,
  body: errorBody({
    message: 'Too many requests hit the API too quickly.',
    type: 'invalid_request_error',
    code: 'rate_limit',
    param: undefined,
  }),
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
});

const faultAnswer = (fault: { status: number; code?: string | undefined }): SavedAnswer => ({
  status: fault.status,
  body: errorBody({
    message: 'The sandbox was told to answer so.',
    type: fault.status >= 500 ? 'api_error' : 'invalid_request_error',
    code: fault.code,
    param: undefined,
  }),
});

const isUpload = (request: IncomingMessage): boolean =>
  headerOf(request, 'content-type')?.startsWith('multipart/') ?? false;

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Stripe takes the secret key as a bearer token or as the user name of basic authentication. */
function isAuthorised(request: IncomingMessage, apiKey: string): boolean {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme === 'Bearer') return credentials === apiKey;
  return scheme === 'Basic' && Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] === apiKey;
}
