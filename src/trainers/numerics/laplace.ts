/**
 * Noise is a multiple of this. Counts are whole, so noised ones lie on the same grid whatever the count is: the low
 * bits of a floating-point number would tell which counts can have led to it.
 */
const GRID = 2 ** -20;

/**
 * A number of the Laplace distribution around 0.
 * @param uniform in (0, 1), both ends left out
 * @param scale the mean of the absolute value
 */
export function laplace(uniform: number, scale: number): number {
  const fromMiddle = uniform - 0.5;
  const size = -scale * Math.log(1 - 2 * Math.abs(fromMiddle));
  return Math.round((Math.sign(fromMiddle) * size) / GRID) * GRID;
}
