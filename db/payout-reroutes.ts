/**
 * Payouts that go another way (RP-4.4, S8): a new row takes the place of one that failed, came back or has not left, for
 * the same money, to details that were verified anew. It begins as granted: a change of details voids an approval.
 */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import { isSepaIban } from '../domain/iban.ts';
import type { InputId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import { entriesForPayout } from '../domain/ledger.ts';
import { type Currency, formatMoney } from '../domain/money.ts';
import {
  type Payee,
  type PayeeAddress,
  type PayeeNameCheck,
  type PayeeVerification,
  payeeNameChecks,
  payeeScreenings,
  payeeVerifications,
  type ScreenedAs,
} from '../domain/payee.ts';
import { leftUs, paidAfterAll, payoutKey } from '../domain/payout.ts';
import { type PayeeKind, type RailName, railNames } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import { type Database, type Queryable, type Transaction, violatedConstraint } from './database.ts';
import { makeDue } from './inputs.ts';
import { type Booking, bookEntries } from './ledger.ts';
import { payeeAddressColumns, payeeAddressOf } from './payee-address.ts';
import {
  about,
  aboutPayout,
  amountOf,
  bookedOf,
  isReplaced,
  movePayoutRow,
  type PayoutRow,
  readPayoutRows,
  readTicketPayouts,
} from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { id, instant, readRow } from './row.ts';
import { takeStep } from './ticket-step.ts';

export interface RerouteSettings {
  /** Whom the rail pays that it is told to, in this currency; `null` where the desk has none that does. */
  readonly takesPayee: (rail: RailName, currency: Currency) => PayeeKind | null;
}

export interface NewPayee extends Payee {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
  readonly verifiedHow: PayeeVerification;
  readonly verifiedBy: SubjectId;
  readonly nameCheck: PayeeNameCheck;
  readonly screenedAs: ScreenedAs;
  readonly address: PayeeAddress | null;
  readonly at: Date;
}

/** Keeps the details apart from the input, which is due from then on. They stay, also where the reroute is refused later. */
export async function keepPayee(trx: Transaction, payee: NewPayee): Promise<void> {
  await trx('payees').insert({
    ticket_id: payee.ticketId,
    input_id: payee.inputId,
    holder: payee.holder,
    account: payee.account,
    country: payee.country,
    verified_how: payee.verifiedHow,
    verified_by: payee.verifiedBy,
    name_check: payee.nameCheck,
    screened_as: payee.screenedAs,
    street_name: payee.address?.streetName ?? null,
    building_number: payee.address?.buildingNumber ?? null,
    post_code: payee.address?.postCode ?? null,
    town_name: payee.address?.townName ?? null,
    at: payee.at,
  });
  await makeDue(trx, payee.inputId, payee.ticketId, { awaited: true });
}

const payeeSchema = z.object({
  holder: z.string(),
  account: z.string(),
  country: z.string(),
  verified_how: z.enum(payeeVerifications),
  verified_by: id<SubjectId>(),
  verifier_name: z.string(),
  name_check: z.enum(payeeNameChecks),
  screened_as: z.enum(payeeScreenings),
  ...payeeAddressColumns,
  at: instant,
});

/** To whom a payout goes that was rerouted; `null` for one that goes back the way the money came. */
export async function readPayee(db: Queryable, payoutId: PayoutId) {
  const row: unknown = await db('payouts')
    .join('payees', 'payees.id', 'payouts.payee_id')
    .join('people', 'people.id', 'payees.verified_by')
    .where('payouts.id', payoutId)
    .first('payees.*', 'people.name as verifier_name');
  if (row === undefined) return null;
  const { verified_how, verified_by, verifier_name, name_check, screened_as, ...payee } = readRow(
    'payee',
    payeeSchema,
    row,
  );
  const { holder, account, country, at } = payee;
  return {
    holder,
    account,
    country,
    address: payeeAddressOf(payee),
    at,
    verifiedHow: verified_how,
    verifiedBy: { id: verified_by, name: verifier_name },
    nameCheck: name_check,
    screenedAs: screened_as,
  };
}

const rerouteSchema = z.object({ rail: z.enum(railNames) });

export function recordReroute(
  db: Database,
  message: PersonMessage,
  settings: RerouteSettings,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { rail } = readRow('reroute input', rerouteSchema, input?.body);
    const payouts = await readTicketPayouts(trx, ticket.id);
    const former = payouts.find((payout) => payout.id === input?.payout_id);
    if (!former || ticket.phase !== 'settling') return refuse('payout-phase', former ? { state: former.state } : {});
    // R16: a call may have been made under its key, or the money is there.
    if (leftUs(former.state)) return refuse('payout-sent', { state: former.state });
    if (isReplaced(payouts, former)) return refuse('payout-replaced');
    if (former.reason === paidAfterAll) return refuse('payout-sent', { state: former.state, reason: paidAfterAll });
    // What was cancelled, or decided anew since, is not owed any more; numbers rise from grant to grant.
    const isOwed = payouts.at(-1)?.grant_id === former.grant_id;
    if (former.state === 'cancelled' || former.state === 'rehearsed' || !isOwed)
      return refuse('payout-phase', { state: former.state });
    const takes = settings.takesPayee(rail, former.currency);
    if (takes === null) return refuse('rail-unavailable', { rail });
    if (takes === 'iban' && !(await isToIban(trx, message.inputId))) return refuse('payee-unfit', { rail });
    const isOpen = former.state === 'granted' || former.state === 'approved';
    const released = isOpen ? await movePayoutRow(trx, former, { state: 'cancelled', reason: 'rerouted' }, at) : [];
    const inserted = await insertReplacement(trx, former, { rail, message, at });
    if ('refused' in inserted) return inserted;
    await bookEntries(trx, [...released, ...grantOf(inserted)], at);
    const amount = formatMoney(amountOf(inserted));
    const barred = [message.by.id, ...(inserted.decided_by ? [inserted.decided_by] : [])];
    return {
      events: [{ kind: 'payoutRerouted', data: { ...about(former), rail, replacedByNo: inserted.payout_no } }],
      notices: [
        {
          template: 'payout-rerouted',
          parameters: { amount, way: rail, at: at.toISOString() },
          to: { subjectId: ticket.subject_id },
        },
        { template: 'payout-awaiting-approval', parameters: { amount }, to: { role: 'finance', except: barred } },
      ],
    };
  });
}

