/** M4: what lost time is compensated stands once, whatever was offered for it: an exclusion constraint, on random incidents. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { takeIntervals } from '../../db/intervals.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { Interval } from '../../domain/facts.ts';
import type { OfferId } from '../../domain/ids.ts';
import { instantText, lengthMs, mergeSpans, subtractSpans, toInterval, toSpan } from '../../domain/spans.ts';
import { noon } from './builders.ts';
import { anOfferedClaim } from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const hourMs = 3_600_000;

const stretch = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 })).map(([from, length]): Interval => {
  const begin = noon.getTime() + from * hourMs;
  return { from: instantText(begin), until: instantText(begin + length * hourMs) };
});

const spans = (intervals: readonly Interval[]) => intervals.map((interval) => toSpan(interval, 0));

test('one after the other, incidents take their union and nothing twice; what overlaps is refused and takes nothing', async () => {
  const { ticketId, order } = await anOfferedClaim(suite.db);
  const offers: OfferId[] = await suite.db('offers').where({ ticket_id: ticketId }).pluck('id');
  const claim = { order_id: order.id, ticket_id: ticketId, offer_id: offers[0] as OfferId, at: noon };
  const undone = new Error('undone');
  const each = fc.asyncProperty(
    fc.array(fc.array(stretch, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 }),
    async (incidents) => {
      const run = suite.db.transaction(async (trx) => {
        let taken: Interval[] = [];
        for (const lost of incidents) {
          const left = subtractSpans(spans(lost), spans(taken)).map(toInterval);
          // As it was measured, and not as it is left: whoever reckoned before the other was paid.
          const whole = mergeSpans(spans(lost)).map(toInterval);
          const isTakenTwice = lengthMs(spans(left)) < lengthMs(spans(whole));
          const refusal = isTakenTwice ? await takeIntervals(trx, claim, whole) : null;
          expect(refusal?.refused).toBe(isTakenTwice ? 'interval-compensated' : undefined);
          expect(isRefusal(await takeIntervals(trx, claim, left))).toBe(false);
          taken = [...taken, ...left];
        }
        const { rows } = await trx.raw<{ rows: Interval[] }>(
          `select lower(span) as from, upper(span) as until from compensated_intervals where order_id = ? order by span`,
          [order.id],
        );
        const stands = rows.map(({ from, until }) => ({
          from: new Date(from).toISOString(),
          until: new Date(until).toISOString(),
        }));
        expect(mergeSpans(spans(stands))).toEqual(mergeSpans(spans(incidents.flat())));
        expect(stands.reduce((sum, one) => sum + lengthMs(spans([one])), 0)).toBe(lengthMs(spans(incidents.flat())));
        throw undone;
      });
      await expect(run).rejects.toBe(undone);
    },
  );
  await fc.assert(each, { numRuns: 40 });
});
