import type { Listing } from '../../src/domain/listing.ts';

/** A listing that every rule allows anywhere, changed. */
export function anyListing(change: Partial<Listing> = {}): Listing {
  return {
    guid: 'uBlock0@raymondhill.net',
    name: 'uBlock Origin',
    isWebExtension: true,
    summary: 'An efficient blocker.',
    categories: ['privacy-security'],
    averageRating: 4.8,
    weeklyDownloads: 120_000,
    recommended: true,
    firstCreated: '2015-04-25T07:26:22Z',
    platforms: ['all'],
    ...change,
  };
}
