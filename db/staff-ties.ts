/**
 * Ties between staff and claims: what both are known to have, and what staff declared. An account's mail addresses count
 * as the shop told them; what a customer names by themselves counts once it is verified, since anyone may name a stranger's.
 */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, OrderId, SubjectId, TicketId } from '../domain/ids.ts';
import { type Role, staffRoles } from '../domain/role.ts';
import { normalisedTie, type Tie, type TieHash, type TieKind, tieKinds, tieName } from '../domain/staff-tie.ts';
import type { Queryable, Transaction } from './database.ts';
import { readInput, settleInput } from './inputs.ts';
import { id, instant, readRow, readRows } from './row.ts';

/** Of the people whose ids the SQL selects. */
const ofPeople = (people: string): string => `
  select 'email' as kind, normalised_email(email) as value from people where id in (${people})
  union select kind, case kind when 'email' then normalised_email(address) else address end
    from contact_channels where person_id in (${people}) and verified_at is not null`;

/** Of what paid for the account's orders, and where money of its tickets went otherwise. */
const ofAccounts = (accounts: string): string => `
  select 'instrument' as kind, instrument as value from orders join order_tenders on order_tenders.order_id = orders.id
    where orders.account_id in (${accounts}) and instrument is not null and method <> 'bank'
  union select 'bank_account', iban from orders join order_tenders on order_tenders.order_id = orders.id
    join bank_accounts on bank_accounts.id = case when method = 'bank' then instrument::uuid end
    where orders.account_id in (${accounts}) and iban is not null
  union select 'bank_account', payees.account from tickets as rerouted join payees on payees.ticket_id = rerouted.id
    where rerouted.account_id in (${accounts})`;

/** Whoever has the person's own mail address is the person. */
const selves = `select alike.id from people join people as alike on normalised_email(alike.email) = normalised_email(people.email)
  where people.id = :person`;
const ownAccounts = `select account_id from account_members where person_id in (${selves})`;
const membersOfClaim = `select person_id from account_members where account_id = claims.account_id union select claims.subject_id`;

/** A ticket, or the order itself: a dispute or a difference may be of one that nobody has a ticket of. */
export type ClaimId = TicketId | OrderId;

const claims = `
  select id, account_id, subject_id from tickets where id = any(:claims::uuid[])
  union all select id, account_id, subject_id from orders where id = any(:claims::uuid[])`;

const tiesQuery = `
  select (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value)), '[]')
      from (${ofPeople(selves)} union ${ofAccounts(ownAccounts)}) as own) as own,
    (select coalesce(jsonb_agg(encode(hash, 'hex')), '[]') from staff_ties
      where person_id = :person and ended_at is null) as declared,
    (select coalesce(jsonb_agg(jsonb_build_object('claimId', claims.id, 'kind', kind, 'value', value)), '[]')
      from (${claims}) as claims
        cross join lateral (${ofPeople(membersOfClaim)} union ${ofAccounts('select claims.account_id')}) as its) as theirs`;

const tieSchema = z.object({ kind: z.enum(tieKinds), value: z.string() });
const tiesSchema = z.object({
  own: z.array(tieSchema),
  declared: z.array(z.string()),
  theirs: z.array(tieSchema.extend({ claimId: id<ClaimId>() })),
});

/** Which of the claims are of accounts that the person is tied to: one statement, whatever their number. */
export async function findOwnClaims(
  db: Queryable,
  hash: TieHash | null,
  personId: SubjectId,
  claimIds: readonly ClaimId[],
): Promise<ReadonlySet<ClaimId>> {
  if (claimIds.length === 0) return new Set();
  const { rows } = await db.raw<{ rows: unknown[] }>(tiesQuery, { person: personId, claims: [...claimIds] });
  const { own, declared, theirs } = readRow('ties', tiesSchema, rows[0]);
  const known = new Set(own.map((tie) => tieName(normalisedTie(tie))));
  const hashes = new Set(declared);
  const isShared = (tie: Tie): boolean =>
    known.has(tieName(tie)) || (hash !== null && hashes.size > 0 && hashes.has(hash.of(tie).toString('hex')));
  return new Set(theirs.filter((tie) => isShared(normalisedTie(tie))).map(({ claimId }) => claimId));
}

/** The one rule: nobody of the staff handles a claim that they are tied to. */
export async function refuseOwnClaim(
  db: Queryable,
  hash: TieHash | null,
  by: { readonly id: SubjectId; readonly role: Role },
  claimId: ClaimId,
): Promise<Refusal | null> {
  if (!staffRoles.includes(by.role)) return null;
  const own = await findOwnClaims(db, hash, by.id, [claimId]);
  return own.size > 0 ? refuse('own-claim') : null;
}

/** The same where a step is about to be taken; what was taken before stands. */
export async function refuseStepOnOwnClaim(
  db: Queryable,
  hash: TieHash | null,
  message: {
    readonly ticketId: TicketId;
    readonly inputId: InputId;
    readonly by: { readonly id: SubjectId; readonly role: Role };
  },
  at: Date,
): Promise<Refusal | null> {
  const refusal = await refuseOwnClaim(db, hash, message.by, message.ticketId);
  return refusal && settledAs(db, message.inputId, refusal, at);
}

