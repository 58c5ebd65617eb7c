/** What is tried for a weight while the others stand: none, and powers of two, since only ratios count. */
const COARSE = [0, ...Array.from({ length: 11 }, (_, i) => 2 ** (i - 5))];
/** What a weight is then multiplied by. */
const FINE = [2 ** -0.5, 2 ** -0.25, 2 ** 0.25, 2 ** 0.5];
/** A round through all weights that changes none ends the search; few rounds are needed, and more gain next to nothing. */
const MAX_ROUNDS = 6;

/**
 * Weights that are not negative and not all 0 whose score is high: coordinate search from each weight alone and from all
 * equal, so the result scores no lower than any of these. Nothing is drawn; of equal scores the earlier stands. For scores
 * that only the ratios of the weights decide, and that jump, so that there is no slope to follow.
 * @param count how many weights there are, at least 1
 */
export function searchWeights(count: number, scoreOf: (weights: Float64Array) => number): Scored {
  let best: Scored = { weights: new Float64Array(count).fill(1), score: Number.NEGATIVE_INFINITY };
  for (const start of startsOf(count)) {
    const found = climb({ weights: start, score: scoreOf(start) }, scoreOf);
    if (found.score > best.score) best = found;
  }
  return best;
}

type Scored = { weights: Float64Array; score: number };

function startsOf(count: number): Float64Array[] {
  const alone = Array.from({ length: count }, (_, own) =>
    Float64Array.from({ length: count }, (_, i) => (i === own ? 1 : 0)),
  );
  return [new Float64Array(count).fill(1), ...alone];
}

function climb(from: Scored, scoreOf: (weights: Float64Array) => number): Scored {
  let best = from;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = best.score;
    for (let at = 0; at < best.weights.length; at++) {
      for (const weight of COARSE) best = better(best, at, weight, scoreOf);
      const own = best.weights[at] ?? 0;
      for (const factor of FINE) best = better(best, at, own * factor, scoreOf);
    }
    if (!(best.score > before)) break;
  }
  return best;
}

function better(
  best: Scored,
  at: number,
  weight: number,
  scoreOf: (weights: Float64Array) => number,
): Scored {
  const weights = best.weights.with(at, weight);
  if (weight === best.weights[at] || weights.every((other) => other === 0)) return best;
  const score = scoreOf(weights);
  return score > best.score ? { weights, score } : best;
}
