/** Who asks: a person or a shop's system, with their role, and for a customer the accounts they act for. */

import type { AccountId, SubjectId } from '../domain/ids.ts';
import { type MemberRight, type Role, staffRoles } from '../domain/role.ts';

export interface Membership {
  readonly accountId: AccountId;
  readonly rights: MemberRight;
}

/** What sign-in or an API key proves. */
export interface Identity {
  readonly subjectId: SubjectId;
  readonly role: Role;
  readonly via: 'session' | 'apiKey';
}

export interface Principal extends Identity {
  /** Empty for all but customers. */
  readonly accounts: readonly Membership[];
}

/** Whose rows someone may see; stores scope every read by it, so that what is not theirs is not found. */
export type Viewer =
  | { readonly kind: 'staff'; readonly subjectId: SubjectId }
  | { readonly kind: 'customer'; readonly subjectId: SubjectId; readonly accountIds: readonly AccountId[] };

export const isStaff = (role: Role): boolean => staffRoles.includes(role);

export const viewerOf = (principal: Principal): Viewer =>
  isStaff(principal.role)
    ? { kind: 'staff', subjectId: principal.subjectId }
    : {
        kind: 'customer',
        subjectId: principal.subjectId,
        accountIds: principal.accounts.map((membership) => membership.accountId),
      };

/** PK-3.1: viewers look, owners and requesters ask. */
export const mayAsk = (principal: Principal, accountId: AccountId): boolean =>
  principal.accounts.some((membership) => membership.accountId === accountId && membership.rights !== 'viewer');

export const accountsToAskFor = (principal: Principal): AccountId[] =>
  principal.accounts.filter((membership) => membership.rights !== 'viewer').map((membership) => membership.accountId);
