/**
 * One signed call over HTTP and its answer, read within bounds. It never retries, never follows a redirect, and says
 * unknown where no whole answer came: what an answer means is for the caller.
 */

import type { OutcomeUnknown } from '../domain/rail.ts';
import { createSigner, payloadOf, type Signer } from './shop-signature.ts';

const answerBytesMax = 256 * 1024;
/** Beyond this a wish when to ask again is not taken at its word. */
const retryAfterSecondsMax = 86_400;

export interface SignedHttpOptions {
  /** Where the protocol is served, with a path before it where it has one. */
  readonly apiUrl: string;
  /** `whsec_` and 24 to 64 bytes in base64. */
  readonly signingSecret: string;
  /** How long a call may take in all before its answer counts as lost. */
  readonly timeoutMs: number;
}

export interface SignedCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The message's id; for an action its key, so that a repeat is known by both. */
  readonly id: string;
  readonly body?: string;
}

export interface SignedAnswer {
  readonly status: number;
  /** `undefined` where the answer was no JSON. */
  readonly body: unknown;
  readonly retryAfterMs?: number;
}

export type Exchange = (call: SignedCall) => Promise<SignedAnswer | OutcomeUnknown>;

export const isAnswer = (answer: SignedAnswer | OutcomeUnknown): answer is SignedAnswer => answer.status !== 'unknown';

export function createExchange(options: SignedHttpOptions): Exchange {
  const signer = createSigner(options.signingSecret);
  return (call) => exchangeWith(options, signer, call);
}

async function exchangeWith(
  { apiUrl, timeoutMs }: SignedHttpOptions,
  signer: Signer,
  call: SignedCall,
): Promise<SignedAnswer | OutcomeUnknown> {
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

function headersOf(signer: Signer, call: SignedCall, path: string): Record<string, string> {
  // Real time, whatever the desk's clock says: the other side compares it with its own.
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
