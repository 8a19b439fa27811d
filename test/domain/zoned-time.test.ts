/** Local times of a zone and their instants, over the changes of the clocks. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantAt, wallClock } from '../../domain/zoned-time.ts';

describe('the instant at which a zone’s clocks show a time', () => {
  test.each([
    ['2026-06-01T12:00', 'Europe/Berlin', '2026-06-01T10:00:00.000Z'],
    ['2026-12-01T12:00', 'Europe/Berlin', '2026-12-01T11:00:00.000Z'],
    // The hour that comes twice: the earlier.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-06-01T12:00', 'UTC', '2026-06-01T12:00:00.000Z'],
    ['2026-06-01T00:15', 'Asia/Kathmandu', '2026-05-31T18:30:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(instantAt(local, zone)).toBe(instant);
  });

  test.each([
    // The hour that the clocks skip.
    ['2026-03-29T02:30', 'Europe/Berlin'],
    ['2026-02-30T12:00', 'UTC'],
    ['', 'UTC'],
    ['yesterday', 'UTC'],
  ])('there is none for %p in %s', (local, zone) => {
    expect(instantAt(local, zone)).toBeNull();
  });

  const minuteMs = 60_000;
  const minutes = fc.integer({ min: Date.parse('2020-01-01') / minuteMs, max: Date.parse('2035-01-01') / minuteMs });
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC');
  test('read back from any instant’s own clock, the zone shows the same time, and never later than it was', () => {
    fc.assert(
      fc.property(minutes, zones, (minute, zone) => {
        const atMs = minute * minuteMs;
        const wall = wallClock(zone);
        const read = Date.parse(instantAt(new Date(wall(atMs)).toISOString().slice(0, 16), zone) ?? '');
        expect(wall(read)).toBe(wall(atMs));
        expect(read).toBeLessThanOrEqual(atMs);
      }),
    );
  });
});
