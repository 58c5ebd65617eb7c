import { describe, expect, it } from 'vitest';
import { type ComparedFeatures, clientDistance } from '../../src/domain/client-distance.ts';

const ONE: ComparedFeatures = {
  geoCity: 'Berlin',
  locale: 'de',
  os: 'Linux',
  subsessionLength: 3600,
  bookmarkCount: 0,
  tabOpenCount: 4,
  totalUri: 10,
  uniqueTlds: 2,
};

describe('the distance of clients', () => {
  it('is the sum of relative differences, times the share of categories that differ', () => {
    const other = { ...ONE, locale: 'fr', os: 'Darwin', subsessionLength: 1200, totalUri: 0 };
    expect(clientDistance(ONE, other)).toBeCloseTo((0.5 + 1 + 0.001) * (2 / 3), 12);
    expect(clientDistance(ONE, { ...ONE, geoCity: '' })).toBeCloseTo(0.001 / 3, 12);
  });

  it('is 0 where all categories are the same, and at most 5.001', () => {
    expect(clientDistance(ONE, { ...ONE, totalUri: 0 })).toBe(0);
    const none = { subsessionLength: 0, bookmarkCount: 1, tabOpenCount: 0, totalUri: 0, uniqueTlds: 0 };
    expect(clientDistance(ONE, { geoCity: '', locale: '', os: '', ...none })).toBeCloseTo(5.001, 12);
  });

  it('is none where a number is unknown', () => {
    expect(clientDistance(ONE, { ...ONE, uniqueTlds: null })).toBeNaN();
  });
});
