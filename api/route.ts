/**
 * The declarative route: one operation, how its target is found, and one handler. Three kinds, by what the contract
 * says of the operation: a read, a direct write (one transaction), a delivered write (kept, then taken by a workflow).
 */

import type { BodyOf, OperationSpec, ParamsOf, QueryOf } from '../contract/operation.ts';
import type { Refusal } from '../domain/errors.ts';
import type { InputId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Doing, TicketTarget, Transactor } from './ports.ts';
import type { Principal, Viewer } from './principal.ts';

export interface Context<Spec extends OperationSpec> {
  readonly principal: Principal;
  readonly viewer: Viewer;
  readonly params: ParamsOf<Spec>;
  readonly query: QueryOf<Spec>;
  /** Masked already. */
  readonly body: BodyOf<Spec>;
  readonly at: Date;
  readonly requestId: string;
}

/** A customer's data that an answer shows. */
export interface Seen {
  readonly subjectId: SubjectId | null;
  readonly ticketId: TicketId | null;
}

export interface FileAnswer {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly fileName: string;
}

export interface ReadAnswer {
  readonly body: unknown;
  readonly file?: FileAnswer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly seen?: readonly Seen[];
}

/** What a write is aimed at; found, and judged to be the principal's to touch, before anything is kept. */
export interface Target {
  readonly ticket: TicketTarget | null;
  readonly ticketId: TicketId | null;
  readonly payoutId: PayoutId | null;
  /** What the address names besides, kept with the body: a step reads the kept input alone. */
  readonly kept?: Readonly<Record<string, string>>;
}

export const noTarget: Target = { ticket: null, ticketId: null, payoutId: null };

/** Let in on the condition that what it was let in by is settled with it, in the transaction that keeps it. */
export interface Admitted {
  settle(trx: Transactor): Promise<Refusal | null>;
}

export interface WriteContext<Spec extends OperationSpec> extends Context<Spec> {
  readonly inputId: InputId;
  readonly target: Target;
  readonly doing: Doing;
}

export type Handling<Spec extends OperationSpec> =
  | { readonly kind: 'read'; handle(context: Context<Spec>): Promise<ReadAnswer | Refusal> }
  | {
      readonly kind: 'direct';
      aim?(context: Context<Spec>): Promise<Target | Refusal>;
      /** The answer's body. A refusal undoes what was written, and is stored as the answer. */
      apply(context: WriteContext<Spec>, trx: Transactor): Promise<{ readonly body: unknown } | Refusal>;
    }
  | {
      readonly kind: 'delivered';
      aim?(context: Context<Spec>): Promise<Target | Refusal>;
      /** What must stand in Postgres before the workflow hears of it, such as a new ticket; makes the input due itself. */
      prepare?(context: WriteContext<Spec>, trx: Transactor): Promise<{ readonly ticketId: TicketId } | Refusal>;
      /** What a new request must pass before anything of it is kept, whose answer may be another one a moment later. */
      admit?(context: Context<Spec>): Promise<Admitted | Refusal | null>;
      /** As much of the body as makes it the same request; all of it unless told. */
      identifies?(body: BodyOf<Spec>): object;
      /** As much of the body as is kept; all of it unless told. What is left out is the handling's own to keep. */
      keeps?(body: BodyOf<Spec>): object;
      /** The fresh answer, once the workflow has taken the input; also for 202 where the contract says so. */
      present(context: Context<Spec>, target: Target): Promise<{ readonly body: unknown } | Refusal>;
    }
  | {
      readonly kind: 'upload';
      handle(
        context: Context<Spec> & { readonly offset: number; readonly bytes: Buffer },
      ): Promise<{ readonly offset: number } | Refusal>;
    };

export interface Route<Spec extends OperationSpec = OperationSpec> {
  readonly operation: Spec;
  readonly handling: Handling<Spec>;
}

/** Binds an operation to its handling. What the contract's types proved is forgotten here, once, so routes fit one list. */
export const route = <const Spec extends OperationSpec>(operation: Spec, handling: Handling<NoInfer<Spec>>): Route =>
  ({ operation, handling }) as unknown as Route;
