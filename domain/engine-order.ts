/** Judges of what was bought, where and how it was paid: RP-1.1, RP-2.1, RP-2.2, RP-3.2, RP-3.3, RP-3.7 and RP-4.4. */

import type { FactUsed } from './assessment.ts';
import {
  awaiting,
  type Case,
  type ClauseJudge,
  disputed,
  failed,
  isDisputed,
  type Judged,
  notApplicable,
  passed,
  recorded,
  used,
} from './case.ts';
import type { OrderChannel } from './facts.ts';
import { formatMoney } from './money.ts';
import { methodNames, namesIn } from './names.ts';
import { areCaptured, capturedOf, leftOf, moneyClasses, tendersOf } from './tender-facts.ts';

const officialChannels: readonly OrderChannel[] = ['official', 'designated_link'];

/** RP-2.1: the order's own record counts, so a channel that only the customer names is not known yet. */
function judgeByChannel({ facts }: Case, fits: (channel: OrderChannel) => Judged): Judged {
  const { channel } = facts.order;
  if (isDisputed(channel)) return disputed('order.channel', channel);
  if (channel === null || channel.source === 'customer')
    return awaiting('shop', 'channel_unknown', { facts: used('order.channel', channel) });
  return fits(channel.value);
}

/** RP-1.1: every kind of plan is covered, if bought from the seller. */
export const judgeScope: ClauseJudge = (subject) =>
  judgeByChannel(subject, (channel) => {
    const facts = used('order.channel', subject.facts.order.channel);
    if (officialChannels.includes(channel)) return passed('in_scope', { facts });
    const { en, ru } = subject.version.document.seller.resellerAdvice;
    return failed('bought_elsewhere', { facts, words: { adviceEn: en, adviceRu: ru } });
  });

export const judgeChannel: ClauseJudge = (subject) =>
  judgeByChannel(subject, (channel) => {
    const more = { facts: used('order.channel', subject.facts.order.channel), words: { channel } };
    return officialChannels.includes(channel) ? passed('channel_official', more) : failed('channel_foreign', more);
  });

/** RP-3.3: the ground that RP-2.1 is the condition of. */
export const judgeForeignChannel: ClauseJudge = (subject) =>
  judgeByChannel(subject, (channel) => {
    const more = { facts: used('order.channel', subject.facts.order.channel), words: { channel } };
    return officialChannels.includes(channel) ? passed('no_foreign_channel', more) : failed('foreign_channel', more);
  });

/**
 * RP-2.2: whether the law of the customer's place demands that crypto is paid back. The place is shown by the billing
 * country and one independent sign; either alone shows nothing, and two that differ show no place.
 */
export function cryptoByLaw({ facts, parameters }: Case): Judged {
  const { billing, independent } = facts.place;
  const places = [...used('place.billing', billing), ...used('place.independent', independent)];
  const provisionOf = (country: string): string | undefined =>
    parameters.cryptoExceptions.find((exception) => exception.country === country)?.provision;
  if (parameters.cryptoExceptions.length === 0) return failed('crypto', { facts: places });
  if (isDisputed(billing)) return disputed('place.billing', billing);
  if (isDisputed(independent)) return disputed('place.independent', independent);
  const known = [billing, independent].flatMap((sign) => (sign ? [sign.value] : []));
  if (known.some((country) => provisionOf(country) === undefined)) return failed('crypto', { facts: places });
  const [country] = known;
  if (country === undefined || known.length < 2) return awaiting('place', 'place_unknown', { facts: places });
  if (known.some((other) => other !== country)) return failed('place_signs_differ', { facts: places });
  return passed('crypto_by_law', { facts: places, words: { country, provision: provisionOf(country) ?? '' } });
}

const tenderFacts = ({ facts }: Case): FactUsed[] =>
  facts.order.tenders.map(({ id, method }) => recorded(`order.tenders.${id}.method`, method, 'shop'));

/** RP-2.2: where a part was paid in money, that part may go back and the crypto share may not. */
export const judgeMethod: ClauseJudge = (subject) => {
  const { facts, parameters } = subject;
  const methods = tenderFacts(subject);
  if (tendersOf(facts.order, parameters, ['crypto']).length === 0) return passed('no_crypto', { facts: methods });
  const byLaw = cryptoByLaw(subject);
  const judged = { ...byLaw, facts: [...methods, ...byLaw.facts] };
  const isMixed = tendersOf(facts.order, parameters, moneyClasses).length > 0;
  return byLaw.verdict === 'failed' && isMixed ? passed('crypto_share_excluded', { facts: judged.facts }) : judged;
};

/** RP-3.2: the ground that RP-2.2 is the condition of. */
export const judgeCrypto: ClauseJudge = (subject, found) => {
  const method = judgeMethod(subject, found);
  if (method.verdict === 'unknown') return method;
  const { facts } = method;
  return method.verdict === 'failed' ? failed('crypto_ground', { facts }) : passed('no_crypto_ground', { facts });
};

/** RP-3.7: something must be left of what was paid in money, or of crypto where it goes back by law. */
export const judgeMoneyPaid: ClauseJudge = (subject) => {
  const { facts, parameters } = subject;
  const classes = refundableClasses(subject);
  const tenders = tendersOf(facts.order, parameters, classes);
  const methods = tenderFacts(subject);
  const isCrypto = tendersOf(facts.order, parameters, ['crypto']).length > 0;
  if (tenders.length === 0 && isCrypto) return notApplicable('crypto_only', { facts: methods });
  if (tenders.length === 0) return failed('nothing_in_money', { facts: methods });
  if (!areCaptured(tenders)) return awaiting('capture', 'capture_unknown', { facts: methods });
  const left = leftOf(facts.order, tenders);
  const amounts = tenders.flatMap(({ id, capturedMinor, goneMinor }) => [
    recorded(`order.tenders.${id}.capturedMinor`, capturedMinor, 'provider'),
    recorded(`order.tenders.${id}.goneMinor`, goneMinor, 'desk'),
  ]);
  // An open dispute holds the money until it ends; it may come back.
  const wasCaptured = capturedOf(facts.order, tenders).minor > 0n;
  const isHeld = wasCaptured && facts.disputes.some(({ state }) => state === 'open');
  if (left.minor <= 0n && isHeld) return awaiting('dispute', 'held_by_dispute', { facts: amounts });
  if (left.minor <= 0n) return failed('nothing_left', { facts: amounts });
  const isPromoted = tendersOf(facts.order, parameters, ['never']).length > 0;
  const more = { facts: [...methods, ...amounts], words: { left: formatMoney(left) } };
  return isPromoted ? passed('promotion_excluded', more) : passed('paid_in_money', more);
};

/** The classes of which the whole may go back: crypto only where the law demands it. */
export const refundableClasses = (subject: Case): readonly ('refundable' | 'store_balance' | 'crypto')[] =>
  cryptoByLaw(subject).verdict === 'passed'
    ? ['refundable', 'store_balance', 'crypto']
    : ['refundable', 'store_balance'];

/** RP-4.4: where the money would go: back the way it came, and store balance to store balance. */
export const judgeWayBack: ClauseJudge = (subject) => {
  const { facts, parameters } = subject;
  const tenders = tendersOf(facts.order, parameters, refundableClasses(subject));
  const methods = [...new Set(tenders.map(({ method }) => method))];
  if (methods.length === 0) return notApplicable('no_way_back', { facts: tenderFacts(subject) });
  const words = namesIn(methodNames, methods, 'methods');
  return passed('original_method', { facts: tenderFacts(subject), words });
};
