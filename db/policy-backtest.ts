/**
 * The back-test of a draft: past tickets judged as if it had always held, and what would have changed. Reads a page at a
 * time under one snapshot, keeps sums only, and writes nothing.
 */

import { z } from 'zod';
import { engineVersion, type Proposal, type ProposalKind } from '../domain/assessment.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { proposalOf } from '../domain/engine.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { CaseFacts } from '../domain/facts.ts';
import type { TicketId } from '../domain/ids.ts';
import { backtestPageRowsMax } from '../domain/limits.ts';
import { add, type Currency, fromWire, type Money, type MoneyWire, subtract, toWire, zero } from '../domain/money.ts';
import type { PolicyDocument, PolicyParameters, PolicyVersion } from '../domain/policy.ts';
import type { Database, Transaction } from './database.ts';
import { id, instant, readRows } from './row.ts';

type Counts = Partial<Record<ProposalKind, number>>;

/** Parameters whose change no stored fact can show. */
export const unjudgeable = ['materials', 'abuse'] as const satisfies readonly (keyof PolicyParameters)[];

export interface Backtest {
  readonly judged: number;
  readonly changed: number;
  readonly otherEngine: number;
  readonly unjudged: readonly (typeof unjudgeable)[number][];
  readonly outcomes: { readonly before: Counts; readonly after: Counts };
  readonly by: readonly { readonly from: ProposalKind; readonly to: ProposalKind; readonly tickets: number }[];
  readonly money: Partial<Record<Currency, { before: string; after: string; difference: string }>>;
  readonly milliseconds: number;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const judgedSchema = z.object({
  ticket_id: id<TicketId>(),
  at: instant,
  engine: z.number().int(),
  facts: z.custom<CaseFacts>(isObject),
  proposal: z.custom<Proposal>(isObject),
});

type JudgedRow = z.output<typeof judgedSchema>;

/** Its money is gone by the time a ticket closes or is appealed, so that what it was decided on tells more. */
const pageQuery = `
  select tickets.id as ticket_id, newest.* from tickets
    cross join lateral (
      select at, engine, facts, proposal from assessments
      where ticket_id = tickets.id order by occasion in ('closing', 'appeal'), occasion <> 'decision', number desc limit 1
    ) as newest
  where tickets.id > ? order by tickets.id limit ?`;

const firstId = '00000000-0000-0000-0000-000000000000';

/** Any number that no other advisory lock of ours has. */
const lockNumber = 7_220_001;

/** One at a time, since each is a minute's work of a whole processor; `now` is a stopwatch's, in milliseconds. */
export async function backtestPolicy(
  db: Database,
  document: PolicyDocument,
  now: () => number,
): Promise<Backtest | Refusal> {
  const startedMs = now();
  return db.transaction(
    async (trx) => {
      const { rows } = await trx.raw<{ rows: { free: boolean; newest: Partial<PolicyParameters> | null }[] }>(
        `select pg_try_advisory_xact_lock(?) as free,
           (select document -> 'parameters' from policy_versions order by number desc limit 1) as newest`,
        [lockNumber],
      );
      if (!rows[0]?.free) return refuse('backtest-running');
      const unjudged = unjudgedIn(document.parameters, rows[0].newest ?? {});
      const tally = createTally();
      for await (const page of pages(trx)) for (const row of page) tally.take(row, judge(row, document));
      return { ...tally.result(), unjudged, milliseconds: Math.round(now() - startedMs) };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

/**
 * Facts say which materials were missing and which signals there were, by the version of their time: what a draft changes
 * of these two cannot be seen by judging them again.
 */
const unjudgedIn = (draft: PolicyParameters, newest: Partial<PolicyParameters>): Backtest['unjudged'] =>
  unjudgeable.filter((name) => canonicalJson(draft[name]) !== canonicalJson(newest[name] ?? null));

async function* pages(trx: Transaction): AsyncGenerator<JudgedRow[]> {
  let after: string = firstId;
  for (;;) {
    const { rows } = await trx.raw<{ rows: unknown[] }>(pageQuery, [after, backtestPageRowsMax]);
    const page = readRows('judged ticket', judgedSchema, rows);
    yield page;
    const last = page.at(-1);
    if (!last || page.length < backtestPageRowsMax) return;
    after = last.ticket_id;
  }
}

/** As if the draft had held when it was bought as well: no earlier version is there to be better (RP-6.1). */
function judge(row: JudgedRow, document: PolicyDocument): Proposal {
  const draft: PolicyVersion = { id: firstId, number: 1, effectiveAt: row.facts.order.purchasedAt, document };
  const at = row.at.toISOString();
  return proposalOf({ at, version: draft, purchaseVersion: null, facts: row.facts });
}

/** What a proposal gives in money; of an offer, what the customer may choose. */
function moneyOf(proposal: Proposal): MoneyWire | null {
  if (proposal.kind !== 'refund' && proposal.kind !== 'offer') return null;
  return proposal.refund?.amount ?? null;
}

const sameMoney = (left: MoneyWire | null, right: MoneyWire | null): boolean =>
  left?.minor === right?.minor && left?.currency === right?.currency;

/** Sums that stay as small as the kinds and currencies are few, however many tickets pass. */
function createTally() {
  const before: Counts = {};
  const after: Counts = {};
  const changes = new Map<string, { from: ProposalKind; to: ProposalKind; tickets: number }>();
  const sums = new Map<Currency, { before: Money; after: Money }>();
  let judged = 0;
  let changed = 0;
  let otherEngine = 0;
  const count = (counts: Counts, kind: ProposalKind) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const pay = (side: 'before' | 'after', given: MoneyWire | null) => {
    if (!given) return;
    const sum = sums.get(given.currency) ?? { before: zero(given.currency), after: zero(given.currency) };
    sums.set(given.currency, { ...sum, [side]: add(sum[side], fromWire(given)) });
  };
  return {
    take(row: JudgedRow, proposal: Proposal): void {
      const [from, to] = [row.proposal.kind, proposal.kind];
      const [was, would] = [moneyOf(row.proposal), moneyOf(proposal)];
      judged += 1;
      if (row.engine !== engineVersion) otherEngine += 1;
      count(before, from);
      count(after, to);
      pay('before', was);
      pay('after', would);
      if (from === to && sameMoney(was, would)) return;
      changed += 1;
      const change = changes.get(`${from} ${to}`) ?? { from, to, tickets: 0 };
      changes.set(`${from} ${to}`, { ...change, tickets: change.tickets + 1 });
    },
    result: (): Omit<Backtest, 'milliseconds' | 'unjudged'> => ({
      judged,
      changed,
      otherEngine,
      outcomes: { before, after },
      by: [...changes.values()].sort((left, right) => right.tickets - left.tickets),
      money: Object.fromEntries(
        [...sums].map(([currency, sum]) => [
          currency,
          {
            before: toWire(sum.before).minor,
            after: toWire(sum.after).minor,
            difference: toWire(subtract(sum.after, sum.before)).minor,
          },
        ]),
      ),
    }),
  };
}
