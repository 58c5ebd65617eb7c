import type { Gate, Step } from './component.ts';
import { drawByWeight } from './draw.ts';
import { isOrderedByScore, orderByScore } from './order.ts';
import type { ParamDef } from './param.ts';
import type { CandidatePool, EntryList } from './pool.ts';
import type { Query, UniformSource } from './query.ts';

/** Exponents at or below it are not drawn: they come last, in the order of their scores. */
const CLIP_EXPONENT = -10;

export interface SamplingChoice {
  /** So many of the highest scores keep their places. */
  readonly fixed: number;
  /** Scores are multiplied by it before they become odds; 0: uniform, negative: the lowest are likeliest. */
  readonly factor: number;
  /** Places to draw, after the fixed ones; what is not drawn follows by score. */
  readonly draws: number;
}

/**
 * Draws the places of the list with odds exp(factor · score), and notes in the pool with which probability each was
 * chosen at its place (1 for those that are fixed). A missing score counts as 0.
 */
export function sample(
  pool: CandidatePool,
  list: EntryList,
  choice: SamplingChoice,
  uniforms: UniformSource,
): EntryList {
  const ordered = byScore(pool, list);
  const fixed = Math.min(Math.max(0, Math.trunc(choice.fixed)), ordered.length);
  for (let i = 0; i < fixed; i++) pool.setProbability(ordered[i] ?? 0, 1);
  const { drawable, weights } = oddsOf(pool, ordered.subarray(fixed), choice.factor);
  const { places, probabilities } = drawByWeight(weights, choice.draws, uniforms);
  const taken = new Uint8Array(pool.size);
  const sampled = new Int32Array(ordered.length);
  sampled.set(ordered.subarray(0, fixed));
  let count = fixed;
  for (let i = 0; i < places.length; i++) {
    const entry = drawable[places[i] ?? 0] ?? 0;
    pool.setProbability(entry, probabilities[i] ?? Number.NaN);
    taken[entry] = 1;
    sampled[count++] = entry;
  }
  for (let i = fixed; i < ordered.length; i++) {
    const entry = ordered[i] ?? 0;
    if (taken[entry] === 0) sampled[count++] = entry;
  }
  return sampled;
}

/** By score; equal ones by item number, so that where a candidate stood does not matter. */
function byScore(pool: CandidatePool, list: EntryList): EntryList {
  if (isOrderedByScore(list, pool.score, pool.item)) return list;
  let scores = pool.score;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i] ?? 0;
    if (!Number.isNaN(scores[entry])) continue;
    if (scores === pool.score) scores = scores.slice();
    scores[entry] = 0;
  }
  return orderByScore(list, scores, pool.item);
}

/** What may be drawn, and its odds; the largest exponent is 0. */
function oddsOf(
  pool: CandidatePool,
  rest: EntryList,
  factor: number,
): { drawable: EntryList; weights: Float64Array } {
  // The rest is in order.
  const highest = pool.score[rest[0] ?? 0] || 0;
  const drawable = new Int32Array(rest.length);
  const weights = new Float64Array(rest.length);
  let count = 0;
  for (let i = 0; i < rest.length; i++) {
    const entry = rest[i] ?? 0;
    const exponent = factor * ((pool.score[entry] || 0) - highest);
    if (exponent <= CLIP_EXPONENT) continue;
    drawable[count] = entry;
    weights[count++] = Math.exp(exponent);
  }
  return { drawable: drawable.subarray(0, count), weights: weights.subarray(0, count) };
}

export interface SamplingParams<S> {
  readonly fixed: ParamDef<number>;
  readonly factor: ParamDef<number>;
  /** Places to draw; all where undefined. */
  readonly draws?: (query: Query<S>) => number;
  readonly when?: Gate<S>;
}

/** `sample` as a step. */
export function samplingStep<S>(
  { fixed, factor, draws, when }: SamplingParams<S>,
  name = 'sampling',
): Step<S> {
  return {
    name,
    when,
    onFailure: 'passThrough',
    apply(query, pool, list) {
      const choice = {
        fixed: query.params.get(fixed),
        factor: query.params.get(factor),
        draws: draws?.(query) ?? list.length,
      };
      return sample(pool, list, choice, query.uniforms);
    },
  };
}