/** What was taken before stands, as it was answered. */
async function settledAs(db: Queryable, inputId: InputId, refusal: Refusal, at: Date): Promise<Refusal | null> {
  const input = await readInput(db, inputId);
  if (input?.recorded_at || input?.refusal) return input.refusal;
  await settleInput(db, inputId, at, refusal);
  return refusal;
}

/** Who decided or confirmed what the payout is of, and who sent it another way. */
const handlersQuery = `
  select distinct person from inputs join payouts on payouts.id = inputs.payout_id
    join grants on grants.id = payouts.grant_id join decisions on decisions.id = grants.decision_id
    left join payees on payees.id = payouts.payee_id
    cross join lateral (values (decisions.decided_by), (decisions.confirmed_by), (payouts.rerouted_by), (payees.verified_by))
      as handlers (person)
  where inputs.id = :input and person is not null`;

const handlerSchema = z.object({ person: id<SubjectId>() });

/**
 * Nobody releases what somebody handled who is tied to it by now: it was declared since, or the money goes to them. Declined,
 * it is decided anew by others.
 */
export async function refuseTiedRelease(
  db: Queryable,
  hash: TieHash | null,
  message: { readonly ticketId: TicketId; readonly inputId: InputId },
  at: Date,
): Promise<Refusal | null> {
  const { rows } = await db.raw<{ rows: unknown[] }>(handlersQuery, { input: message.inputId });
  for (const { person } of readRows('handler', handlerSchema, rows))
    if ((await findOwnClaims(db, hash, person, [message.ticketId])).size > 0)
      return settledAs(db, message.inputId, refuse('handler-tied'), at);
  return null;
}

const declaredSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(tieKinds),
    key_mark: z.string(),
    declared_at: instant,
    declarer_id: id<SubjectId>(),
    declarer_name: z.string(),
    ended_at: instant.nullable(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    keyMark: row.key_mark,
    declaredAt: row.declared_at,
    declaredBy: { id: row.declarer_id, name: row.declarer_name },
    endedAt: row.ended_at,
  }));

export type DeclaredTie = z.output<typeof declaredSchema>;

/** What was declared of one member of staff, newest first: never what it is. `null` where there is no such member. */
export async function listDeclaredTies(db: Queryable, personId: string): Promise<readonly DeclaredTie[] | null> {
  if (!(await isStaffMember(db, personId))) return null;
  const rows: unknown[] = await db('staff_ties')
    .join('people', 'people.id', 'staff_ties.declared_by')
    .where('person_id', personId)
    .orderBy('staff_ties.id', 'desc')
    .select('staff_ties.*', 'people.id as declarer_id', 'people.name as declarer_name');
  return readRows('staff tie', declaredSchema, rows);
}

const isStaffMember = async (db: Queryable, personId: string): Promise<boolean> =>
  (await db('people')
    .where({ id: personId })
    .whereIn('role', [...staffRoles])
    .first('id')) !== undefined;

export interface Declaration {
  readonly personId: string;
  readonly kind: TieKind;
  readonly value: string;
  readonly by: SubjectId;
  readonly at: Date;
}

/** Declared again it changes nothing. */
export async function declareTie(
  trx: Transaction,
  hash: TieHash | null,
  { personId, by, at, ...declared }: Declaration,
): Promise<Refusal | null> {
  if (hash === null) return refuse('ties-unconfigured');
  if (!(await isStaffMember(trx, personId))) return refuse('not-found');
  const tie = normalisedTie(declared);
  const value = tie.kind === 'email' ? await mailOf(trx, tie.value) : tie.value;
  await trx.raw(
    `insert into staff_ties (person_id, kind, hash, key_mark, declared_by, declared_at)
     values (:personId, :kind, :hash, :keyMark, :by, :at)
     on conflict (person_id, kind, hash) where ended_at is null do nothing`,
    { personId, kind: tie.kind, hash: hash.of({ ...tie, value }), keyMark: hash.keyMark, by, at },
  );
  return null;
}

async function mailOf(trx: Transaction, email: string): Promise<string> {
  const { rows } = await trx.raw<{ rows: unknown[] }>('select normalised_email(?) as email', [email]);
  return readRow('mail address', z.object({ email: z.string() }), rows[0]).email;
}

/** Nobody frees themselves. */
export async function endTie(
  trx: Transaction,
  given: {
    readonly personId: string;
    readonly tieId: string;
    readonly ground: string;
    readonly by: SubjectId;
    readonly at: Date;
  },
): Promise<Refusal | null> {
  if (given.by === given.personId) return refuse('not-second-person');
  const ended = await trx('staff_ties')
    .where({ id: given.tieId, person_id: given.personId, ended_at: null })
    .update({ ended_by: given.by, ended_at: given.at, end_ground: given.ground });
  return ended === 1 ? null : refuse('not-found');
}
