/** Points from the smallest sample on, at equal steps; the largest sample would be the next one. */
export function evenGrid(samples: Float64Array, points: number): Float64Array {
  const least = samples.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = samples.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const step = (most - least) / points;
  return Float64Array.from({ length: points }, (_, i) => least + i * step);
}

/**
 * How dense samples are at each point: the mean of normal densities around them, without a correction at the ends. NaN
 * where there is no sample.
 * @param deviation of each normal density
 */
export function normalDensity(samples: Float64Array, points: Float64Array, deviation: number): Float64Array {
  const height = 1 / (samples.length * deviation * Math.sqrt(2 * Math.PI));
  return points.map((x) => {
    let sum = 0;
    for (const sample of samples) {
      const away = (x - sample) / deviation;
      sum += Math.exp(-0.5 * away * away);
    }
    return sum * height;
  });
}
