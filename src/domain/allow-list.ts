import { DAY_MS, type EpochMs } from './clock.ts';
import type { Listing } from './listing.ts';

/** The lowest average of all ratings with which an add-on may be recommended (spec/taar-training.md section 4.2). */
export const MIN_AVERAGE_RATING = 3;
/** So old must the first version be: time enough for a harmful add-on to be found out. */
export const MIN_AGE_DAYS = 60;
/** Takes part in studies and is no extension that anybody chooses. */
const NEVER_ALLOWED = 'pioneer-opt-in@mozilla.org';

/**
 * Whether a listed add-on may be recommended at all. What its catalogue does not tell (a flat list has neither
 * ratings nor times) is not held against it.
 * @param now epoch milliseconds
 */
export function isAllowListed(listing: Listing, now: EpochMs): boolean {
  const { guid, isWebExtension, averageRating, firstCreated } = listing;
  if (guid === NEVER_ALLOWED || !isWebExtension) return false;
  if (averageRating !== null && averageRating < MIN_AVERAGE_RATING) return false;
  // A time that cannot be read compares as false.
  return !(firstCreated !== null && Date.parse(firstCreated) > now - MIN_AGE_DAYS * DAY_MS);
}
