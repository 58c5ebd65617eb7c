import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topScores } from '../../../src/serving/addons/top-scores.ts';

it('puts the best in front as a full sort does, equal scores by key', () => {
  const scores = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ noNaN: true })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(scores, fc.nat(320), (list, limit) => {
      const [columns, keys] = [
        Float64Array.from(list),
        Uint32Array.from(list, (_, i) => (i * 7919) % 10_007),
      ];
      const expected = Array.from(list, (score, i) => ({ score, key: keys[i] ?? 0 }))
        .sort((a, b) => b.score - a.score || a.key - b.key)
        .slice(0, limit);
      topScores(columns, keys, list.length, limit);
      const found = expected.map((_, i) => ({ score: columns[i], key: keys[i] }));
      expect(found.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
      expect(found.every(({ score }, i) => score === expected[i]?.score)).toBe(true);
    }),
  );
});
