/** What the door needs to keep staff from claims of their own, and to report how they decide. */

import type { ConductCounts, ConductPair, ConductRelease, ConductValue } from '../domain/conduct.ts';
import type { Refusal } from '../domain/errors.ts';
import type { OrderId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';
import type { Tie, TieKind } from '../domain/staff-tie.ts';
import type { Transactor } from './transactor.ts';
import type { ColleagueView } from './views.ts';

export interface StaffTieView {
  readonly id: string;
  readonly kind: TieKind;
  readonly holds: boolean;
  readonly declaredAt: Date;
  readonly declaredBy: ColleagueView;
  readonly endedAt: Date | null;
}

interface Done {
  readonly personId: string;
  readonly by: SubjectId;
  readonly at: Date;
}

export interface StaffTies {
  /** What the one who asks may not handle, since the account of the ticket or order shares an address or an instrument with them. */
  refuse(by: { readonly id: SubjectId; readonly role: Role }, claimId: TicketId | OrderId): Promise<Refusal | null>;
  /** Which of the tickets and orders are of accounts that the person is tied to. */
  findOwn(
    personId: SubjectId,
    claimIds: readonly (TicketId | OrderId)[],
    trx?: Transactor,
  ): Promise<ReadonlySet<string>>;
  /** `null` where there is no such member of staff. */
  list(personId: string, trx?: Transactor): Promise<readonly StaffTieView[] | null>;
  declare(trx: Transactor, given: Done & Tie): Promise<Refusal | null>;
  end(trx: Transactor, given: Done & { readonly tieId: string; readonly ground: string }): Promise<Refusal | null>;
  /** Stands for the value in what is kept of a request. */
  markOf(tie: Tie): string;
}

export interface ConductView {
  readonly people: readonly (ConductCounts & { readonly name: string })[];
  readonly values: readonly ConductValue[];
  readonly pairs: readonly (ConductPair & { readonly deciderName: string; readonly confirmerName: string })[];
  readonly releases: readonly (ConductRelease & { readonly deciderName: string; readonly approverName: string })[];
}

export interface Conduct {
  read(span: { readonly from: Date; readonly until: Date }): Promise<ConductView>;
}
