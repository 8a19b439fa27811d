/**
 * One call to the sandbox's PayPal API, from the token to the answer: the request id, the work, and whatever a switch
 * makes of it. The work is on disk before anything is answered or lost.
 */

import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type KeyRow, type Put, put, strike } from './paypal-sandbox-books.ts';
import { type Faults, tokenPath } from './paypal-sandbox-faults.ts';
import type { Life } from './paypal-sandbox-life.ts';
import { type RouteContext, runRoute } from './paypal-sandbox-routes.ts';
import { bodyOf, errorBody, PaypalSandboxRefusal, shownRefund } from './paypal-sandbox-wire.ts';
import { type Answer, leave, type SavedAnswer, write } from './sandbox-answer.ts';
import { leavesUndone, type RequestFault } from './sandbox-faults.ts';
import { partsOfUpload } from './sandbox-upload.ts';

export interface ApiParts {
  readonly clientId: string;
  readonly clientSecret: string;
  /** By its id, the certificate that webhooks are signed with. */
  readonly certificates: ReadonlyMap<string, string>;
  readonly context: RouteContext;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly life: Life;
  readonly closing: AbortSignal;
}

/** Access tokens, in memory only: after a restart all are new. */
export interface Tokens {
  mint(): string;
  isValid(token: string): boolean;
  revoke(): void;
}

/** PayPal keeps request ids of refunds for 45 days. */
export const keyDaysMax = 45;

const headers = { 'content-type': 'application/json' };
const certPath = '/v1/notifications/certs/';

export function createTokens(): Tokens {
  const valid = new Set<string>();
  return {
    mint() {
      const token = `A21AA${randomBytes(24).toString('base64url')}`;
      valid.add(token);
      return token;
    },
    isValid: (token) => valid.has(token),
    revoke: () => valid.clear(),
  };
}

export type Api = (request: IncomingMessage, response: ServerResponse, url: URL, body: string) => Promise<void>;

export const createApi = (parts: ApiParts): Api => {
  const held = new Set<string>();
  return async (request, response, url, body) => {
    const method = request.method ?? 'GET';
    if (url.pathname.startsWith(certPath)) return writeCertificate(parts, response, url.pathname);
    const isToken = url.pathname === tokenPath;
    if (!isToken && !isAuthorised(parts, request)) return write(response, headers, unauthorised);
    const fault = parts.faults.forRequest(method, url.pathname);
    if (fault?.kind === 'reset') return void response.destroy();
    if (fault?.kind === 'rate-limit') return write(response, headers, rateLimited(fault.retryAfterSeconds));
    try {
      const given = isUpload(request) ? jsonOfUpload(body) : body;
      const key = method === 'POST' && !isToken ? headerOf(request, 'paypal-request-id') : undefined;
      const answer = isToken
        ? await tokenAnswer(parts, request, fault)
        : await answerTo(parts, { method, url, body: given, key, held }, fault);
      if (fault?.kind === 'slow' && fault.when === 'after') await delay(fault.ms, undefined, { signal: parts.closing });
      leave(response, headers, answer, fault);
    } catch (error) {
      if (parts.closing.aborted) response.destroy();
      else throw error;
    }
  };
};

function writeCertificate({ certificates }: ApiParts, response: ServerResponse, path: string): void {
  const cert = certificates.get(path.slice(certPath.length));
  const answer =
    cert === undefined ? { status: 404, body: errorBody('RESOURCE_NOT_FOUND') } : { status: 200, body: cert };
  write(response, { 'content-type': 'text/plain' }, answer);
}

async function tokenAnswer(
  parts: ApiParts,
  request: IncomingMessage,
  fault: RequestFault | undefined,
): Promise<Answer> {
  if (fault?.kind === 'fail') return faultAnswer(fault);
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  const given = Buffer.from(credentials, 'base64').toString('utf8');
  if (scheme !== 'Basic' || given !== `${parts.clientId}:${parts.clientSecret}`)
    return {
      status: 401,
      body: bodyOf({ error: 'invalid_client', error_description: 'Client Authentication failed' }),
    };
  const token = { scope: '', access_token: parts.tokens.mint(), token_type: 'Bearer', expires_in: 32_400, nonce: '' };
  return { status: 200, body: bodyOf(token) };
}

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly key: string | undefined;
  /** Request ids that are being worked on. */
  readonly held: Set<string>;
}

