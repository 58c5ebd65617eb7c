import { type ComparedFeatures, clientDistance } from '../../../../src/domain/client-distance.ts';
import type { LrPoint, PlainDonor } from './random-model.ts';

/** TAAR's similarity as its specification says it, by loops and linear searches (spec/taar-serving.md section 5.2). */
export function plainSimilarity(
  donors: readonly PlainDonor[],
  curve: readonly LrPoint[],
  client: Omit<PlainDonor, 'active_addons'>,
): { readonly distances: readonly number[]; readonly sums: ReadonlyMap<string, number> } {
  const distances = donors.map((donor) => clientDistance(featuresOf(client), featuresOf(donor)));
  const weighed = donors
    .map((donor, i) => ({ donor, weight: weightOf(curve, distances[i] ?? 0) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const sums = new Map<string, number>();
  for (const { donor, weight } of weighed) {
    for (const addon of donor.active_addons) sums.set(addon, (sums.get(addon) ?? 0) + weight);
  }
  return { distances, sums };
}

export function featuresOf(one: Omit<PlainDonor, 'active_addons'>): ComparedFeatures {
  return {
    geoCity: one.geo_city,
    locale: one.locale,
    os: one.os,
    subsessionLength: one.subsession_length,
    bookmarkCount: one.bookmark_count,
    tabOpenCount: one.tab_open_count,
    totalUri: one.total_uri,
    uniqueTlds: one.unique_tlds,
  };
}

function weightOf(curve: readonly LrPoint[], distance: number): number {
  const gaps = curve.map(([x]) => Math.abs(distance - x));
  const nearest = Number.isNaN(distance) ? 0 : gaps.indexOf(Math.min(...gaps));
  const [numerator, denominator] = curve[nearest]?.[1] ?? [0, 1];
  return Math.log(numerator / denominator);
}
