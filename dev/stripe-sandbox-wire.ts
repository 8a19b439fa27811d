/**
 * Stripe's wire form: form-encoded parameters in, JSON objects, lists and errors out. Pure.
 */

import { partsOfUpload } from './sandbox-upload.ts';

export type Params = { readonly [name: string]: string | Params };

/** A refusal in Stripe's words. `executed` says whether work had begun, after which a key remembers the answer. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly executed: boolean;
  constructor(status: number, message: string, more: RefusalDetails = {}) {
    super(message);
    this.name = 'StripeRefusal';
    this.status = status;
    this.type = more.type ?? 'invalid_request_error';
    this.code = more.code;
    this.param = more.param;
    this.executed = more.executed ?? false;
  }
}

export interface RefusalDetails {
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  readonly executed?: boolean;
}

export const errorBody = (refusal: Pick<StripeRefusal, 'message' | 'type' | 'code' | 'param'>): string =>
  bodyOf({
    error: {
      ...(refusal.code === undefined ? {} : { code: refusal.code }),
      message: refusal.message,
      ...(refusal.param === undefined ? {} : { param: refusal.param }),
      type: refusal.type,
    },
  });

export const bodyOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** `metadata[a]=b&expand[0]=c` as nested parameters, without any prototype to pollute. */
export function decodeForm(text: string): Params {
  const root = Object.create(null) as Record<string, string | Params>;
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [name.split('[', 1)[0] ?? '', ...[...name.matchAll(/\[([^\]]*)\]/g)].map((part) => part[1] ?? '')];
    const last = path.pop();
    if (last === undefined) continue;
    let at = root;
    for (const part of path) {
      const next = at[part];
      const inner = (typeof next === 'object' ? next : Object.create(null)) as Record<string, string | Params>;
      at[part] = inner;
      at = inner;
    }
    at[last] = value;
  }
  return root;
}

/** An upload as the form that it would be, its file in base64: two uploads of the same are then the same for a key. */
export function formOfUpload(latin1: string): string {
  const form = new URLSearchParams();
  for (const { name, fileName, bytes } of partsOfUpload(latin1)) {
    form.set(name, bytes.toString(fileName === null ? 'latin1' : 'base64'));
    if (fileName !== null) form.set(`${name}_name`, fileName);
  }
  return form.toString();
}

/** Stripe refuses what it does not know, so that a misspelt parameter is never silently ignored. */
export function allowOnly(params: Params, names: readonly string[]): void {
  for (const name of Object.keys(params))
    if (!names.includes(name))
      throw new StripeRefusal(400, `Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name });
}

export function textParam(params: Params, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string')
    throw new StripeRefusal(400, `Invalid string: ${name}`, { code: 'parameter_invalid_string', param: name });
  return value;
}

/** `expand[0]=a&expand[1]=b` as its texts. */
export function listParam(params: Params, name: string): readonly string[] {
  const given = params[name];
  if (typeof given === 'string')
    throw new StripeRefusal(400, 'Invalid array', { code: 'parameter_invalid', param: name });
  return Object.values(given ?? {}).filter((text) => typeof text === 'string');
}

export function requiredText(params: Params, name: string): string {
  const value = textParam(params, name);
  if (value === undefined)
    throw new StripeRefusal(400, `Missing required param: ${name}.`, { code: 'parameter_missing', param: name });
  return value;
}

/** Stripe's filter by creation: `created[gte]`, `created[lt]`, in seconds. */
export function createdIn(params: Params): (created: number) => boolean {
  const given = params['created'];
  if (given === undefined) return () => true;
  if (typeof given !== 'object')
    throw new StripeRefusal(400, 'Invalid object', { code: 'parameter_invalid', param: 'created' });
  allowOnly(given, ['gte', 'lt']);
  const from = amountParam(given, 'gte') ?? 0;
  const until = amountParam(given, 'lt') ?? Number.MAX_SAFE_INTEGER;
  return (created) => from <= created && created < until;
}

/** A positive amount in minor units, or nothing where the parameter is absent (R9: zero is not absent). */
export function amountParam(params: Params, name: string): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^-?\d+$/.test(value) || !Number.isSafeInteger(Number(value)))
    throw new StripeRefusal(400, `Invalid integer: ${name}`, {
      code: value === '' ? 'parameter_invalid_empty' : 'parameter_invalid_integer',
      param: name,
    });
  if (Number(value) < 1)
    throw new StripeRefusal(400, 'This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: name,
    });
  return Number(value);
}

export function metadataParam(params: Params): Readonly<Record<string, string>> {
  const value = params.metadata;
  if (value === undefined || value === '') return {};
  const entries = typeof value === 'object' ? Object.entries(value) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (typeof value === 'string' || texts.length !== entries.length)
    throw new StripeRefusal(400, 'Invalid object: metadata', { code: 'parameter_invalid', param: 'metadata' });
  return Object.fromEntries(texts);
}

/** One page of a list, newest first, as Stripe's cursors walk it. */
export function listPage<Row extends { readonly id: string }>(
  url: string,
  oldestFirst: readonly Row[],
  params: Params,
) {
  const limit = Math.min(amountParam(params, 'limit') ?? 10, 100);
  const rows = [...oldestFirst].reverse();
  const after = textParam(params, 'starting_after');
  const from = after === undefined ? 0 : rows.findIndex((row) => row.id === after) + 1;
  if (after !== undefined && from === 0)
    throw new StripeRefusal(400, `No such object: '${after}'`, { code: 'resource_missing', param: 'starting_after' });
  return {
    object: 'list' as const,
    data: rows.slice(from, from + limit),
    has_more: rows.length > from + limit,
    url,
  };
}
