import { describe, expect, it } from 'vitest';
import { isAllowListed, MIN_AGE_DAYS } from '../../src/domain/allow-list.ts';
import { DAY_MS } from '../../src/domain/clock.ts';
import type { Listing } from '../../src/domain/listing.ts';
import { anyListing } from './any-listing.ts';

const NOW = Date.UTC(2026, 10, 25, 7);
const OLD_ENOUGH = NOW - MIN_AGE_DAYS * DAY_MS;

describe('the allow-list', () => {
  it.each<[string, Partial<Listing>, boolean]>([
    ['an old and well rated web extension', {}, true],
    ['a rating of exactly 3.0', { averageRating: 3 }, true],
    ['a rating below 3.0', { averageRating: 2.99 }, false],
    ['what nobody rated', { averageRating: 0 }, false],
    ['what comes from a list without ratings', { averageRating: null }, true],
    ['what is no web extension', { isWebExtension: false }, false],
    ["Pioneer's opt-in", { guid: 'pioneer-opt-in@mozilla.org' }, false],
    ['60 days to the millisecond', { firstCreated: new Date(OLD_ENOUGH).toISOString() }, true],
    ['a millisecond younger', { firstCreated: new Date(OLD_ENOUGH + 1).toISOString() }, false],
    ['what comes from a list without times', { firstCreated: null }, true],
    ['a time that cannot be read', { firstCreated: 'long ago' }, true],
    ['what is not recommended by anybody', { recommended: false, categories: [], summary: null }, true],
  ])('judges %s', (_what, change, allowed) => {
    expect(isAllowListed(anyListing(change), NOW)).toBe(allowed);
  });
});
