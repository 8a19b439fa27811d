/** A desk that was busy for long: many orders, tickets and payouts in a few statements, for what lists cost. */

import type { Database } from '../../db/database.ts';
import type { AccountId, PayoutId, SubjectId } from '../../domain/ids.ts';

export interface BusyDesk {
  readonly accountIds: readonly AccountId[];
  /** Works on every other ticket. */
  readonly busyAgentId: SubjectId;
  /** Has a few tickets, all of them old. */
  readonly quietAgentId: SubjectId;
  /** One of all, with an entry in the ledger. */
  readonly payoutId: PayoutId;
}

const uuid = (kind: number, of = 'n') =>
  `('00000000-0000-7000-80${kind.toString(16).padStart(2, '0')}-' || lpad(to_hex(${of}), 12, '0'))::uuid`;

const at = "timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second'";

const people = `
  insert into people (id, email, role)
  select ${uuid(1)}, 'person-' || n || '@example.com', case when n <= 2 then 'agent' else 'customer' end
  from generate_series(1, 1000) as n`;

const accounts = `
  insert into accounts (id, ref, created_at) select ${uuid(2)}, 'account-' || n, ${at} from generate_series(0, 999) as n`;

const orders = `
  insert into orders (id, ref, account_id, subject_id, channel, plan_key, plan_kind, plan_name, first_purchased_at,
    purchased_at, currency, last_payout_no, created_at, updated_at)
  select ${uuid(3)}, 'order-' || n, ${uuid(2, 'n % 1000')}, ${uuid(1, '3 + n % 900')}, 'official', 'key', 'kind', 'name',
    ${at}, ${at}, 'USD', 1, ${at}, ${at} from generate_series(1, :rows) as n`;

const tenders = `
  insert into order_tenders (id, order_id, position, method, amount_minor, tax_minor, currency, captured_at,
    captured_minor, committed_minor, read_at)
  select ${uuid(4)}, ${uuid(3)}, 1, 'card', 100, 0, 'USD', ${at}, 100, 100, ${at} from generate_series(1, :rows) as n`;

/** Nearly all are closed; of those nobody works on, and of the quiet agent's, there are few, and they are old. */
const tickets = `
  insert into tickets (id, order_id, account_id, subject_id, phase, outcome, asked_at, claimed_method, fault, description,
    assignee_id, created_at, updated_at, closed_at)
  select ${uuid(5)}, ${uuid(3)}, ${uuid(2, 'n % 1000')}, ${uuid(1, '3 + n % 900')},
    case when open then 'deciding' else 'closed' end, case when not open then 'refunded' end, ${at}, 'card', 'slow', 'a text',
    case when n <= 40 then null when n <= 80 then ${uuid(1, '2')} when n % 2 = 0 then ${uuid(1, '1')}
      else ${uuid(1, '3')} end,
    ${at}, ${at}, case when not open then ${at} end
  from generate_series(1, :rows) as n, lateral (select n <= 40 or n % 1000 = 0 as open) as state`;

/** Each saw an exit of its own, for an hour. */
const networkContexts = `
  with context as (
    insert into ticket_network_contexts (ticket_id, targets, seen, protocol, client_name)
    select ${uuid(5)}, '{shop.example}', tstzmultirange(tstzrange(${at}, ${at} + interval '1 hour', '[]')), 'http', 'curl'
    from generate_series(1, :rows) as n)
  insert into ticket_egress (ticket_id, position, egress, seen)
  select ${uuid(5)}, 1, '198.18.0.0'::inet + n, tstzmultirange(tstzrange(${at}, ${at} + interval '1 hour', '[]'))
  from generate_series(1, :rows) as n`;

/** Nearly all have ended; a few are to be answered, and of a few open tickets' orders there is a warning. */
const disputes = `
  insert into disputes (id, provider, provider_ref, order_id, tender_id, kind, state, amount_minor, currency, evidence_due_at,
    actionable, told_at, opened_at, ended_at)
  select ${uuid(0)}, 'stripe', 'dp_' || n, ${uuid(3)}, ${uuid(4)},
    case when n <= 20 then 'early_fraud_warning' when n % 500 = 0 then 'inquiry' else 'chargeback' end,
    case when n <= 20 then 'warned' when n <= 60 then 'open' when n % 500 = 0 then 'closed' else 'lost' end, 100, 'USD',
    case when n > 20 then ${at} + interval '10 days' end, case when n <= 20 then true end, ${at}, ${at},
    case when n > 60 then ${at} end
  from generate_series(1, :rows) as n`;

const inputs = `
  insert into inputs (id, source, scope, key, operation, request_hash, body, kept_at, delivery)
  select ${uuid(6)}, 'api', 'list', n::text, 'decideTicket', sha256('x'), '{}', ${at}, 'none'
  from generate_series(1, :rows) as n`;

