/**
 * The switches by which tests and people break a sandbox on purpose. Kept in memory only: a restarted sandbox is in
 * good health. Each switch acts on the next calls that fit it, oldest switch first, one switch a call.
 */

import { z } from 'zod';

const ms = z.number().int().min(0).max(86_400_000);
/** How often it acts; 0 for ever, until it is taken away. */
export const times = z.number().int().min(0).max(100_000).default(1);
/** Beginning of the path it acts on, and the method; absent: all of the provider's API. */
const aim = {
  times,
  path: z
    .string()
    .regex(/^\/v[12]\//)
    .optional(),
  method: z.enum(['GET', 'POST']).optional(),
};

export const requestFaultSchemas = [
  /** Waits before the work (the key is held meanwhile) or between work and answer. */
  z.strictObject({ kind: z.literal('slow'), ...aim, ms, when: z.enum(['before', 'after']).default('before') }),
  /** Answers with an error; `worked`: after doing the work all the same; `saved`: the key remembers the error. */
  z.strictObject({
    kind: z.literal('fail'),
    ...aim,
    status: z.number().int().min(400).max(599).default(500),
    code: z.string().optional(),
    worked: z.boolean().default(false),
    saved: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('rate-limit'), ...aim, retryAfterSeconds: z.number().int().positive().optional() }),
  /** Does the work, then closes the connection without a word. */
  z.strictObject({ kind: z.literal('lose-answer'), ...aim }),
  /** Closes the connection before any work. */
  z.strictObject({ kind: z.literal('reset'), ...aim }),
  /** Half of the JSON under status 200; `cut`: the connection closes in the middle of the announced body. */
  z.strictObject({ kind: z.literal('truncate'), ...aim, cut: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('html'), ...aim, worked: z.boolean().default(true) }),
  /** Never answers, until the client gives up. */
  z.strictObject({ kind: z.literal('hang'), ...aim, worked: z.boolean().default(true) }),
] as const;

/** By the event's type, where one is named. */
const webhookAim = { times, type: z.string().optional() };

export const webhookFaultSchemas = [
  z.strictObject({ kind: z.literal('webhook-duplicate'), ...webhookAim, copies: z.number().int().min(2).max(20) }),
  /** Holds so many events and then sends them newest first. */
  z.strictObject({ kind: z.literal('webhook-reorder'), ...webhookAim, hold: z.number().int().min(2).max(100) }),
  /** Keeps events back until the switches are taken away. */
  z.strictObject({ kind: z.literal('webhook-withhold'), ...webhookAim }),
  z.strictObject({ kind: z.literal('webhook-delay'), ...webhookAim, ms }),
] as const;

export type WebhookFault = z.output<(typeof webhookFaultSchemas)[number]>;

export const isWebhookFault = (fault: { readonly kind: string }): fault is WebhookFault =>
  fault.kind.startsWith('webhook-');

export type RequestFault = z.output<(typeof requestFaultSchemas)[number]>;

const requestKinds: readonly string[] = requestFaultSchemas.map(({ shape }) => shape.kind.value);

export const isRequestFault = (fault: { readonly kind: string }): fault is RequestFault =>
  requestKinds.includes(fault.kind);

export const fits = (fault: RequestFault, method: string, path: string): boolean =>
  (fault.method === undefined || fault.method === method) && (fault.path === undefined || path.startsWith(fault.path));

/** Whether the work is left undone, though the answer may look as if it was done. */
export const leavesUndone = (fault: RequestFault | undefined): boolean =>
  (fault?.kind === 'html' || fault?.kind === 'hang') && !fault.worked;

export interface Switches<Fault> {
  /** A batch counts for one of its `times`. */
  add(fault: Fault, batch?: number): void;
  list(): readonly Fault[];
  clear(): void;
  /** How often each kind has acted since the sandbox's start. */
  acted(): Readonly<Record<string, number>>;
  /** The oldest that fits, used up by one. */
  take<Kind extends Fault>(fits: (fault: Fault) => fault is Kind): Kind | undefined;
}

export function createSwitches<Fault extends { readonly kind: string; readonly times: number }>(): Switches<Fault> {
  let armed: { readonly fault: Fault; left: number }[] = [];
  const acted: Record<string, number> = {};
  return {
    add(fault, batch = 1) {
      armed.push({ fault, left: fault.times === 0 ? Number.POSITIVE_INFINITY : fault.times * batch });
    },
    list: () => armed.map(({ fault }) => fault),
    clear() {
      armed = [];
    },
    acted: () => ({ ...acted }),
    take<Kind extends Fault>(isFit: (fault: Fault) => fault is Kind): Kind | undefined {
      for (const entry of armed) {
        if (!isFit(entry.fault)) continue;
        entry.left -= 1;
        acted[entry.fault.kind] = (acted[entry.fault.kind] ?? 0) + 1;
        armed = armed.filter(({ left }) => left > 0);
        return entry.fault;
      }
      return undefined;
    },
  };
}

/** How the next refund begins, by a switch of the provider's own. */
interface OutcomeFault {
  readonly kind: 'refund-outcome';
  readonly times: number;
}

export interface ProviderFaults<Outcome extends OutcomeFault> {
  add(fault: RequestFault | WebhookFault | Outcome): void;
  list(): readonly (RequestFault | WebhookFault | Outcome)[];
  clear(): void;
  acted(): Readonly<Record<string, number>>;
  forRequest(method: string, path: string): RequestFault | undefined;
  forWebhook(type: string): WebhookFault | undefined;
  forRefund(): Omit<Outcome, 'kind' | 'times'> | undefined;
}

/** The switches of a provider with webhooks; `mayBreak` keeps some requests from those that do not name them. */
export function createProviderFaults<Outcome extends OutcomeFault>(
  mayBreak: (fault: RequestFault, path: string) => boolean = () => true,
): ProviderFaults<Outcome> {
  const { add, list, clear, acted, take } = createSwitches<RequestFault | WebhookFault | Outcome>();
  return {
    // A reordering acts on a batch of events each time.
    add: (fault) => add(fault, isWebhookFault(fault) && fault.kind === 'webhook-reorder' ? fault.hold : 1),
    list,
    clear,
    acted,
    forRequest: (method, path) =>
      take(
        (fault): fault is RequestFault => isRequestFault(fault) && fits(fault, method, path) && mayBreak(fault, path),
      ),
    forWebhook: (type) =>
      take((fault): fault is WebhookFault => isWebhookFault(fault) && (fault.type ?? type) === type),
    forRefund() {
      const fault = take((given): given is Outcome => given.kind === 'refund-outcome');
      if (!fault) return undefined;
      const { kind: _, times: __, ...outcome } = fault;
      return outcome;
    },
  };
}
