import type { SimilarityModel } from '../../models/similarity.ts';
import { evenGrid, normalDensity } from '../numerics/density.ts';
import { trainingDegenerate } from '../training-degenerate.ts';

/** Points of the curves; TAAR's rounding could give one more (spec/taar-training.md section 10.9). */
const POINTS = 1000;

export type SimilarityCurves = Pick<SimilarityModel, 'distances' | 'numerators' | 'denominators'>;

/**
 * How dense distances are between clients of one cluster, and of different ones.
 * @param bandwidth the standard deviation of each sample's normal density
 * @throws TaarError `training-degenerate` (halt) where there are no distances of a kind, all are equal, or one of the
 * curves is 0 somewhere: serving divides by them
 */
export function similarityCurves(
  same: Float64Array,
  different: Float64Array,
  bandwidth: number,
): SimilarityCurves {
  if (same.length === 0) throw trainingDegenerate('no two donors are in one cluster');
  if (different.length === 0) throw trainingDegenerate('all donors are in one cluster');
  const distances = evenGrid(Float64Array.of(...same, ...different), POINTS);
  if (!((distances.at(-1) ?? 0) > (distances[0] ?? 0))) {
    throw trainingDegenerate('all donors are equally far from each other');
  }
  const numerators = normalDensity(same, distances, bandwidth);
  const denominators = normalDensity(different, distances, bandwidth);
  const isUsable = (density: number): boolean => density > 0 && Number.isFinite(density);
  if (!numerators.every(isUsable) || !denominators.every(isUsable)) {
    throw trainingDegenerate('donors are so far apart that a curve has no height between them');
  }
  return { distances, numerators, denominators };
}