const decisions = `
  insert into decisions (id, ticket_id, decided_by, decision, ground, clauses, amount_minor, currency, at, state, input_id)
  select ${uuid(7)}, ${uuid(5)}, ${uuid(1, '1')}, 'refund', 'a ground', '{}', 100, 'USD', ${at}, 'final', ${uuid(6)}
  from generate_series(1, :rows) as n`;

const grants = `
  insert into grants (id, ticket_id, order_id, decision_id, amount_minor, currency, at)
  select ${uuid(8)}, ${uuid(5)}, ${uuid(3)}, ${uuid(7)}, 100, 'USD', ${at} from generate_series(1, :rows) as n`;

/** Nearly all are settled by card; of those that were approved, failed, went by PayPal or in euro there are few. */
const payouts = `
  insert into payouts (id, ticket_id, order_id, grant_id, tender_id, payout_no, key, method, rail, amount_minor, currency, state,
    decided_by, approval, approved_by, approved_at, sending_at, settled_at, ended_at, provider_ref, bank_ref, reason, created_at,
    updated_at, state_since, attention, attention_since)
  select ${uuid(9)}, ${uuid(5)}, ${uuid(3)}, ${uuid(8)}, ${uuid(4)}, 1, 'payout/' || ${uuid(3)} || '/1', method, method, 100, currency,
    state, ${uuid(1, '1')}, 'finance', ${uuid(1, '2')}, ${at}, ${at}, ${at}, case when state = 'failed' then ${at} end,
    're_' || n, 'bank-' || n, case when state = 'failed' then 'declined' end, ${at}, ${at}, ${at},
    case when state = 'failed' then state end, case when state = 'failed' then ${at} end
  from generate_series(1, :rows) as n, lateral (
    select case when n <= 40 then 'approved' when n between 5000 and 5040 then 'failed' else 'settled' end as state,
      case when n % 1000 = 0 then 'paypal' else 'card' end as method, case when n % 2000 = 1 then 'EUR' else 'USD' end as currency
  ) as drawn`;

/** Each order has its capture; most have a grant beside it, and few one of another kind or account. */
const entries = `
  insert into ledger_entries (id, key, kind, order_id, tender_id, ticket_id, payout_id, at)
  select ${uuid(10)}, case when n % 2 = 0 then 'capture/' else 'grant/' end || n,
    case when n <= 40 then 'refunded_elsewhere' when n % 2 = 0 then 'capture' else 'grant' end, ${uuid(3)}, ${uuid(4)},
    case when n % 2 = 1 then ${uuid(5)} end, case when n % 2 = 1 then ${uuid(9)} end, ${at}
  from generate_series(1, :rows) as n`;

const lines = `
  insert into ledger_lines (entry_id, position, account, side, minor, currency, at, entry_kind)
  select ${uuid(10)}, position, account, side, 100, 'USD', ${at},
    case when n <= 40 then 'refunded_elsewhere' when n % 2 = 0 then 'capture' else 'grant' end
  from generate_series(1, :rows) as n, lateral (values
    (1, case when n <= 40 then 'losses:disputes' else 'refunds' end, 'debit'), (2, 'provider:card', 'credit')) as line (position, account, side)`;

const notes = `
  insert into credit_notes (id, entity, number, kind, account_id, order_id, ticket_id, payout_id, policy_version_id, method, net_minor,
    tax_minor, total_minor, currency, issued_at)
  select ${uuid(11)}, 'Seller', n, 'credit', ${uuid(2, 'n % 1000')}, ${uuid(3)}, ${uuid(5)}, ${uuid(9)},
    (select id from policy_versions order by number limit 1), 'card', 100, 0, 100, 'USD', ${at}
  from generate_series(1, :rows) as n`;

/** Triggers and foreign keys rest meanwhile: the rows are whole as they are written, and there are many. */
export async function fillBusyDesk(db: Database, rows: number): Promise<BusyDesk> {
  await db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    for (const statement of [
      people,
      accounts,
      orders,
      tenders,
      tickets,
      networkContexts,
      disputes,
      inputs,
      decisions,
      grants,
      payouts,
      entries,
      lines,
      notes,
    ])
      await trx.raw(statement, { rows });
  });
  await db.raw('analyze');
  const idOf = (kind: number, of: number) =>
    `00000000-0000-7000-80${kind.toString(16).padStart(2, '0')}-${of.toString(16).padStart(12, '0')}` as AccountId &
      SubjectId &
      PayoutId;
  return {
    accountIds: [idOf(2, 7), idOf(2, 8)],
    busyAgentId: idOf(1, 1),
    quietAgentId: idOf(1, 2),
    payoutId: idOf(9, 77),
  };
}
