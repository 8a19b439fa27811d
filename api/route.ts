/**
 * The declarative route: one operation, how its target is found, and one handler. Its kind follows from what the contract
 * says of the operation: a read, a stream of events, a direct write (one transaction), a delivered write (kept, then taken
 * by a workflow), an upload.
 */

import type { BodyOf, OperationSpec, ParamsOf, QueryOf } from '../contract/operation.ts';
import type { Refusal } from '../domain/errors.ts';
import type { DisputeId, InputId, OrderId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { FeedListener, FeedSubscription } from './feed.ts';
import type { TicketTarget } from './ports.ts';
import type { Principal, Viewer } from './principal.ts';
import type { Doing, Transactor } from './transactor.ts';
import type { UploadView } from './upload-view.ts';

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

/** A file at once, or a piece at a time where it may be long. */
export type FileAnswer = {
  readonly contentType: string;
  readonly fileName: string;
} & ({ readonly bytes: Buffer } | { readonly pieces: AsyncIterable<string | Uint8Array> });

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
  readonly disputeId?: DisputeId;
  /** The order that it is about, where it is of no ticket. */
  readonly orderId?: OrderId;
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

/** What a prepared input is for. */
export type Prepared = { readonly ticketId: TicketId } | { readonly disputeId: DisputeId };

export type Handling<Spec extends OperationSpec> =
  | { readonly kind: 'read'; handle(context: Context<Spec>): Promise<ReadAnswer | Refusal> }
  | {
      readonly kind: 'stream';
      /** Tells the listener what happens from now on; `after` is where an earlier stream ended. */
      open(after: string | null, listener: FeedListener, context: Context<Spec>): Promise<FeedSubscription | Refusal>;
    }
  | {
      readonly kind: 'direct';
      aim?(context: Context<Spec>): Promise<Target | Refusal>;
      /** As much of the body as makes it the same request; all of it unless told. */
      identifies?(body: BodyOf<Spec>): object;
      /** What is kept in place of the body, where keeping all of it would keep what is about others. */
      keeps?(body: BodyOf<Spec>): object;
      /** The answer's body. A refusal undoes what was written, and is stored as the answer. */
      apply(context: WriteContext<Spec>, trx: Transactor): Promise<{ readonly body: unknown } | Refusal>;
    }
  | {
      readonly kind: 'delivered';
      aim?(context: Context<Spec>): Promise<Target | Refusal>;
      /** What must stand in Postgres before the workflow hears of it, such as a new ticket; makes the input due itself. */
      prepare?(context: WriteContext<Spec>, trx: Transactor): Promise<Prepared | Refusal>;
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
      readonly kind: 'rows';
      /** Takes a file in transactions of its own, each of which may be taken again. */
      take(context: Context<Spec> & { readonly bytes: Buffer }): Promise<{ readonly body: unknown } | Refusal>;
    }
  | {
      readonly kind: 'upload';
      handle(
        context: Context<Spec> & { readonly offset: number; readonly bytes: Buffer },
      ): Promise<Pick<UploadView, 'offset' | 'refusedMembers'> | Refusal>;
    };

export interface Route<Spec extends OperationSpec = OperationSpec> {
  readonly operation: Spec;
  readonly handling: Handling<Spec>;
}

/** Binds an operation to its handling. What the contract's types proved is forgotten here, once, so routes fit one list. */
export const route = <const Spec extends OperationSpec>(operation: Spec, handling: Handling<NoInfer<Spec>>): Route =>
  ({ operation, handling }) as unknown as Route;
