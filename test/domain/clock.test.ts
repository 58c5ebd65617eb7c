import { expect, it } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, isoDay, MINUTE_MS } from '../../src/domain/clock.ts';

it('counts days from midnight to midnight UTC', () => {
  const midnight = Date.parse('2024-02-29T00:00:00Z');
  expect(isoDay(dayOf(midnight))).toBe('2024-02-29');
  expect(dayOf(midnight + DAY_MS - 1)).toBe(dayOf(midnight));
  expect(dayOf(midnight - 1)).toBe(dayOf(midnight) - 1);
  expect(dayOf(-1)).toBe(-1);
});

it('knows its units', () => {
  expect([MINUTE_MS, HOUR_MS, DAY_MS]).toEqual([60_000, 60 * MINUTE_MS, 24 * HOUR_MS]);
});
