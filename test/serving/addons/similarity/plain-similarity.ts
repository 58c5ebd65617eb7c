import type { LrPoint, PlainDonor } from './random-model.ts';

/** TAAR's similarity as its specification says it, by loops and linear searches (spec/taar-serving.md section 5.2). */
export function plainSimilarity(
  donors: readonly PlainDonor[],
  curve: readonly LrPoint[],
  client: Omit<PlainDonor, 'active_addons'>,
): { readonly distances: readonly number[]; readonly sums: ReadonlyMap<string, number> } {
  const distances = donors.map((donor) => distanceOf(donor, client));
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

const NUMBERS = [
  'subsession_length',
  'bookmark_count',
  'tab_open_count',
  'total_uri',
  'unique_tlds',
] as const;
const CATEGORIES = ['geo_city', 'locale', 'os'] as const;

function distanceOf(donor: Omit<PlainDonor, 'active_addons'>, client: Omit<PlainDonor, 'active_addons'>) {
  let canberra = 0;
  for (const field of NUMBERS) {
    const [x, y] = [client[field], donor[field]];
    if (x === null || y === null) return Number.NaN;
    canberra += x === 0 && y === 0 ? 0 : Math.abs(x - y) / (Math.abs(x) + Math.abs(y));
  }
  const different = CATEGORIES.filter((field) => donor[field] !== client[field]).length;
  return (canberra + 0.001) * (different / 3);
}

function weightOf(curve: readonly LrPoint[], distance: number): number {
  const gaps = curve.map(([x]) => Math.abs(distance - x));
  const nearest = Number.isNaN(distance) ? 0 : gaps.indexOf(Math.min(...gaps));
  const [numerator, denominator] = curve[nearest]?.[1] ?? [0, 1];
  return Math.log(numerator / denominator);
}
