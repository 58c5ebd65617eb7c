import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientFeatures } from '../../../../src/domain/client-features.ts';
import { addonModels } from '../../addon-models.ts';
import { featuresOf, plainSimilarity } from './plain-similarity.ts';
import { client, curve, donors } from './random-model.ts';

describe('the compiled similarity', () => {
  it('gives the distances and sums of the plain one to the last bit, for clients in turn', () => {
    fc.assert(
      fc.property(donors, curve, fc.array(client, { minLength: 1, maxLength: 3 }), (donors, curve, asked) => {
        const { similarity, items } = addonModels({ donors, lr_curves: curve });
        for (const one of asked) {
          const features: ClientFeatures = { installed: [], ...featuresOf(one) };
          const plain = plainSimilarity(donors, curve, one);
          expect(similarity?.distances(features)).toEqual(plain.distances);
          const { items: found = [], scores = [], count } = similarity?.candidates(features, 100) ?? {};
          const given = Array.from(found, (item, i) => [items.idOf(item), scores[i]] as const);
          expect(count).toBe(plain.sums.size);
          expect(new Map(given)).toEqual(plain.sums);
        }
      }),
      { numRuns: 500 },
    );
  });
});
