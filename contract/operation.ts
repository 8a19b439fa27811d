/**
 * What one operation of the API is: address, request, answers, and what kind of write it makes. The door validates by
 * it, OpenAPI is printed from it and clients are typed by it; it never holds code of the server.
 */

import type { z } from 'zod';

export type Method = 'get' | 'post' | 'put' | 'patch';

/**
 * `direct`: done in one transaction. `delivered`: kept, then taken by the ticket's workflow. `upload`: bytes by offset.
 * `rows`: a transaction for each row of a file.
 */
export type WriteKind = 'direct' | 'delivered' | 'upload' | 'rows';

export type Tag =
  | 'tickets'
  | 'evidence'
  | 'messages'
  | 'reviews'
  | 'holds'
  | 'decisions'
  | 'orders'
  | 'incidents'
  | 'payouts'
  | 'disputes'
  | 'ledger'
  | 'policy'
  | 'inputs'
  | 'account';

export interface OperationSpec {
  readonly id: string;
  readonly method: Method;
  /** In OpenAPI's form: `/v1/tickets/{ticketId}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: Tag;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** `bytes` or `csv` for a raw body instead of JSON. */
  readonly body?: z.ZodType | 'bytes' | 'csv';
  /** Schema per status; `bytes` for a file, `null` for an empty answer. */
  readonly answers: Readonly<Record<number, z.ZodType | 'bytes' | null>>;
  readonly writes?: WriteKind;
  /** Answers with a stream of events, each of which is as the answer's schema says. */
  readonly streams?: true;
  /** Marks what shows a customer's data, so that a staff member's look at it is recorded (PV-1.2). */
  readonly reads?: 'customer-data';
}

/** Keeps the literal types of a specification, so that handlers and clients are typed by it. */
export const operation = <const Spec extends OperationSpec>(spec: Spec): Spec => spec;

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<string, never>;

/** What a handler gets of the address, the query and the body, parsed. */
export type ParamsOf<Spec extends OperationSpec> = Output<Spec['params']>;
export type QueryOf<Spec extends OperationSpec> = Output<Spec['query']>;
export type BodyOf<Spec extends OperationSpec> = Spec['body'] extends z.ZodType ? z.output<Spec['body']> : undefined;

/** What a client sends, and the JSON that it may get. */
export type RequestBodyOf<Spec extends OperationSpec> = Spec['body'] extends z.ZodType
  ? z.input<Spec['body']>
  : undefined;
export type AnswerOf<Spec extends OperationSpec> = {
  [Status in keyof Spec['answers']]: Spec['answers'][Status] extends z.ZodType
    ? z.output<Spec['answers'][Status]>
    : never;
}[keyof Spec['answers']];

/** The status of a write that has taken effect. */
export const doneStatus = (spec: OperationSpec): number => {
  const status = Object.keys(spec.answers)
    .map(Number)
    .find((code) => code !== 202);
  if (status === undefined) throw new Error(`${spec.id} declares no answer`);
  return status;
};
