/**
 * Writes, kept before they are acted on and acted on once: the same key and request give the same answer for ever,
 * refusals included; another request under the key is refused. A fault rolls all back, so the key stays free.
 */

import { doneStatus } from '../contract/operation.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { SubjectId } from '../domain/ids.ts';
import type { StaffTies } from './conduct-port.ts';
import type { Delivery, DeliveryOutcome, Inputs, KeptInput, Members } from './ports.ts';
import { type DoorRefusal, problemOf } from './problem.ts';
import { hashRequest } from './request-hash.ts';
import {
  type Admitted,
  type Context,
  type Handling,
  noTarget,
  type Route,
  type Target,
  type WriteContext,
} from './route.ts';
import { inSavepoint } from './savepoint.ts';
import type { Transactor } from './transactor.ts';

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
  readonly members: Pick<Members, 'nameOf'>;
  readonly staffTies: Pick<StaffTies, 'refuse'>;
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

export const createWrites =
  (parts: WriteParts): RunWrite =>
  async (operation, handling, context, key) => {
    const target = handling.aim ? await handling.aim(context) : noTarget;
    if (isRefusal(target)) return target;
    const own = await ownClaim(parts, target, context, key);
    if (own) return own;
    const admitted = await admit(parts, handling, context, key);
    if (isRefusal(admitted)) return admitted;
    const kept = await inSavepoint(parts.database, (trx) =>
      keep(parts, { operation, handling, context, key, target, admitted }, trx),
    );
    if (isRefusal(kept)) return kept;
    if (kept.kind === 'reused') return { refused: 'idempotency-key-reused' };
    const { input } = kept;
    if (kept.begun && 'answer' in kept.begun) return kept.begun.answer;
    if (input.answer_status !== null && input.answer_body !== null) {
      return { status: input.answer_status, body: input.answer_body, replayed: true };
    }
    if (handling.kind === 'direct') throw new Error(`${operation.id} was kept without its answer`);
    const aimed = kept.begun?.target ?? { ...target, ticketId: input.ticket_id, payoutId: input.payout_id };
    return conclude(parts, { operation, handling, context, input, target: aimed });
  };

/** Nobody handles a claim that they are tied to; asked of new requests only, and again by the step. */
async function ownClaim(
  { inputs, staffTies }: WriteParts,
  { ticketId, orderId }: Target,
  { principal }: AnyContext,
  key: string,
): Promise<Refusal | null> {
  const claimId = ticketId ?? orderId;
  if (claimId === undefined) return null;
  const refusal = await staffTies.refuse({ id: principal.subjectId, role: principal.role }, claimId);
  return refusal && !(await inputs.isKept(principal.subjectId, key)) ? refusal : null;
}

/** Asked of new requests only: what was taken once answers as it did, whatever would be said of it now. */
async function admit(
  { inputs }: WriteParts,
  handling: Write,
  context: AnyContext,
  key: string,
): Promise<Admitted | Refusal | null> {
  if (handling.kind !== 'delivered' || !handling.admit) return null;
  const scope = context.principal.subjectId;
  if (await inputs.isKept(scope, key)) return null;
  const answer = await handling.admit(context);
  // A twin of the request may have been taken in the meantime.
  return isRefusal(answer) && (await inputs.isKept(scope, key)) ? null : answer;
}

interface Keeping {
  readonly operation: Route['operation'];
  readonly handling: Write;
  readonly context: AnyContext;
  readonly key: string;
  readonly target: Target;
  readonly admitted: Admitted | null;
}

type Begun = { readonly answer: Answer } | { readonly target: Target };

