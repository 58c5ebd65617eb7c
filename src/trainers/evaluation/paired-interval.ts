import { uniformsOf } from '../../domain/random.ts';

/** Of a mean difference: the interval that holds it with 95 % confidence. */
export interface PairedInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;
const TAIL = 0.025;

/**
 * The mean of left - right over the same users, with its 95 % interval by bootstrap: users are drawn anew, with
 * replacement, both their values together.
 *
 * @throws RangeError where the users are not the same number, or none
 */
export function pairedInterval(left: Float64Array, right: Float64Array, seed: number): PairedInterval {
  if (left.length !== right.length || left.length === 0) {
    throw new RangeError(`${left.length} values cannot be paired with ${right.length}`);
  }
  const differences = left.map((value, user) => value - (right[user] ?? 0));
  const means = Float64Array.from({ length: RESAMPLES }, (_, resample) =>
    meanOfDrawn(differences, seed, resample),
  ).sort();
  return {
    mean: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    low: quantile(means, TAIL),
    high: quantile(means, 1 - TAIL),
  };
}

function meanOfDrawn(values: Float64Array, seed: number, resample: number): number {
  const draw = uniformsOf(seed, 'evaluation.bootstrap', resample);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[Math.floor(draw(i) * values.length)] ?? 0;
  return sum / values.length;
}

/** Between the two nearest values where it falls between them. */
function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = ascending[Math.floor(place)] ?? 0;
  const above = ascending[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
