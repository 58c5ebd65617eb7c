import { describe, expect, it } from 'vitest';
import { blendModel, combinations } from '../../../../src/trainers/evaluation/models/blend.ts';
import { ITEM_KNN } from '../../../../src/trainers/evaluation/models/item-knn.ts';
import { LINEAR } from '../../../../src/trainers/evaluation/models/linear.ts';
import { standardise } from '../../../../src/trainers/evaluation/models/normalised.ts';
import { listsFrom, poolsOf } from '../../../../src/trainers/evaluation/models/pools.ts';
import { POPULARITY } from '../../../../src/trainers/evaluation/models/popularity.ts';
import { evaluate } from '../../../../src/trainers/evaluation/protocol.ts';
import { rankAll } from '../../../../src/trainers/evaluation/ranked-lists.ts';
import type { RankingModel } from '../../../../src/trainers/evaluation/ranking-model.ts';
import { rankingTask } from '../../../../src/trainers/evaluation/ranking-task.ts';
import type { Scorer } from '../../../../src/trainers/evaluation/scorer.ts';
import { pairs, tastes } from '../splits.ts';

const CONTEXT = { seed: 1, tried: () => {}, cpuSeconds: () => 0 };

/** A model that likes only what `likes` says of a row and an item's name. */
function knowing(
  name: string,
  itemIds: readonly string[],
  likes: (row: number, item: string) => boolean,
): RankingModel {
  const scorer: Scorer = {
    score: (row, _own, into) => {
      for (const [i, item] of itemIds.entries()) into[i] = likes(row, item) ? 1 : 0;
    },
  };
  return {
    name,
    choose: () => ({ name, parameters: {}, ndcg: 0, candidates: 1, train: () => scorer }),
  };
}

describe('a blend', () => {
  const split = tastes(200);
  const { itemIds } = rankingTask([split.train, split.valid], split.test);

  it('takes from each member what it knows', () => {
    const answers = new Set(
      [split.valid, split.test].flatMap(({ users, items }) => users.map((user, i) => `${user} ${items[i]}`)),
    );
    const { userIds } = rankingTask([split.train, split.valid], split.test);
    // Each knows the answers of every other person, and nothing of the others.
    const half = (rest: number) => (row: number, item: string) =>
      row % 2 === rest && answers.has(`${userIds[row]} ${item}`);
    const blend = blendModel([knowing('even', itemIds, half(0)), knowing('odd', itemIds, half(1))]);
    const { judgement, parts, choice } = evaluate(blend, split, CONTEXT);
    expect(choice.parameters.even).toBeGreaterThan(0);
    expect(choice.parameters.odd).toBeGreaterThan(0);
    // Items that train does not know have other numbers there, so a few answers are lost.
    expect(judgement.ndcg.mean).toBeGreaterThan(0.95);
    for (const part of parts) {
      expect(part.judgement.ndcg.mean).toBeLessThan(0.8);
      expect(part.difference.low).toBeGreaterThan(0);
    }
  });

  it('is its best member where the others add nothing', () => {
    const useless = knowing('useless', itemIds, () => false);
    const { judgement, choice, parts } = evaluate(blendModel([useless, LINEAR]), split, CONTEXT);
    expect(choice.parameters).toEqual({ useless: 0, linear: 1 });
    expect(judgement.ndcg.mean).toBe(parts[1]?.judgement.ndcg.mean);
  });

  it('beats popularity with real members', () => {
    const { parts } = evaluate(blendModel([POPULARITY, ITEM_KNN, LINEAR]), split, CONTEXT);
    expect(parts.find(({ name }) => name === 'popularity')?.difference.low).toBeGreaterThan(0);
  });
});

describe('combinations', () => {
  it('gives all ways to share out the parts, each once', () => {
    const all = combinations(3, 4);
    expect(new Set(all.map(String)).size).toBe(15);
    for (const weights of all) expect(weights.reduce((a, b) => a + b)).toBe(4);
  });
});

describe('standardise', () => {
  it('gives mean 0 and deviation 1 to what can be recommended', () => {
    const scores = Float64Array.of(1, Number.NEGATIVE_INFINITY, 3);
    standardise(scores);
    expect([...scores]).toEqual([-1, Number.NEGATIVE_INFINITY, 1]);
  });

  it('gives 0 where all scores are the same', () => {
    const scores = Float64Array.of(5, 5);
    standardise(scores);
    expect([...scores]).toEqual([0, 0]);
  });
});

describe('pools', () => {
  it('make the lists of one member that it makes itself', () => {
    const task = rankingTask([tastes(50).train], pairs('p1 g0i0', 'p2 g1i1', 'p3 g2i2'));
    const scorers = [POPULARITY, ITEM_KNN].map((model) =>
      model.choose(task, CONTEXT).train(task.interactions),
    );
    const pools = poolsOf(task, scorers);
    expect(listsFrom(pools, [0, 3])).toEqual(rankAll(task, scorers[1] as Scorer));
    expect(listsFrom(pools, [1, 0])).toEqual(rankAll(task, scorers[0] as Scorer));
  });
});