/** Keeps the input; a new one is begun in the same transaction, so that neither stands without the other. */
async function keep({ inputs }: WriteParts, given: Keeping, trx: Transactor) {
  const { operation, handling, context, target } = given;
  const { principal, params, body, at } = context;
  const identity = handling.identifies ? handling.identifies(body) : body;
  const kept = handling.keeps ? handling.keeps(body) : identity;
  const { kind, input } = await inputs.keep(trx, {
    source: 'api',
    scope: principal.subjectId,
    key: given.key,
    operation: operation.id,
    requestHash: hashRequest({ operation: operation.id, path: params, body: identity }),
    subjectId: principal.subjectId,
    ticketId: target.ticketId,
    payoutId: target.payoutId,
    body: target.kept ? Object.assign({}, kept, target.kept) : kept,
    at,
    delivery: handling.kind === 'delivered' && !handling.prepare ? 'due' : 'none',
  });
  if (kind !== 'new') return { kind, input };
  const refusal = await given.admitted?.settle(trx);
  if (refusal) return refusal;
  const doing = { inputId: input.id, by: { id: principal.subjectId, role: principal.role }, at };
  const writing = { ...context, inputId: input.id, target, doing };
  const begun = await begin(operation, handling, writing, trx);
  if ('answer' in begun) await inputs.answer(trx, input.id, begun.answer);
  return { kind, input, begun };
}

/** Does a new input's work; what is finished by it, refusals included, has its answer at once. */
async function begin(
  operation: Route['operation'],
  handling: Write,
  context: WriteContext<Route['operation']>,
  trx: Transactor,
): Promise<Begun> {
  if (handling.kind === 'direct') {
    const done = await inSavepoint(trx, (inner) => handling.apply(context, inner));
    if (isRefusal(done)) return { answer: answerOfRefusal(done, context.requestId) };
    return { answer: { status: doneStatus(operation), body: JSON.stringify(done.body) } };
  }
  const { prepare } = handling;
  if (!prepare) return { target: context.target };
  const prepared = await inSavepoint(trx, (inner) => prepare(context, inner));
  if (isRefusal(prepared)) return { answer: answerOfRefusal(prepared, context.requestId) };
  return { target: { ...context.target, ...prepared } };
}

/** Who lost to a colleague learns whom to ask: the workflow knows an id only. */
async function withNames(members: WriteParts['members'], refusal: Refusal): Promise<Refusal> {
  const decidedBy = refusal.facts?.['decidedBy'];
  if (typeof decidedBy !== 'string') return refusal;
  const name = await members.nameOf(decidedBy as SubjectId);
  return name === null ? refusal : { ...refusal, facts: { ...refusal.facts, decidedByName: name } };
}

interface Concluding {
  readonly operation: Route['operation'];
  readonly handling: Delivered;
  readonly context: AnyContext;
  readonly input: KeptInput;
  readonly target: Target;
}

/** What a delivered input answers: its outcome once known, else that it is kept. */
async function conclude(parts: WriteParts, given: Concluding): Promise<WriteOutcome> {
  const { operation, handling, context, input } = given;
  const outcome = knownOutcome(input) ?? (await parts.delivery.deliver(input.id, parts.waitMs));
  if (outcome.state === 'refused') {
    const refusal = await withNames(parts.members, outcome.refusal);
    return store(parts, input, answerOfRefusal(refusal, context.requestId));
  }
  const location = `/v1/inputs/${input.id}`;
  const kept = outcome.state === 'kept';
  if (kept && !(202 in operation.answers)) {
    return { status: 202, body: JSON.stringify({ inputId: input.id, state: 'kept' }), location };
  }
  const presented = await handling.present(context, given.target);
  if (isRefusal(presented)) throw new Error(`${operation.id} took effect but cannot be presented`);
  const body = JSON.stringify(presented.body);
  return kept ? { status: 202, body, location } : store(parts, input, { status: doneStatus(operation), body });
}

function knownOutcome(input: KeptInput): DeliveryOutcome | null {
  if (input.delivery === 'refused' && input.refusal) return { state: 'refused', refusal: input.refusal };
  return input.delivery === 'applied' ? { state: 'applied' } : null;
}

/** Stores the answer for ever. Of two who store at once the first one counts, and both give that one's. */
async function store({ database, inputs }: WriteParts, input: KeptInput, answer: Answer): Promise<Answer> {
  await database.transaction((trx) => inputs.answer(trx, input.id, answer));
  const stored = await inputs.read(input.id);
  if (stored === null || stored.answer_status === null || stored.answer_body === null) return answer;
  return { status: stored.answer_status, body: stored.answer_body };
}
