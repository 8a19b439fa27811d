/** The auditor's checks of money: one payout each (I1), and books that balance and say what the provider says (I2). Pure. */

import { frees, isFinal, type PayoutState } from '../domain/payout.ts';
import { checkCosts } from './audit-costs.ts';
import type { AuditedPayout, Facts, LedgerLine, ShopCredit, Violation } from './audit-facts.ts';
import type { ProviderRefund } from './audit-providers.ts';

/** What opens a closed ticket again. */
const again: readonly string[] = [
  'appealed',
  'reopened',
  'reviewResumed',
  'offerReopened',
  'factImproved',
  'payoutReturned',
];

const isTaking = ({ state }: ProviderRefund): boolean => state !== 'gone';

/** I1: per payout at most one refund that holds money; exactly one, and succeeded, where it is settled. */
export function checkPayouts(facts: Facts): Violation[] {
  const known = new Set(facts.payouts.map(({ id }) => id));
  const strangers = facts.refunds.filter(({ payoutId }) => payoutId !== null && !known.has(payoutId));
  const strange = facts.credits.filter(({ remedyId }) => remedyId !== null && !known.has(remedyId));
  return [
    ...strangers.map((refund) => wrong('I1', refund.id, 'is a refund of ours without a payout')),
    ...strange.map((credit) => wrong('I1', credit.id, 'is a credit of ours without a payout')),
    ...facts.payouts.flatMap((payout) => checkPayout(payout, facts.refunds)),
    ...facts.payouts.flatMap((payout) => checkCredits(payout, facts.credits)),
    ...facts.payouts.flatMap((payout) => checkByHand(payout, facts.manualPayments)),
    ...checkRefundedTickets(facts),
  ];
}

const unsent: readonly PayoutState[] = ['granted', 'approved', 'rehearsed'];

/** Whose refunds the auditor reads from a provider's books; the shop's credits and payments by hand are checked apart. */
const providerRails = ['card', 'paypal', 'bank'] as const satisfies readonly ProviderRefund['rail'][];

const isAtProvider = ({ rail }: AuditedPayout): boolean => (providerRails as readonly string[]).includes(rail);

function checkPayout(payout: AuditedPayout, refunds: readonly ProviderRefund[]): Violation[] {
  const taking = refunds.filter((refund) => refund.payoutId === payout.id && isTaking(refund));
  const found: string[] = [];
  if (taking.length > 1) found.push(`has ${taking.length} refunds at the provider`);
  if (taking.length > 0 && (frees(payout.state) || unsent.includes(payout.state)))
    found.push(`is ${payout.state}, yet the provider holds a refund for it`);
  for (const { id, rail, minor, currency, captureRef } of taking) {
    if (rail !== payout.rail) found.push(`went by ${rail} and not by ${payout.rail}`);
    if (minor !== payout.amount_minor || currency !== payout.currency)
      found.push(`was refunded as ${minor} ${currency}`);
    if (captureRef !== null && captureRef !== payout.capture_ref)
      found.push(`was refunded to ${captureRef}, which is not its capture`);
    if (payout.provider_ref !== null && payout.provider_ref !== id)
      found.push(`names ${payout.provider_ref}, but the provider has ${id}`);
  }
  if (isAtProvider(payout) && payout.state === 'settled' && taking[0]?.state !== 'paid')
    found.push('is settled, but the provider has no refund of it that succeeded');
  if (isAtProvider(payout) && payout.state === 'sent' && taking.length === 0)
    found.push('is sent, but the provider has nothing of it');
  return found.map((what) => wrong('I1', `payout ${payout.id}`, what));
}

/** Store balance goes back at the shop: per payout at most one credit, and just one where it is settled. */
function checkCredits(payout: AuditedPayout, credits: readonly ShopCredit[]): Violation[] {
  const own = credits.filter(({ remedyId }) => remedyId === payout.id);
  const found: string[] = [];
  if (own.length > 1) found.push(`has ${own.length} credits at the shop`);
  if (own.length > 0 && (frees(payout.state) || unsent.includes(payout.state)))
    found.push(`is ${payout.state}, yet the shop gave balance for it`);
  for (const credit of own) {
    if (credit.minor !== payout.amount_minor) found.push(`was given back as ${credit.minor}`);
    if (credit.captureRef !== payout.capture_ref) found.push(`went to ${credit.captureRef}, which did not pay for it`);
  }
  if (payout.rail === 'store_balance' && payout.state === 'settled' && own.length === 0)
    found.push('is settled, but the shop gave no balance for it');
  return found.map((what) => wrong('I1', `payout ${payout.id}`, what));
}

