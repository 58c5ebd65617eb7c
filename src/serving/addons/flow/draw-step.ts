import type { Step } from '../../flow/component.ts';
import { drawnFirst } from '../../flow/draw.ts';
import { drawTails } from '../sampling.ts';
import type { Asker } from './asker.ts';

/**
 * Draws as many as are wanted, in proportion to their scores (spec/taar-serving.md section 5.6). What was not drawn
 * follows in its order, for where some of the drawn ones are refused later.
 */
export const DRAW_STEP: Step<Asker> = {
  name: 'draw',
  onFailure: 'passThrough',
  apply({ maxResults = 0, uniforms }, pool, list) {
    const weights = new Float64Array(list.length);
    for (let i = 0; i < list.length; i++) weights[i] = pool.score[list[i] ?? 0] ?? 0;
    const { chosen, probabilities } = drawTails(weights, maxResults, uniforms);
    return drawnFirst(pool, list, chosen, probabilities);
  },
};
