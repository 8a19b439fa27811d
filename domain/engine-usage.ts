/** Judge of how much was used before the asking: RP-2.5. At a cap is still inside; exceeding either one disqualifies. */

import { awaiting, type ClauseJudge, disputed, failed, forPerson, isDisputed, passed, recorded, used } from './case.ts';
import type { UsageFact } from './facts.ts';
import { measureNames } from './names.ts';
import type { PolicyLanguage, UsageCap } from './policy.ts';

const basisPoints = 10_000n;

type Standing = 'inside' | 'over' | 'unknown';

function standingUnder(cap: UsageCap, usage: UsageFact, meteredBytes: string | null): Standing {
  const isOver = (amount: bigint, max: bigint): Standing => (amount > max ? 'over' : 'inside');
  switch (cap.measure) {
    case 'bytes':
      return isOver(BigInt(usage.bytes), BigInt(cap.max));
    case 'requests':
      return usage.requests === null ? 'unknown' : isOver(BigInt(usage.requests), BigInt(cap.max));
    case 'share':
      if (meteredBytes === null) return 'unknown';
      return isOver(BigInt(usage.bytes) * basisPoints, BigInt(meteredBytes) * BigInt(cap.basisPointsMax));
  }
}

/** Digits in groups, never rounded: a byte over the cap must show. */
const countText = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ' ');

const capText = (cap: UsageCap, language: PolicyLanguage): string => {
  if (cap.measure === 'share') return `${cap.basisPointsMax / 100} %`;
  return `${countText(cap.max)} ${measureNames[cap.measure][language]}`;
};

export const judgeUsage: ClauseJudge = ({ facts, plan }) => {
  const { planKind, meteredBytes } = facts.order;
  const kind = recorded('order.planKind', planKind, 'shop');
  if (!plan) return forPerson('plan_unlisted', { facts: [kind], words: { planKind } });
  const caps = plan.usageCaps.filter((cap) => cap !== null);
  if (caps.length === 0) return passed('no_cap', { facts: [kind], words: { planKind } });
  const { usage } = facts;
  if (isDisputed(usage)) return disputed('usage', usage);
  if (!usage) return awaiting('shop', 'usage_unknown');
  const metered = meteredBytes === null ? [] : [recorded('order.meteredBytes', meteredBytes, 'shop')];
  const more = {
    facts: [kind, ...metered, ...used('usage', usage)],
    words: {
      bytes: countText(usage.value.bytes),
      requests: usage.value.requests === null ? '–' : countText(usage.value.requests),
      capsEn: caps.map((cap) => capText(cap, 'en')).join(', '),
      capsRu: caps.map((cap) => capText(cap, 'ru')).join(', '),
    },
  };
  const standings = caps.map((cap) => standingUnder(cap, usage.value, meteredBytes));
  if (standings.includes('over')) return failed('over_cap', more);
  return standings.includes('unknown') ? awaiting('shop', 'usage_unknown', more) : passed('within_caps', more);
};
