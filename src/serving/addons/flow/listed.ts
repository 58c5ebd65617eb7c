import { isAllowListed } from '../../../domain/allow-list.ts';
import type { EpochMs } from '../../../domain/clock.ts';
import type { Listing } from '../../../domain/listing.ts';
import { type Platform, runsOn } from '../../../domain/platform.ts';
import type { Validator } from '../../flow/component.ts';
import type { ServedCatalogue } from '../catalogue/served-catalogue.ts';
import type { Asker } from './asker.ts';

/** Made once: it is thrown for every batch while there is no catalogue, and its stack would say nothing. */
const NO_CATALOGUE = new Error('there is no catalogue to check against');

const NOT_LISTED = ['not-listed'];
const NOT_ALLOWED = ['not-allowed'];
const NOT_ON_PLATFORM = ['not-on-platform'];

/**
 * Refuses what the newest catalogue does not list, what the allow-list's rules refuse, and what does not run where the
 * client is. Without a catalogue everything is kept, and the trace counts a guard `catalogue`.
 */
export function listedIn(catalogue: ServedCatalogue): Validator<Asker> {
  return {
    name: 'catalogue',
    onFailure: 'keepItem',
    when: ({ state }) => !state.asTaar,
    check({ state, items, now }, pool, batch) {
      if (!catalogue.isUsable()) throw NO_CATALOGUE;
      return Array.from(batch, (entry) => {
        const listing = catalogue.get(items.idOf(pool.item[entry] ?? -1));
        return refusalOf(listing, state.platform, now);
      });
    },
  };
}

function refusalOf(
  listing: Listing | undefined,
  platform: Platform | undefined,
  now: EpochMs,
): readonly string[] | undefined {
  if (listing === undefined) return NOT_LISTED;
  if (!isAllowListed(listing, now)) return NOT_ALLOWED;
  const { platforms } = listing;
  if (platform === undefined || platforms === null || runsOn(platforms, platform)) return undefined;
  return NOT_ON_PLATFORM;
}
