import type { Kernel } from '../../../domain/kernel.ts';
import type { SimilarityIndex } from './similarity-index.ts';

/** The compiled loops, made of similarity.as.ts. */
export const SIMILARITY_KERNEL = new URL('./similarity.wasm', import.meta.url);

/** The functions of similarity.as.ts. */
interface SimilarityLoops {
  /** Writes each donor's distance from a client: three categories, then five numbers. */
  measure(city: number, locale: number, os: number, ...numbers: Numbers): void;
  /** The place of the curve's point that is nearest to a distance, the first of equally near ones; 0 for NaN. */
  nearestPoint(distance: number): number;
  /** Puts every donor with a positive weight in the list of its rank; the place of a point that TAAR fails on, or -1. */
  choose(): number;
  /** Writes the sums of the chosen donors' weights by item; how many items there are. */
  sumUp(): number;
}

type Numbers = readonly [number, number, number, number, number];

type Measured = Omit<SimilarityIndex, 'categories' | 'donorStarts' | 'itemDonors'>;

/** Starts the loops on an index. @param size how many items there are */
export function startSimilarity(kernel: Kernel, index: Measured, size: number) {
  const { donors, stride, curve } = index;
  const ranks = curve.weights.length;
  // In the order of Slot in similarity.as.ts.
  const columns = {
    donors,
    stride,
    continuous: withGaps(index),
    categorical: index.categorical,
    distances: new Float64Array(stride),
    points: curve.distances.length,
    pointDistances: curve.distances,
    pointPlaces: curve.places,
    weights: curve.weights,
    ranks: curve.ranks,
    cellCount: curve.cells.length,
    cells: curve.cells,
    bounds: curve.bounds,
    rankCount: ranks,
    /** Donors that count, as lists by the rank of their weight: the first of each, and the one after each. */
    first: new Int32Array(ranks).fill(-1),
    next: new Int32Array(donors),
    /** By donor; 0 for one that does not count. */
    donorWeights: new Float64Array(donors),
    rankWeights: new Float64Array(ranks),
    itemStarts: index.itemStarts,
    items: index.items,
    /** By item: what its donors' weights come to, during a call. */
    sums: new Float64Array(size),
    found: new Uint32Array(size),
    scores: new Float64Array(size),
  };
  return kernel.start<typeof columns, SimilarityLoops>(columns);
}

/** A missing number makes the distance NaN; a snapshot may hold none. */
function withGaps({ continuous, hasGap }: Measured): Float64Array {
  const columns = continuous.slice();
  for (const [donor, gap] of hasGap.entries()) if (gap === 1) columns[donor] = Number.NaN;
  return columns;
}
