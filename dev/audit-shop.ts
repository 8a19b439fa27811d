/**
 * The auditor's check of what the shop does for the desk (I1): each remedy at most once, those that count as applied just
 * once, and of one offer either the money or the time. Pure.
 */

import { frees } from '../domain/payout.ts';
import { type RemedyState, remedyActions } from '../domain/remedy.ts';
import type { AuditedRemedy, Facts, ShopAction, Violation } from './audit-facts.ts';

export function checkRemedies(facts: Facts): Violation[] {
  const known = new Set([...facts.remedies, ...facts.payouts].map(({ id }) => id));
  return [
    ...facts.actions
      .filter(({ remedyId }) => !known.has(remedyId))
      .map(({ remedyId }) => wrong(remedyId, 'is an action of ours at the shop without a remedy')),
    ...facts.remedies.flatMap((remedy) => checkRemedy(remedy, facts.actions)),
    ...checkOnce(facts.remedies),
    ...checkChoices(facts),
    ...checkExtended(facts),
  ];
}

/** States in which the shop was never asked. */
const unasked: readonly RemedyState[] = ['granted', 'cancelled', 'rehearsed'];

function checkRemedy(remedy: AuditedRemedy, actions: readonly ShopAction[]): Violation[] {
  const own = actions.filter(({ remedyId }) => remedyId === remedy.id);
  const found: string[] = [];
  if (own.length > 1) found.push(`was done ${own.length} times at the shop`);
  if (own.length > 0 && unasked.includes(remedy.state)) found.push(`is ${remedy.state}, yet the shop was asked for it`);
  for (const { key, kind, outcome } of own) {
    if (key !== remedy.key) found.push(`was asked for under ${key}`);
    if (kind !== remedyActions[remedy.kind]) found.push(`was asked for as ${kind}`);
    if (outcome.status === 'applied' && remedy.state === 'failed') found.push('is failed, yet the shop has done it');
    if (outcome.status === 'applied' && remedy.shop_ref !== null && remedy.shop_ref !== outcome.shopRef)
      found.push(`names ${remedy.shop_ref}, but the shop has ${outcome.shopRef}`);
  }
  if (remedy.state === 'applied' && own[0]?.outcome.status !== 'applied')
    found.push('is applied, but the shop has not done it');
  return found.map((what) => wrong(remedy.id, what));
}

/** One decision has each kind of remedy done once, under however many keys. */
function checkOnce(remedies: readonly AuditedRemedy[]): Violation[] {
  const applied = new Map<string, number>();
  for (const { decision_id, kind, state } of remedies)
    if (state === 'applied')
      applied.set(`${kind} of ${decision_id}`, (applied.get(`${kind} of ${decision_id}`) ?? 0) + 1);
  return [...applied].filter(([, times]) => times > 1).map(([about, times]) => wrong(about, `was done ${times} times`));
}

/** R14: who chose time has no money of the same offer, and the other way round. */
function checkChoices({ remedies, payouts }: Facts): Violation[] {
  const paid = new Set(payouts.filter(({ state }) => !frees(state)).map(({ decision_id }) => decision_id));
  return remedies
    .filter(({ kind, state }) => kind === 'extension' && !['cancelled', 'failed', 'rehearsed'].includes(state))
    .filter(({ decision_id }) => paid.has(decision_id))
    .map(({ id }) => wrong(id, 'extends a plan of which the same offer pays money back'));
}

function checkExtended({ tickets, remedies }: Facts): Violation[] {
  const extended = new Set(
    remedies.filter(({ kind, state }) => kind === 'extension' && state === 'applied').map(({ ticket_id }) => ticket_id),
  );
  return tickets
    .filter(({ id, outcome }) => outcome === 'extended' && !extended.has(id))
    .map(({ id }) => wrong(id, 'ended extended without an extension that the shop has done'));
}

const wrong = (about: string, what: string): Violation => ({ invariant: 'I1', about, what });
