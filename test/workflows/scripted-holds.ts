/** Holds of a scripted life, the clocks that they stop, and the check of identity, as the stores keep them. Pure. */

import type { ClockKind } from '../../domain/facts.ts';
import type { HoldKind } from '../../domain/hold.ts';
import { type Change, type Hold, type Life, parameters } from './scripted-life.ts';

const dayMs = 86_400_000;

type Holds = Pick<Life, 'holds' | 'pauses'>;

interface NewHold {
  readonly kind: HoldKind;
  readonly stops: readonly ClockKind[];
  readonly isQuestion?: boolean;
}

export function placed(life: Life, { kind, stops, isQuestion = false }: NewHold, at: Date): Holds {
  const holdId = `${life.version}/${kind}`;
  return {
    holds: [...life.holds, { id: holdId, kind, stops, isQuestion }],
    pauses: [
      ...life.pauses,
      ...stops.map((clock) => ({ holdId, clock, reason: kind, from: at.toISOString(), until: null })),
    ],
  };
}

export function released(life: Life, isOver: (hold: Hold) => boolean, at: Date): Holds {
  const over = life.holds.filter(isOver).map(({ id }) => id);
  return {
    holds: life.holds.filter(({ id }) => !over.includes(id)),
    pauses: life.pauses.map((pause) =>
      over.includes(pause.holdId) && pause.until === null ? { ...pause, until: at.toISOString() } : pause,
    ),
  };
}

export const has = (life: Life, kind: HoldKind): boolean => life.holds.some((hold) => hold.kind === kind);

/** RP-3.8: nothing is paid and nothing extended, and our own promises stand still. */
export const heldForDispute = (life: Life, at: Date): Holds =>
  has(life, 'dispute')
    ? { holds: life.holds, pauses: life.pauses }
    : placed(life, { kind: 'dispute', stops: ['decision', 'lapse', 'offer'] }, at);

export const freedOfDispute = (life: Life, at: Date): Holds => released(life, ({ kind }) => kind === 'dispute', at);

/** What was asked of the customer is not needed any more. */
export const withoutQuestion = (life: Life, at: Date): Holds & Pick<Life, 'informationAskedAt'> => ({
  ...released(life, ({ isQuestion }) => isQuestion, at),
  informationAskedAt: null,
});

/** RP-5.3: asks the customer for the check, within the version's time. */
export const askedForKyc = (life: Life, stops: readonly ClockKind[], at: Date): Change => ({
  ...placed(life, { kind: 'kyc', stops }, at),
  kycState: 'asked',
  kyc: {
    askedAt: at.toISOString(),
    dueAt: new Date(at.getTime() + parameters.waiting.kycDays * dayMs).toISOString(),
  },
});
