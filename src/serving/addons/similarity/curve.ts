/**
 * The likelihood curve, ready for the nearest point. The points stand in `distances` ascending and none twice;
 * their other columns are those of the first point of the artifact with that distance.
 */
export interface Curve {
  readonly distances: Float64Array;
  /** The point's place in the artifact: of equally near ones the first counts. */
  readonly places: Uint32Array;
  /** ln(LR) where it is above 0; 0 where a donor does not count; -1 where the denominator is 0. By place. */
  readonly weights: Float64Array;
  /** Where the weight stands among the different positive ones, the largest first. By place. */
  readonly ranks: Uint32Array;
  /** For each of equal stretches of distance the first point that is not before it. */
  readonly cells: Uint32Array;
  /** Where the stretches begin; how many there are in a distance of 1; from which distance on nothing weighs. */
  readonly bounds: Float64Array;
}

/** In place of a weight that would need a division by 0, which TAAR fails on: similarity.as.ts tells it by its sign. */
const NO_WEIGHT = -1;

/** Stretches for each point: about one point lies in each. */
const CELLS_PER_POINT = 1;

/** Two points further apart than this differ in their distance from any donor, as donors' distances are below 10. */
const SURE_GAP = 1e-9;

/** Points in the artifact's order. */
export interface CurvePoints {
  readonly distances: Float64Array;
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
}

export function buildCurve(points: CurvePoints): Curve {
  const weights = points.distances.map((_, place) => weightOf(points, place));
  const { distances, places } = ascendingPoints(points.distances);
  const first = distances[0] ?? 0;
  const cells = Math.max(1, distances.length * CELLS_PER_POINT);
  const width = (distances.at(-1) ?? 0) - first;
  const cellsPerDistance = width > 0 && Number.isFinite(cells / width) ? cells / width : 0;
  const bounds = Float64Array.of(first, cellsPerDistance, reachOf(distances, places, weights));
  return {
    distances,
    places,
    weights,
    ranks: ranksOf(weights),
    cells: cellsOf(distances, cells, bounds),
    bounds,
  };
}

function weightOf({ numerators, denominators }: CurvePoints, place: number): number {
  const denominator = denominators[place] ?? 0;
  if (denominator === 0) return NO_WEIGHT;
  const weight = Math.log((numerators[place] ?? 0) / denominator);
  return weight > 0 ? weight : 0;
}

function ascendingPoints(distances: Float64Array) {
  const places = Uint32Array.from(distances, (_, place) => place);
  places.sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0) || a - b);
  const firsts = places.filter((place, i) => i === 0 || distances[place] !== distances[places[i - 1] ?? 0]);
  return { distances: Float64Array.from(firsts, (place) => distances[place] ?? 0), places: firsts };
}

function ranksOf(weights: Float64Array): Uint32Array {
  const positive = [...new Set(weights)].filter((weight) => weight > 0).sort((a, b) => b - a);
  const rankOf = new Map(positive.map((weight, rank) => [weight, rank]));
  return Uint32Array.from(weights, (weight) => rankOf.get(weight) ?? 0);
}

function cellsOf(distances: Float64Array, count: number, bounds: Float64Array): Uint32Array {
  const cells = new Uint32Array(count);
  let last = -1;
  for (const [point, distance] of distances.entries()) {
    for (const cell = cellAt(bounds, count, distance); last < cell; ) cells[++last] = point;
  }
  return cells.fill(Math.max(0, distances.length - 1), last + 1);
}

function cellAt(bounds: Float64Array, cells: number, distance: number): number {
  const cell = (distance - (bounds[0] ?? 0)) * (bounds[1] ?? 0);
  return cell > 0 ? Math.floor(Math.min(cell, cells - 1)) : 0;
}

/** The distance of the point after the last one that matters; none where rounding could make the two equally near. */
function reachOf(distances: Float64Array, places: Uint32Array, weights: Float64Array): number {
  const last = places.findLastIndex((place) => weights[place] !== 0);
  const [distance, next] = [distances[last] ?? Number.NEGATIVE_INFINITY, distances[last + 1]];
  if (next === undefined || next - distance < SURE_GAP) return Number.MAX_VALUE;
  return next;
}
