/** Instants, spans and traffic as people read them. */

import { describe, expect, test } from '@jest/globals';
import { dayInWords, instantInWords, spanInWords, trafficInWords } from '../../domain/wording.ts';

describe('wording', () => {
  test('an instant is told in UTC and says so, whatever offset it was written with', () => {
    expect(instantInWords('2026-11-30T14:00:00Z', 'en')).toBe('30 November 2026, 14:00 UTC');
    expect(instantInWords('2026-12-01T00:30:00+01:00', 'en')).toBe('30 November 2026, 23:30 UTC');
    expect(instantInWords('2026-11-30T14:00:00Z', 'ru')).toBe('30 ноября 2026 г., 14:00 UTC');
    expect(dayInWords('2026-12-31T23:59:59.999Z', 'en')).toBe('31 December 2026');
  });

  test.each([
    [0, '0 minutes', '0 минут'],
    [1, '1 minute', '1 минута'],
    [60, '1 hour', '1 час'],
    [1_440, '1 day', '1 день'],
    [4_321, '3 days and 1 minute', '3 дня и 1 минута'],
    [1_505, '1 day, 1 hour, and 5 minutes', '1 день, 1 час и 5 минут'],
  ])('%i minutes are told whole, in the language’s plural', (minutes, english, russian) => {
    expect(spanInWords(minutes, 'en')).toBe(english);
    expect(spanInWords(minutes, 'ru')).toBe(russian);
  });

  test.each([
    [0n, '0 MB', '0 МБ'],
    [999_999_999n, '999.99 MB', '999,99 МБ'],
    [1_000_000_000n, '1 GB', '1 ГБ'],
    [12_509_999_999n, '12.5 GB', '12,5 ГБ'],
  ])('%i bytes are never told as more than they are', (bytes, english, russian) => {
    expect(trafficInWords(bytes, 'en')).toBe(english);
    expect(trafficInWords(bytes, 'ru')).toBe(russian);
  });
});
