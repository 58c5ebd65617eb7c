/** How many donors a cluster gets: as TAAR drew them, by the square of its clients; or as many as its clients are. */
export type DonorLaw = 'squared' | 'proportional';

/** TAAR draws for no fewer (spec/taar-training.md section 10). */
const MIN_DONORS = 100;

/** A number in [0, 1) for a row: it is kept where the number is below the fraction. */
export type RowDraw = (row: number) => number;

export interface DonorSample {
  /** Rows that the first draw kept. */
  readonly stratified: readonly number[];
  readonly secondFraction: number;
  /** Rows that both draws kept, ascending. */
  readonly donors: readonly number[];
}

/**
 * Draws about `wanted` donors (section 10.5). First each row by the share of its cluster, unless all count alike; then
 * each that is left by the fraction that gives the wanted number. Where there are fewer, all of them are donors.
 */
export function sampleDonors(
  clusterOf: Uint32Array,
  { wanted, law }: { readonly wanted: number; readonly law: DonorLaw },
  draws: { readonly stratified: RowDraw; readonly second: RowDraw },
): DonorSample {
  const shares = clusterShares(clusterOf);
  const rows = Array.from(clusterOf.keys());
  const stratified =
    law === 'proportional'
      ? rows
      : rows.filter((row) => draws.stratified(row) < (shares[clusterOf[row] ?? 0] ?? 0));
  const secondFraction = Math.min(1, Math.max(wanted, MIN_DONORS) / Math.max(1, stratified.length));
  return {
    stratified,
    secondFraction,
    donors: stratified.filter((row) => draws.second(row) < secondFraction),
  };
}

/** The share of rows that each cluster has. */
export function clusterShares(clusterOf: Uint32Array): number[] {
  const sizes: number[] = [];
  for (const cluster of clusterOf) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  return Array.from(sizes, (size = 0) => size / clusterOf.length);
}

export type DonorPair = readonly [one: number, other: number];

/**
 * Pairs of donors in one cluster, and of donors in different ones (section 10.8). A donor is in at most one pair of the
 * first kind; halves of unequal length leave some out.
 * @param clusterOf the cluster of each donor
 * @param coin a number in [0, 1) for each donor, which decides its half
 */
export function donorPairs(clusterOf: readonly number[], coin: RowDraw) {
  const all = [...clusterOf.keys()];
  const same: DonorPair[] = [];
  const different: DonorPair[] = [];
  for (const cluster of [...new Set(clusterOf)].sort((a, b) => a - b)) {
    const own = all.filter((donor) => clusterOf[donor] === cluster);
    const others = all.filter((donor) => clusterOf[donor] !== cluster);
    const heads = own.filter((donor) => coin(donor) < 0.5);
    const tails = own.filter((donor) => coin(donor) >= 0.5);
    same.push(...zipped(heads, tails));
    different.push(...zipped(own, others));
  }
  return { same, different };
}

function zipped(ones: readonly number[], others: readonly number[]): DonorPair[] {
  return ones.slice(0, others.length).map((one, i) => [one, others[i] ?? 0] as const);
}
