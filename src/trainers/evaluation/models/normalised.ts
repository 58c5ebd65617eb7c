/**
 * Makes scores of different models comparable: less their mean, in standard deviations, over what can be recommended;
 * 0 where all are the same. What is -Infinity stays so.
 */
export function standardise(scores: Float64Array): void {
  let [count, sum] = [0, 0];
  for (const score of scores) {
    if (score === Number.NEGATIVE_INFINITY) continue;
    count++;
    sum += score;
  }
  const mean = sum / count;
  let squares = 0;
  for (const score of scores) if (score !== Number.NEGATIVE_INFINITY) squares += (score - mean) ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares / count) : 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    if (score !== Number.NEGATIVE_INFINITY) scores[i] = (score - mean) * scale;
  }
}
