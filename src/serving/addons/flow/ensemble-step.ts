import type { Kernel } from '../../../domain/kernel.ts';
import type { Step } from '../../flow/component.ts';
import { WeightedSums } from '../../flow/weighted-sums.ts';
import type { Asker } from './asker.ts';
import { ENSEMBLE_MEMBERS } from './members.ts';

/**
 * Adds the weighted scores of each item and orders by the sums, equal ones by guid (spec/taar-serving.md section 5.5).
 * Nothing where there are no weights, or none for a source that gave something: half an ensemble ranks differently
 * from the one that the weights were found for.
 */
export function ensembleStep(kernel: Kernel): Step<Asker> {
  const sums = new WeightedSums(kernel);
  return {
    name: 'ensemble',
    onFailure: 'empty',
    apply({ state: { models, limit } }, pool, list) {
      const weights = ENSEMBLE_MEMBERS.map((name) => models.weights?.get(name) ?? Number.NaN);
      return sums.order(pool, list, weights, models.items.size).subarray(0, limit);
    },
  };
}
