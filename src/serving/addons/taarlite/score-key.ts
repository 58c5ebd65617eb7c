/** Digits after the point of a rendered score. */
const DECIMALS = 10;
/** Characters of a rendered score, point included; longer ones are not cut. */
const SCORE_WIDTH = 20;
const INSTALLS_WIDTH = 10;

/**
 * The text by which TAARlite orders its candidates: the score in 20 characters with 10 decimals, a point, and the
 * installs in 10 (spec/taar-serving.md section 5.8). From 10^9 on a score is longer and then sorts as text; kept.
 */
export function scoreKey(score: number, installs: number): string {
  return `${tenDecimals(score).padStart(SCORE_WIDTH, '0')}.${String(installs).padStart(INSTALLS_WIDTH, '0')}`;
}

/**
 * A non-negative number with 10 decimals, exact ties rounded to the even digit as Python does. `toFixed` is exact too
 * but rounds ties up. A tie ends in the 11th decimal, so it is an odd multiple of 2^-11.
 */
export function tenDecimals(value: number): string {
  const rounded = value.toFixed(DECIMALS);
  if (Math.abs((value * 2048) % 2) !== 1) return rounded;
  const exact = value.toFixed(DECIMALS + 1);
  const lastKept = Number(exact.at(-2));
  return lastKept % 2 === 0 ? exact.slice(0, -1) : rounded;
}
