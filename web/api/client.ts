/**
 * The desk's API as the pages use it, typed from its OpenAPI document. A refusal is thrown as `ProblemError`; a network
 * that is away as `Unreachable`. Every write takes a key, so that whoever asks twice does it once.
 */

import createClient from 'openapi-fetch';
import type { components, paths } from './openapi.d.ts';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.id);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** No answer came: the network, the desk itself, or something between. What was asked may have been done. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('unreachable', { cause });
    this.name = 'Unreachable';
  }
}

/** Of what any page must act on: the session is over. */
export const sessionEnded = new EventTarget();

const client = createClient<paths>({
  baseUrl: window.location.origin,
  headers: { Accept: 'application/json' },
  fetch: async (request) => {
    try {
      return await fetch(request);
    } catch (fault) {
      if (request.signal.aborted) throw fault;
      throw new Unreachable(fault);
    }
  },
});

export const { GET: get, POST: post, PUT: put, PATCH: patch, DELETE: remove } = client;

interface Answered<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'id' in value && 'instance' in value;

/** What was answered, or thrown: `ProblemError` of a refusal, `Unreachable` where something between answered for us. */
export async function answerOf<Data>(asked: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (response.ok) return data as Data;
  if (!isProblem(error)) throw new Unreachable(response.status);
  if (error.id === 'not-signed-in') sessionEnded.dispatchEvent(new Event('ended'));
  throw new ProblemError(error);
}

/** The header of a write. Keep the key for as long as the same thing is asked. */
export const keyed = (key: string) => ({ 'Idempotency-Key': key });

export const newKey = (): string => crypto.randomUUID();
