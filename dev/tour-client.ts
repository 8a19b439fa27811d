/**
 * The tour's HTTP client: one person's calls of the public API, typed by the contract. A write that was kept for later is
 * repeated under its key until its outcome is known, as the contract says.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { AnswerOf, OperationSpec, RequestBodyOf } from '../contract/operation.ts';
import { type Problem, problemSchema } from '../contract/problem.ts';

const repeatMs = 250;
const rateLimitedStatus = 429;
const keptStatus = 202;

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

export interface CallRequest<Spec extends OperationSpec> {
  readonly params?: InputOf<Spec['params']>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBodyOf<Spec>;
}

export interface TourClient {
  call<Spec extends OperationSpec>(operation: Spec, request?: CallRequest<Spec>): Promise<AnswerOf<Spec>>;
  /** The bytes of an upload, whole. */
  sendBytes(uploadId: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** The desk said no: its catalogue's id and facts, and what was asked. */
export class SaidNo extends Error {
  readonly problem: Problem;
  constructor(what: string, problem: Problem) {
    super(`${what} was refused: ${problem.id} ${JSON.stringify(problem.facts ?? problem.problems ?? {})}`);
    this.name = 'SaidNo';
    this.problem = problem;
  }
}

/** How its requests go out, where not at once and once. */
export interface ClientWays {
  readonly fetch?: typeof fetch;
  /** How long a write that was kept for later is asked for; 30 seconds where left out. */
  readonly keptMsMax?: number;
}

interface Http {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export function createTourClient(
  url: string,
  proof: Readonly<Record<string, string>>,
  { fetch: call = fetch, keptMsMax = 30_000 }: ClientWays = {},
): TourClient {
  const send = async ({ method, path, headers, body }: Http): Promise<Response> => {
    for (;;) {
      const answer = await call(new URL(path, url), {
        method,
        headers: { ...proof, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      if (answer.status !== rateLimitedStatus) return answer;
      await answer.arrayBuffer();
      await pause(1_000 * Number(answer.headers.get('retry-after') ?? 1));
    }
  };

  return {
    async call(operation, request = {}) {
      const http = requestOf(operation, request);
      const deadline = performance.now() + keptMsMax;
      for (;;) {
        const answer = await send(http);
        const json: unknown = await answer.json();
        if (!answer.ok) throw new SaidNo(operation.id, problemSchema.parse(json));
        const schema = operation.answers[answer.status];
        const isKept = answer.status === keptStatus && schema === undefined;
        if (!isKept && schema && schema !== 'bytes') return schema.parse(json) as AnswerOf<typeof operation>;
        if (!isKept || performance.now() > deadline)
          throw new Error(`${operation.id} answered ${answer.status} for good`);
        await pause(repeatMs);
      }
    },
    async sendBytes(uploadId, bytes) {
      const answer = await send({
        method: 'PATCH',
        path: `/v1/uploads/${uploadId}`,
        headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
        body: bytes,
      });
      if (!answer.ok) throw new Error(`appendUpload answered ${answer.status}: ${await answer.text()}`);
    },
  };
}

function requestOf<Spec extends OperationSpec>(operation: Spec, { params, query, body }: CallRequest<Spec>): Http {
  const named = Object.entries(params ?? {}).map(([name, value]) => [name, encodeURIComponent(String(value))] as const);
  const path = named.reduce((text, [name, value]) => text.replace(`{${name}}`, value), operation.path);
  const search = new URLSearchParams(query).toString();
  return {
    method: operation.method.toUpperCase(),
    path: search === '' ? path : `${path}?${search}`,
    ...(operation.writes === undefined
      ? {}
      : {
          headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
          body: JSON.stringify(body ?? {}),
        }),
  };
}

/** Signs a person in by the desk's own door; what it answers with stands for them from then on. */
export async function signInAt(url: string, path: string, body: object, ways: ClientWays = {}): Promise<TourClient> {
  const answer = await post(url, path, body, ways);
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return createTourClient(url, { origin: url, cookie }, ways);
}

/** Has the desk mail a code to a customer. */
export const askForCode = async (url: string, email: string, ways: ClientWays = {}): Promise<void> => {
  await post(url, '/v1/auth/email-otp/send-verification-otp', { email, type: 'sign-in' }, ways);
};

async function post(url: string, path: string, body: object, { fetch: call = fetch }: ClientWays): Promise<Response> {
  for (;;) {
    const answer = await call(new URL(path, url), {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return answer;
    if (answer.status !== rateLimitedStatus)
      throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    await pause(1_000 * Number(answer.headers.get('retry-after') ?? 1));
  }
}
