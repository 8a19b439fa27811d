/** The whole of one payout: what its ticket's events tell of it, the payouts before and after it, and the seller's calendar. */

import { z } from 'zod';
import type { PayoutId, SubjectId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import type { PolicyCalendar } from '../domain/policy.ts';
import { railNames } from '../domain/rail.ts';
import { roles } from '../domain/role.ts';
import { bankDaysOf } from './bank-bookings.ts';
import type { Queryable } from './database.ts';
import { type PayoutView, readPayoutView } from './payout-views.ts';
import { currency, id, instant, minor, readRows } from './row.ts';

const jsonInstant = z.string().transform((text) => new Date(text));

const toldSchema = z.object({
  number: z.number().int(),
  kind: z.string(),
  at: jsonInstant,
  reason: z.string().nullable(),
  actor: z.object({
    id: id<SubjectId>().nullable(),
    role: z.enum([...roles, 'system', 'provider']),
    name: z.string().nullable(),
  }),
});

/** Dates as the bank writes them: when it was to pay, when it booked that and with which value date, and its coming back. */
const bankDaysSchema = z.object({
  executionOn: z.iso.date(),
  bookedOn: z.iso.date().nullable(),
  valueOn: z.iso.date().nullable(),
  returnedOn: z.iso.date().nullable(),
  returnedValueOn: z.iso.date().nullable(),
});

const attemptSchema = z
  .object({
    id: id<PayoutId>(),
    payout_no: z.number().int(),
    rail: z.enum(railNames),
    state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
    reason: z.string().nullable(),
    amount_minor: minor,
    currency,
    created_at: instant,
    sending_at: instant.nullable(),
    ended_at: instant.nullable(),
    bank_days: bankDaysSchema.nullable(),
    calendar: z.custom<PolicyCalendar>((value) => typeof value === 'object' && value !== null).nullable(),
    history: z.array(toldSchema),
  })
  .transform((row) => ({
    calendar: row.calendar,
    history: row.history,
    bankDays: row.bank_days,
    attempt: {
      id: row.id,
      payoutNo: row.payout_no,
      rail: row.rail,
      state: row.state,
      reason: row.reason,
      amount: money(row.amount_minor, row.currency),
      createdAt: row.created_at,
      sendingAt: row.sending_at,
      endedAt: row.ended_at,
    },
  }));

export interface PayoutWholeView extends PayoutView {
  readonly history: readonly z.output<typeof toldSchema>[];
  /** All payouts of its grant to its tender, itself among them, in the order of their numbers. */
  readonly attempts: readonly z.output<typeof attemptSchema>['attempt'][];
  /** `null` of one that no bank was told to pay. */
  readonly bankDays: z.output<typeof bankDaysSchema> | null;
  /** Of the policy that its ticket is judged by. */
  readonly calendar: PolicyCalendar | null;
}

const query = `
  select kin.*, versions.document #> '{parameters,calendar}' as calendar, coalesce((
    select jsonb_agg(jsonb_build_object('number', number, 'kind', kind, 'at', at, 'reason', data ->> 'reason',
      'actor', jsonb_build_object('id', actor_id, 'role', actor_role, 'name', people.name)) order by number)
    from ticket_events left join people on people.id = actor_id
    where ticket_id = kin.ticket_id and data ->> 'payoutId' = kin.id::text and kin.id = :payout
  ), '[]') as history, (
    select jsonb_build_object('executionOn', execution_on, 'bookedOn', booked_on, 'valueOn', value_on,
      'returnedOn', returned_on, 'returnedValueOn', returned_value_on)
    from bank_instructions as told, lateral (${bankDaysOf('told.payout_id')}) as days
    where told.payout_id = kin.id and kin.id = :payout
  ) as bank_days
  from payouts as own join payouts as kin on kin.grant_id = own.grant_id and kin.tender_id = own.tender_id
  join tickets on tickets.id = own.ticket_id left join policy_versions as versions on versions.id = tickets.policy_version_id
  where own.id = :payout order by kin.payout_no`;

/** Two statements, however long its way was. */
export async function readWholePayout(db: Queryable, payoutId: PayoutId): Promise<PayoutWholeView | null> {
  const view = await readPayoutView(db, payoutId);
  if (!view) return null;
  const { rows } = await db.raw<{ rows: unknown[] }>(query, { payout: payoutId });
  const kin = readRows('payout attempt', attemptSchema, rows);
  return {
    ...view,
    attempts: kin.map(({ attempt }) => attempt),
    history: kin.flatMap(({ history }) => history),
    bankDays: kin.find(({ attempt }) => attempt.id === payoutId)?.bankDays ?? null,
    calendar: kin[0]?.calendar ?? null,
  };
}
