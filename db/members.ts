/** Accounts and their members: for whom a person acts, and the account that an order's buyer owns. */

import { z } from 'zod';
import type { AccountId, SubjectId } from '../domain/ids.ts';
import { type PolicyLanguage, policyLanguages } from '../domain/policy.ts';
import { type MemberRight, memberRights } from '../domain/role.ts';
import type { Queryable, Transaction } from './database.ts';
import { id, readRow, readRows } from './row.ts';

export interface Membership {
  readonly accountId: AccountId;
  readonly rights: MemberRight;
}

const memberSchema = z.object({ account_id: id<AccountId>(), rights: z.enum(memberRights) });

export async function readMemberships(db: Queryable, personId: SubjectId): Promise<Membership[]> {
  const rows: unknown[] = await db('account_members').where({ person_id: personId }).orderBy('account_id');
  return readRows('account member', memberSchema, rows).map((row) => ({
    accountId: row.account_id,
    rights: row.rights,
  }));
}

export async function readName(db: Queryable, personId: SubjectId): Promise<string | null> {
  const row: unknown = await db('people').where({ id: personId }).first('name');
  return row === undefined ? null : readRow('person', z.object({ name: z.string() }), row).name;
}

/** The language in which the desk speaks to someone: their own where it has words in it. */
export async function readLanguage(db: Queryable, personId: SubjectId): Promise<PolicyLanguage> {
  const row: unknown = await db('people').where({ id: personId }).first('locale');
  const { locale } = readRow('person', z.object({ locale: z.string() }), row);
  return policyLanguages.find((language) => locale.startsWith(language)) ?? 'en';
}

const ownerSchema = z.object({ account_id: id<AccountId>(), person_id: id<SubjectId>() });

/**
 * The account and the person behind an order, made where the shop names them for the first time. Who is a member keeps
 * the rights they have; the first buyer owns the account.
 */
export async function ensureBuyer(
  trx: Transaction,
  buyer: { accountRef: string; email: string; at: Date },
): Promise<{ accountId: AccountId; subjectId: SubjectId }> {
  // The empty update makes a row that exists already come back, and waits for the one who is making it.
  const made = await trx.raw<{ rows: unknown[] }>(
    `with person as (
       insert into people (email, role, created_at, updated_at) values (:email, 'customer', :at, :at)
       on conflict (email) do update set email = excluded.email returning id
     ), account as (
       insert into accounts (ref, created_at) values (:ref, :at)
       on conflict (ref) do update set ref = excluded.ref returning id
     ), member as (
       insert into account_members (account_id, person_id, rights) select account.id, person.id, 'owner' from account, person
       on conflict do nothing
     ), channel as (
       insert into contact_channels (person_id, kind, address, created_at) select id, 'email', :email, :at from person
       on conflict do nothing
     )
     select account.id as account_id, person.id as person_id from account, person`,
    { email: buyer.email.toLowerCase(), ref: buyer.accountRef, at: buyer.at },
  );
  const row = readRow('buyer', ownerSchema, made.rows[0]);
  return { accountId: row.account_id, subjectId: row.person_id };
}