async function answerTo(parts: ApiParts, call: Call, fault: RequestFault | undefined): Promise<Answer> {
  const { key, held } = call;
  if (key !== undefined) {
    if (held.has(key)) return inProgress;
    const said = recalled(parts, call, key);
    if (said) return said;
    held.add(key);
  }
  try {
    if (fault?.kind === 'slow' && fault.when === 'before') await delay(fault.ms, undefined, { signal: parts.closing });
    if (fault?.kind === 'fail') return failing(parts, call, fault);
    if (leavesUndone(fault)) return { status: 200, body: '' };
    return work(parts, call, undefined);
  } finally {
    if (key !== undefined) held.delete(key);
  }
}

/** What a known request id did, as it stands now; the body of a repeat is not looked at. */
function recalled({ context: { books, nowMs } }: ApiParts, { url }: Call, key: string): SavedAnswer | null {
  const row = books.get('key', key);
  if (!row || row.path !== url.pathname || isOld(row, nowMs())) return null;
  if (row.answer) return row.answer;
  const refund = row.refundId === undefined ? undefined : books.get('refund', row.refundId);
  return refund ? { status: 200, body: bodyOf(shownRefund(refund)) } : null;
}

const isOld = (row: KeyRow, nowMs: number): boolean => nowMs - row.createdMs >= keyDaysMax * 86_400_000;

/** The error that a switch asks for, with the work done or not, and kept under the id or not. */
function failing(parts: ApiParts, call: Call, fault: Extract<RequestFault, { kind: 'fail' }>): SavedAnswer {
  const error = faultAnswer(fault);
  if (fault.worked) work(parts, call, fault.saved ? error : undefined);
  else if (fault.saved) parts.context.books.commit(remembered(parts, call, { answer: error }));
  return error;
}

/** Does the work; what is written and what its id remembers go to disk as one. */
function work(parts: ApiParts, call: Call, saidInstead: SavedAnswer | undefined): SavedAnswer {
  try {
    const move = runRoute(parts.context, call.method, call.url, call.body);
    const did = {
      ...(move.refund === undefined ? {} : { refundId: move.refund.id }),
      ...(saidInstead === undefined ? {} : { answer: saidInstead }),
    };
    parts.life.apply(move, remembered(parts, call, did));
    return saidInstead ?? { status: call.method === 'POST' ? 201 : 200, body: bodyOf(move.answer) };
  } catch (error) {
    if (!(error instanceof PaypalSandboxRefusal)) throw error;
    return { status: error.status, body: errorBody(error.kind, error.issue) };
  }
}

function remembered({ context }: ApiParts, call: Call, did: Pick<KeyRow, 'refundId' | 'answer'>): Put[] {
  if (call.key === undefined) return [];
  const { books, nowMs } = context;
  const pruned = books.all('key').filter((row) => isOld(row, nowMs()));
  const row: KeyRow = { id: call.key, path: call.url.pathname, createdMs: nowMs(), ...did };
  return [...pruned.map(({ id }) => strike('key', id)), put('key', row)];
}

const unauthorised: Answer = {
  status: 401,
  body: bodyOf({ error: 'invalid_token', error_description: 'Token signature verification failed' }),
};

const inProgress: Answer = { status: 409, body: errorBody('RESOURCE_CONFLICT', 'PREVIOUS_REQUEST_IN_PROGRESS') };

const rateLimited = (retryAfterSeconds: number | undefined): Answer => ({
  status: 429,
  body: errorBody('RATE_LIMIT_REACHED'),
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
});

const faultAnswer = ({ status, code }: { status: number; code?: string | undefined }): SavedAnswer => ({
  status,
  body: errorBody(status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'UNPROCESSABLE_ENTITY', code),
});

const isUpload = (request: IncomingMessage): boolean =>
  headerOf(request, 'content-type')?.startsWith('multipart/') ?? false;

/** As JSON: what came under `input`, and of each file its name, size and hash. */
function jsonOfUpload(latin1: string): string {
  const parts = partsOfUpload(latin1);
  const input: unknown = JSON.parse(
    parts.find(({ name, fileName }) => name === 'input' && fileName === null)?.bytes.toString('utf8') ?? '{}',
  );
  const files = parts
    .filter(({ name }) => name !== 'input')
    .map(({ name, fileName, bytes }) => ({
      name: fileName ?? name,
      size: String(bytes.length),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }));
  return bodyOf({ input, files });
}

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

function isAuthorised({ tokens }: ApiParts, request: IncomingMessage): boolean {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme === 'Bearer' && tokens.isValid(token);
}
