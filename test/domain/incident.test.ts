/** The registry's incidents as pure rules: their states, coverage by plan, place, time and exits (RP-2.4b), and the union (M4). */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { overlaps, parseRange } from '../../domain/address-range.ts';
import {
  advanceIncident,
  type CoveredOrder,
  coverageOf,
  type IncidentScope,
  incidentMoves,
  incidentStates,
  lostProblem,
} from '../../domain/incident.ts';
import { advanceWave, isWithin, needsSecondPerson, waveMoves, waveStates } from '../../domain/incident-wave.ts';
import { money } from '../../domain/money.ts';

const scope: IncidentScope = {
  planKinds: ['metered'],
  places: ['DE'],
  egress: ['203.0.113.0/24', '2001:db8::/32'],
  from: '2026-11-01T10:00:00.000Z',
  until: '2026-11-01T12:00:00.000Z',
};

const order: CoveredOrder = {
  planKind: 'metered',
  places: ['DE', 'NL'],
  term: { from: '2026-10-15T00:00:00.000Z', until: '2026-11-15T00:00:00.000Z' },
  assigned: ['203.0.113.7'],
  seen: [],
};

describe('RP-2.4b: whether an incident covers an order', () => {
  test.each([
    ['all agrees', scope, order, 'covered'],
    ['nothing is named', { ...scope, planKinds: [], places: [], egress: [] }, { ...order, assigned: [] }, 'covered'],
    ['another plan', scope, { ...order, planKind: 'datacenter' }, 'other_plan'],
    ['another place', scope, { ...order, places: ['FR'] }, 'other_place'],
    ['a place that nobody told', scope, { ...order, places: [] }, 'place_unknown'],
    ['another exit', scope, { ...order, assigned: ['198.51.100.1'] }, 'other_egress'],
    ['an exit that nobody told', scope, { ...order, assigned: [] }, 'egress_unknown'],
    ['an exit that the ticket saw', scope, { ...order, assigned: [], seen: ['2001:db8:7::1'] }, 'covered'],
    [
      'what was assigned counts before what was seen',
      scope,
      { ...order, assigned: ['198.51.100.1'], seen: ['203.0.113.7'] },
      'other_egress',
    ],
    [
      'it ended as the order began',
      scope,
      { ...order, term: { from: '2026-11-01T12:00:00.000Z', until: null } },
      'other_time',
    ],
    [
      'it goes on',
      { ...scope, until: null },
      { ...order, term: { from: '2026-11-09T00:00:00.000Z', until: null } },
      'covered',
    ],
  ] as const)('%s', (_what, incident, given, coverage) => {
    expect(coverageOf(incident, given)).toBe(coverage);
  });
});

describe('ranges of addresses', () => {
  test.each(['203.0.113.300', '1.2.3', '1.2.3.4/33', '::1::2', '1:2:3:4:5:6:7', 'x', '1.2.3.4/8/9', ':::', '1.2.3.4/'])(
    '%s is none',
    (text) => {
      expect(parseRange(text)).toBeNull();
    },
  );

  const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));

  test('a range has its own addresses and no others', () => {
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (one, other, prefix) => {
        const range = parseRange(`${one}/${prefix}`);
        const bitsOf = (text: string) =>
          text
            .split('.')
            .map((byte) => Number(byte).toString(2).padStart(8, '0'))
            .join('');
        const within = bitsOf(other).startsWith(bitsOf(one).slice(0, prefix));
        const single = parseRange(other);
        expect(range && single && overlaps(range, single)).toBe(within);
      }),
    );
  });

  test('the same address written in several ways is the same', () => {
    const of = (text: string) => parseRange(text)?.first;
    expect(of('2001:db8::1')).toBe(of('2001:0DB8:0:0:0:0:0:1'));
    expect(of('::ffff:203.0.113.7')).toBe(of('::ffff:cb00:7107'));
    expect(parseRange('::/0')?.first).toBe(0n);
  });
});

describe('states', () => {
  test('an incident that was retracted stays so, and nothing is resolved that was not confirmed', () => {
    const moves = Object.keys(incidentMoves) as (keyof typeof incidentMoves)[];
    expect(moves.map((move) => advanceIncident('retracted', move))).toEqual(moves.map(() => null));
    expect(advanceIncident('suspected', 'resolve')).toBeNull();
    expect(incidentStates.map((state) => advanceIncident(state, 'correct'))).toEqual([
      'suspected',
      'confirmed',
      'resolved',
      null,
    ]);
  });

  test('a wave that has ended goes nowhere, and every state of it is reached', () => {
    const moves = Object.keys(waveMoves) as (keyof typeof waveMoves)[];
    for (const ended of ['done', 'cancelled'] as const)
      expect(moves.map((move) => advanceWave(ended, move))).toEqual(moves.map(() => null));
    const reached = new Set(['awaiting', ...moves.map((move) => waveMoves[move].to)]);
    expect(waveStates.filter((state) => !reached.has(state))).toEqual([]);
  });
});

describe('what was measured as lost', () => {
  const window = { from: scope.from, until: scope.until };
  test.each([
    ['within the window', ['10:15', '10:45'], null],
    ['before it', ['09:59', '10:30'], 'outside'],
    ['after it', ['11:30', '12:01'], 'outside'],
    ['backwards', ['11:30', '11:00'], 'outside'],
  ] as const)('%s', (_what, [from, until], problem) => {
    const at = (time: string) => `2026-11-01T${time}:00.000Z`;
    expect(lostProblem(window, [{ from: at(from), until: at(until) }])).toBe(problem);
  });
});

describe('a wave’s budget', () => {
  const usd = (minor: bigint) => money(minor, 'USD');
  test('is kept in every currency, and one without an amount has none to spend', () => {
    expect(isWithin([usd(5n)], [usd(5n)])).toBe(true);
    expect(isWithin([usd(6n)], [usd(5n)])).toBe(false);
    expect(isWithin([money(1n, 'EUR')], [usd(5n)])).toBe(false);
  });

  test('takes two people above the seller’s limit, and in a currency that it does not list', () => {
    const limit = { USD: '1000' };
    expect(needsSecondPerson([money(1000n, 'USD')], limit)).toBe(false);
    expect(needsSecondPerson([money(1001n, 'USD')], limit)).toBe(true);
    expect(needsSecondPerson([money(1n, 'EUR')], limit)).toBe(true);
    expect(needsSecondPerson([money(1n, 'USD')], {})).toBe(true);
  });
});