/** By hand at most once, and by no other rail: paid just where it is settled, back just where it is returned, asked for where it is sent. */
function checkByHand(payout: AuditedPayout, payments: Facts['manualPayments']): Violation[] {
  const own = payments.filter(({ payout_id }) => payout_id === payout.id);
  const found: string[] = [];
  if (own.length > 1 || (own.length > 0 && payout.rail !== 'manual')) found.push(`has ${own.length} payments by hand`);
  const has = (name: string): boolean => own.some(({ state }) => state === name);
  if (payout.rail === 'manual' && has('paid') !== (payout.state === 'settled'))
    found.push(`is ${payout.state}, yet was ${has('paid') ? '' : 'not '}paid by hand`);
  if (payout.rail === 'manual' && has('returned') !== (payout.state === 'returned'))
    found.push(`is ${payout.state}, yet what was paid by hand did ${has('returned') ? '' : 'not '}come back`);
  if (payout.rail === 'manual' && payout.state === 'sent' && own.length === 0)
    found.push('is sent, but nobody was asked to pay it');
  for (const { amount_minor } of own)
    if (amount_minor !== payout.amount_minor) found.push(`was to be paid by hand as ${amount_minor}`);
  return found.map((what) => wrong('I1', `payout ${payout.id}`, what));
}

function checkRefundedTickets({ tickets, payouts, events }: Facts): Violation[] {
  return tickets.flatMap((ticket) => {
    const own = payouts.filter((payout) => payout.ticket_id === ticket.id);
    const told = events.filter(({ ticket_id }) => ticket_id === ticket.id).map(({ kind }) => kind);
    const found: string[] = [];
    if (ticket.outcome === 'refunded' && !isPaid(own, told))
      found.push('ended refunded without every payout being settled');
    if (ticket.phase === 'closed' && own.some(({ state }) => !isFinal(state)))
      found.push(`ended ${ticket.outcome} with a payout that is open`);
    // Money that was settled stays settled, whatever a ticket ends as that was opened again.
    const isAgain = told.some((kind) => again.includes(kind));
    const holds = own.some(({ state }) => state === 'settled');
    // RP-3.8: what had left before the bank took the money back may arrive all the same.
    const mayHold = ticket.outcome === 'refunded' || ticket.outcome === 'charged_back' || isAgain;
    if (ticket.phase === 'closed' && holds && !mayHold)
      found.push(`ended ${ticket.outcome} with a payout that holds money`);
    return found.map((what) => wrong('I1', `ticket ${ticket.id}`, what));
  });
}

/** All of the newest grant; where the rest was refused afterwards, the part that went. */
function isPaid(payouts: readonly AuditedPayout[], told: readonly string[]): boolean {
  const isSettled = ({ state }: AuditedPayout): boolean => state === 'settled';
  if (told.lastIndexOf('refusalDecided') > told.lastIndexOf('refundDecided')) return payouts.some(isSettled);
  const newest = payouts.filter((payout) => payout.newest);
  return newest.length > 0 && newest.every(isSettled);
}

/** I2: the ledger balances whichever way it is cut, follows each payout's state, and adds up to what the provider has. */
export function checkLedger(facts: Facts): Violation[] {
  return [
    ...checkBalance(facts.lines),
    ...facts.payouts.flatMap((payout) => checkBooking(payout, facts.lines)),
    ...checkTenders(facts),
    ...checkElsewhere(facts),
    ...checkTotals(facts),
    ...checkCosts(facts),
    ...facts.differences.map(({ what, orderRef, about, account, expected, booked }) =>
      wrong('I2', `${what} ${about} of ${orderRef ?? 'all'}`, `${account ?? 'it'} holds ${booked}, not ${expected}`),
    ),
    ...['ledger_entries', 'ledger_lines', 'credit_notes', 'ticket_events', 'assessments']
      .filter((table) => !facts.appendOnly.includes(table))
      .map((table) => wrong('I2', table, 'has no trigger that refuses changes')),
  ];
}

const signed = (line: LedgerLine): bigint => (line.side === 'debit' ? line.minor : -line.minor);

function sumBy<Row>(rows: readonly Row[], key: (row: Row) => string, amount: (row: Row) => bigint) {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0n) + amount(row));
  return sums;
}

function checkBalance(lines: readonly LedgerLine[]): Violation[] {
  const cuts: readonly [string, (line: LedgerLine) => string][] = [
    ['currency', (line) => line.currency],
    ['entry', (line) => `${line.entry_id} ${line.currency}`],
    ['ticket', (line) => `${line.ticket_id} ${line.currency}`],
  ];
  return cuts.flatMap(([name, key]) =>
    [...sumBy(lines, key, signed)]
      .filter(([, sum]) => sum !== 0n)
      .map(([about, sum]) => wrong('I2', `${name} ${about}`, `is out of balance by ${sum}`)),
  );
}

