import type { Step } from '../../flow/component.ts';
import { drawnFirst } from '../../flow/draw.ts';
import { ReusedDoubles } from '../../flow/reused.ts';
import { TailDraw } from '../sampling.ts';
import type { Asker } from './asker.ts';

/**
 * Draws as many as are wanted, in proportion to their scores (spec/taar-serving.md section 5.6). What was not drawn
 * follows in its order, for where some of the drawn ones are refused later.
 */
export function drawStep(): Step<Asker> {
  const weights = new ReusedDoubles();
  const tails = new TailDraw();
  return {
    name: 'draw',
    onFailure: 'passThrough',
    apply({ maxResults = 0, uniforms }, pool, list) {
      const { score } = pool;
      const scores = weights.of(list.length);
      for (let i = 0; i < list.length; i++) scores[i] = score[list[i] ?? 0] ?? 0;
      const { chosen, probabilities } = tails.draw(scores, maxResults, uniforms);
      return drawnFirst(pool, list, chosen, probabilities);
    },
  };
}
