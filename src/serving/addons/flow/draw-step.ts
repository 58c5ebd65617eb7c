import type { Step } from '../../flow/component.ts';
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
    const isDrawn = new Uint8Array(list.length);
    const drawn = new Int32Array(list.length);
    let count = 0;
    for (const place of chosen) {
      const entry = list[place] ?? 0;
      isDrawn[place] = 1;
      pool.setProbability(entry, probabilities[count] ?? Number.NaN);
      drawn[count++] = entry;
    }
    for (let place = 0; place < list.length; place++) {
      if (isDrawn[place] === 0) drawn[count++] = list[place] ?? 0;
    }
    return drawn;
  },
};
