import { compareCodePoints } from '../../domain/text-order.ts';
import type { LocaleModel } from '../../models/locale.ts';
import { StringNumbers } from '../../models/string-numbers.ts';
import { StringTable } from '../../models/string-table.ts';
import { trainingDegenerate } from '../training-degenerate.ts';
import type { LocaleCounts } from './locale-counts.ts';
import type { LocaleNoise } from './locale-noise.ts';

/** How long a locale's list is (spec/taar-training.md section 6.8). */
const LISTED = 10;

/**
 * A locale with fewer clients, as noised, is left out: its list would be noise, and its name may tell of a client. With
 * the default epsilon a locale of one client is in a release once in 40,000 times.
 */
export const MIN_LOCALE_CLIENTS = 100;

/** What is done with the counts. */
export interface LocaleRelease {
  readonly noise: LocaleNoise;
  /** Left out: every locale is in the release, which TAAR did and which tells its name. */
  readonly minClients?: number | undefined;
}

/**
 * The add-ons that each locale likes most (spec/taar-training.md section 6.7 and 6.8): noised counts less the smallest,
 * as shares of their sum, best first, equal ones by guid. A locale whose add-ons are all equal has nothing to tell and
 * is left out.
 * @throws TaarError `training-degenerate` (halt) where noise is not finite
 */
export function localeModel(counts: LocaleCounts, { noise, minClients }: LocaleRelease): LocaleModel {
  const guids = new StringNumbers();
  const locales: string[] = [];
  const [starts, addons, weights]: [number[], number[], number[]] = [[0], [], []];
  for (const { locale, clients, counts: exact } of counts.locales()) {
    if (minClients !== undefined && !(clients + noise.clients(locale) >= minClients)) continue;
    const noised = Float64Array.from(
      exact,
      (count, i) => count + noise.addon(locale, counts.curated[i] ?? ''),
    );
    const shares = sharesOf(noised);
    if (shares === undefined) continue;
    locales.push(locale);
    for (const { guid, share } of best(counts.curated, shares)) {
      addons.push(guids.numberOf(guid));
      weights.push(share);
    }
    starts.push(addons.length);
  }
  return {
    locales: StringTable.of(locales),
    guids: StringTable.of(guids.strings()),
    starts: Uint32Array.from(starts),
    addons: Uint32Array.from(addons),
    weights: Float64Array.from(weights),
  };
}

/** Each number less the smallest, as a share of the sum; undefined where all are equal. */
function sharesOf(noised: Float64Array): Float64Array | undefined {
  const least = noised.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const shifted = noised.map((count) => count - least);
  const sum = shifted.reduce((a, b) => a + b, 0);
  if (noised.length > 0 && !Number.isFinite(sum)) {
    throw trainingDegenerate('the noised counts of a locale are not finite');
  }
  return sum > 0 ? shifted.map((count) => count / sum) : undefined;
}

function best(guids: readonly string[], shares: Float64Array): { guid: string; share: number }[] {
  return guids
    .map((guid, i) => ({ guid, share: shares[i] ?? 0 }))
    .sort((a, b) => b.share - a.share || compareCodePoints(a.guid, b.guid))
    .slice(0, LISTED);
}
