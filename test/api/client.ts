/** A small HTTP client for suites: JSON both ways, an Idempotency-Key with every write unless told otherwise. */

import { randomUUID } from 'node:crypto';

export interface Sent {
  readonly body?: unknown;
  /** `null` for none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, instead of `body`. */
  readonly raw?: Uint8Array | string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly cookies: readonly string[];
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The body as JSON; throws where it is none. */
  readonly json: Json;
}

/** An answer's object; those that name an id name it as text. */
export interface Json {
  readonly [key: string]: unknown;
  readonly id: string;
}

/** The list of objects under a key; throws where it is none. */
export function listIn(json: Json, key: string): Json[] {
  const list = json[key];
  if (!Array.isArray(list)) throw new Error(`${key} is no list`);
  return list as Json[];
}

/** The object under a key; throws where it is none. */
export function objectIn(json: Json, key: string): Json {
  const object = json[key];
  if (typeof object !== 'object' || object === null) throw new Error(`${key} is no object`);
  return object as Json;
}

export interface Client {
  /** The answer as it begins, whose body may have no end. */
  open(method: string, path: string, sent?: Sent & { readonly signal?: AbortSignal }): Promise<Response>;
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, sent?: Sent): Promise<Answer>;
}

export function createClient(url: string, proof: Readonly<Record<string, string>>): Client {
  function open(method: string, path: string, sent: Sent & { readonly signal?: AbortSignal } = {}): Promise<Response> {
    const writes = method !== 'GET' && method !== 'HEAD';
    const key = sent.key === undefined ? randomUUID() : sent.key;
    return fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        ...(sent.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(writes && key !== null ? { 'Idempotency-Key': key } : {}),
        ...proof,
        ...sent.headers,
      },
      ...(sent.raw === undefined ? {} : { body: sent.raw }),
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      ...(sent.signal === undefined ? {} : { signal: sent.signal }),
    });
  }
  async function send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const response = await open(method, path, sent);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    return {
      status: response.status,
      headers: response.headers,
      cookies: response.headers.getSetCookie(),
      text,
      bytes,
      get json() {
        return JSON.parse(text) as Json;
      },
    };
  }
  return {
    open,
    send,
    get: (path) => send('GET', path),
    post: (path, body = {}, sent = {}) => send('POST', path, { ...sent, body }),
  };
}
