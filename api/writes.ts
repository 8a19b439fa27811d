/**
 * Writes, kept before they are acted on and acted on once: the same key and request give the same answer for ever,
 * refusals included; another request under the key is refused. A fault rolls all back, so the key stays free.
 */

import { doneStatus } from '../contract/operation.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { Delivery, Inputs, KeptInput, Transactor } from './ports.ts';
import type { DoorRefusal } from './problem.ts';
import { problemOf } from './problem.ts';
import { hashRequest } from './request-hash.ts';
import type { Context, Handling, Route, Target, WriteContext } from './route.ts';
import { noTarget } from './route.ts';

type Write = Extract<Handling<Route['operation']>, { kind: 'direct' | 'delivered' }>;
type Delivered = Extract<Write, { kind: 'delivered' }>;
type AnyContext = Context<Route['operation']>;

export interface WriteOutcome {
  readonly status: number;
  /** JSON text, so that a repeated answer is the same byte for byte. */
  readonly body: string;
  readonly location?: string;
  readonly replayed?: boolean;
}

export interface WriteParts {
  readonly database: Transactor;
  readonly inputs: Inputs;
  readonly delivery: Delivery;
  /** How long an answer waits for the workflow before it says 202. */
  readonly waitMs: number;
}

export type RunWrite = (
  operation: Route['operation'],
  handling: Write,
  context: AnyContext,
  key: string,
) => Promise<WriteOutcome | DoorRefusal>;

interface Answer {
  readonly status: number;
  readonly body: string;
}

const answerOfRefusal = (refusal: Refusal, requestId: string): Answer => {
  const problem = problemOf(refusal, requestId);
  return { status: problem.status, body: JSON.stringify(problem) };
};

/** Undoes what a refused handler wrote, while its input row stays. */
class RolledBack extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.refused);
    this.refusal = refusal;
  }
}

async function inSavepoint<Result>(
  trx: Transactor,
  work: (inner: Transactor) => Promise<Result | Refusal>,
): Promise<Result | Refusal> {
  try {
    return await trx.transaction(async (inner) => {
      const result = await work(inner);
      if (isRefusal(result)) throw new RolledBack(result);
      return result;
    });
  } catch (fault) {
    if (fault instanceof RolledBack) return fault.refusal;
    throw fault;
  }
}

export function createWrites(parts: WriteParts): RunWrite {
  const { database, inputs, delivery, waitMs } = parts;

  const store = (input: KeptInput, answer: Answer): Promise<void> =>
    database.transaction((trx) => inputs.answer(trx, input.id, answer));

  /** What a delivered input answers: its outcome once known, else that it is kept. */
  async function conclude(
    operation: Route['operation'],
    handling: Delivered,
    context: AnyContext,
    input: KeptInput,
    target: Target,
  ): Promise<WriteOutcome> {
    const outcome =
      input.delivery === 'refused' && input.refusal
        ? { state: 'refused' as const, refusal: input.refusal }
        : input.delivery === 'applied'
          ? { state: 'applied' as const }
          : await delivery.deliver(input.id, waitMs);
    const location = `/v1/inputs/${input.id}`;
    if (outcome.state === 'refused') {
      const answer = answerOfRefusal(outcome.refusal, context.requestId);
      await store(input, answer);
      return answer;
    }
    const kept = outcome.state === 'kept';
    if (kept && !(202 in operation.answers)) {
      return { status: 202, body: JSON.stringify({ inputId: input.id, state: 'kept' }), location };
    }
    const presented = await handling.present(context, target);
    if (isRefusal(presented)) throw new Error(`${operation.id} took effect but cannot be presented`);
    const body = JSON.stringify(presented.body);
    if (kept) return { status: 202, body, location };
    const answer = { status: doneStatus(operation), body };
    await store(input, answer);
    return answer;
  }

  /** Does a new input's work inside the transaction that keeps it; the answer of what is finished is stored with it. */
  async function begin(
    operation: Route['operation'],
    handling: Write,
    context: WriteContext<Route['operation']>,
    trx: Transactor,
  ): Promise<{ answer: Answer } | { target: Target }> {
    if (handling.kind === 'direct') {
      const done = await inSavepoint(trx, (inner) => handling.apply(context, inner));
      const answer = isRefusal(done)
        ? answerOfRefusal(done, context.requestId)
        : { status: doneStatus(operation), body: JSON.stringify(done.body) };
      await inputs.answer(trx, context.inputId, answer);
      return { answer };
    }
    const { prepare } = handling;
    if (!prepare) return { target: context.target };
    const prepared = await inSavepoint(trx, (inner) => prepare(context, inner));
    if (isRefusal(prepared)) {
      const answer = answerOfRefusal(prepared, context.requestId);
      await inputs.answer(trx, context.inputId, answer);
      return { answer };
    }
    return { target: { ...noTarget, ticketId: prepared.ticketId } };
  }

  return async (operation, handling, context, key) => {
    const target = handling.aim ? await handling.aim(context) : noTarget;
    if (isRefusal(target)) return target;
    const { principal, params, body, at } = context;
    const kept = await database.transaction(async (trx) => {
      const { kind, input } = await inputs.keep(trx, {
        source: 'api',
        scope: principal.subjectId,
        key,
        operation: operation.id,
        requestHash: hashRequest({ operation: operation.id, path: params, body }),
        subjectId: principal.subjectId,
        ticketId: target.ticketId,
        payoutId: target.payoutId,
        body,
        at,
        delivery: handling.kind === 'delivered' && !handling.prepare ? 'due' : 'none',
      });
      if (kind !== 'new') return { kind, input };
      const doing = { inputId: input.id, by: { id: principal.subjectId, role: principal.role }, at };
      const begun = await begin(operation, handling, { ...context, inputId: input.id, target, doing }, trx);
      return { kind, input, begun };
    });
    if (kept.kind === 'reused') return { refused: 'idempotency-key-reused' };
    const { input } = kept;
    if (kept.begun && 'answer' in kept.begun) return kept.begun.answer;
    if (input.answer_status !== null && input.answer_body !== null) {
      return { status: input.answer_status, body: input.answer_body, replayed: true };
    }
    if (handling.kind === 'direct') throw new Error(`${operation.id} was kept without its answer`);
    const aimed = kept.begun?.target ?? { ...target, ticketId: input.ticket_id, payoutId: input.payout_id };
    return conclude(operation, handling, context, input, aimed);
  };
}