/** Where the money of a payout must stand by its state alone. */
function expectedBalances(payout: AuditedPayout): Map<string, bigint> {
  const { state, amount_minor: amount, tax_minor: tax, method, rail } = payout;
  if (frees(state)) return new Map();
  // What was paid by crypto goes back by hand, and from where it came in.
  const holder = rail === 'manual' && method === 'crypto' ? method : rail;
  const credit =
    state === 'settled' ? `provider:${holder}` : state === 'sent' ? `transit:${holder}` : 'refunds_payable';
  return new Map([
    ['refunds', amount - tax],
    ['tax_refunded', tax],
    [credit, -amount],
  ]);
}

function checkBooking(payout: AuditedPayout, lines: readonly LedgerLine[]): Violation[] {
  const own = lines.filter((line) => line.payout_id === payout.id && payoutKinds.includes(line.kind));
  const booked = sumBy(own, (line) => line.account, signed);
  const expected = expectedBalances(payout);
  return [...new Set([...booked.keys(), ...expected.keys()])]
    .filter((account) => (booked.get(account) ?? 0n) !== (expected.get(account) ?? 0n))
    .map((account) =>
      wrong(
        'I2',
        `payout ${payout.id}`,
        `is ${payout.state}, but ${account} holds ${booked.get(account) ?? 0n} of it, not ${expected.get(account) ?? 0n}`,
      ),
    );
}

function checkTenders({ tenders, payouts }: Facts): Violation[] {
  const held = payouts.filter(({ state }) => !frees(state));
  const committed = sumBy(
    held,
    ({ tender_id }) => tender_id,
    ({ amount_minor }) => amount_minor,
  );
  return tenders.flatMap((tender) => {
    const sum = committed.get(tender.id) ?? 0n;
    if (sum !== tender.committed_minor)
      return [wrong('I2', `tender ${tender.id}`, `has ${tender.committed_minor} committed, but payouts hold ${sum}`)];
    return sum > (tender.captured_minor ?? 0n)
      ? [wrong('I2', `tender ${tender.id}`, `pays back ${sum} of ${tender.captured_minor ?? 0n} captured`)]
      : [];
  });
}

/** R10: what anybody else paid back of a capture is on its order's balance, and what failed of it is not. */
function checkElsewhere({ tenders, refunds }: Facts): Violation[] {
  const foreign = refunds.filter(({ payoutId }) => payoutId === null);
  return tenders.flatMap(({ id, method, capture_ref, captured_minor, elsewhere_minor, formerly_minor }) => {
    const listed = foreign.filter(({ rail, captureRef }) => rail === method && captureRef === capture_ref);
    if (captured_minor === null || capture_ref === null || listed.length === 0) return [];
    const there = listed.filter(isTaking).reduce((sum, { minor }) => sum + minor, 0n);
    const told = there < formerly_minor ? formerly_minor : there;
    return told === elsewhere_minor
      ? []
      : [wrong('I2', `tender ${id}`, `has ${elsewhere_minor} paid back elsewhere, but the provider has ${told}`)];
  });
}

/** What a payout's state books, apart from what it cost us. */
const payoutKinds: readonly string[] = [
  'grant',
  'grant_released',
  'payout_sent',
  'payout_settled',
  'payout_failed',
  'payout_returned',
];

/** Provider total = ledger total: what is settled there and here, and what is on its way there and here. */
function checkTotals({ refunds, lines }: Facts): Violation[] {
  const ours = refunds.filter(({ payoutId }) => payoutId !== null);
  return providerRails.flatMap((rail) =>
    (
      [
        [`provider:${rail}`, 'paid'],
        [`transit:${rail}`, 'pending'],
      ] as const
    ).flatMap(([account, state]) => {
      const there = sumBy(
        ours.filter((refund) => refund.rail === rail && refund.state === state),
        ({ currency }) => currency,
        ({ minor }) => minor,
      );
      const booked = lines.filter((line) => line.account === account && payoutKinds.includes(line.kind));
      const here = sumBy(
        booked,
        ({ currency }) => currency,
        (line) => -signed(line),
      );
      return [...new Set([...there.keys(), ...here.keys()])]
        .filter((code) => (there.get(code) ?? 0n) !== (here.get(code) ?? 0n))
        .map((code) =>
          wrong('I2', `${account} ${code}`, `is ${here.get(code) ?? 0n} here and ${there.get(code) ?? 0n} there`),
        );
    }),
  );
}

const wrong = (invariant: 'I1' | 'I2', about: string, what: string): Violation => ({ invariant, about, what });