async function isToIban(trx: Transaction, inputId: InputId): Promise<boolean> {
  const accounts: unknown[] = await trx('payees').where({ input_id: inputId }).pluck('account');
  return accounts.every((account) => typeof account === 'string' && isSepaIban(account)) && accounts.length === 1;
}

/** The next number of the order; what cannot stand beside what went meanwhile is refused by the tender's guard (R2). */
async function insertReplacement(
  trx: Transaction,
  former: PayoutRow,
  { rail, message, at }: { rail: RailName; message: PersonMessage; at: Date },
): Promise<PayoutRow | Refusal> {
  try {
    const { rows } = await trx.transaction((inner) =>
      inner.raw<{ rows: unknown[] }>(
        `with numbered as (
           update orders set last_payout_no = last_payout_no + 1 where id = :order returning last_payout_no as no
         )
         insert into payouts (ticket_id, order_id, grant_id, tender_id, payout_no, key, method, rail, amount_minor, tax_minor,
           currency, state, decided_by, replaces, rerouted_by, payee_id, created_at, updated_at)
         select ticket_id, order_id, grant_id, tender_id, no, :keyStem || no, method, :rail, amount_minor, tax_minor, currency,
           'granted', decided_by, id, :by, (select id from payees where input_id = :input), :at, :at
         from payouts, numbered where id = :former returning *`,
        {
          order: former.order_id,
          keyStem: payoutKey(former.order_id, 0).slice(0, -1),
          rail,
          by: message.by.id,
          input: message.inputId,
          at,
          former: former.id,
        },
      ),
    );
    const [payout] = readPayoutRows(rows);
    if (!payout) throw new Error('the payout to replace is not there');
    return payout;
  } catch (fault) {
    const constraint = violatedConstraint(fault);
    if (constraint === 'payouts_never_over') return refuse('amount-over-refundable');
    throw fault;
  }
}

const grantOf = (payout: PayoutRow): Booking[] =>
  aboutPayout(payout, entriesForPayout(bookedOf(payout), null, 'granted'));
