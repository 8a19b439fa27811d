/** What the door needs of the desk's own tests. */

import type { Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import type { ProbesView } from '../domain/probe-view.ts';
import type { Transactor } from './transactor.ts';

export interface Probes {
  read(ticketId: TicketId): Promise<ProbesView>;
  /** Answers with how many attempts are left. */
  ask(trx: Transactor, given: { readonly ticketId: TicketId; readonly at: Date }): Promise<number | Refusal>;
}
