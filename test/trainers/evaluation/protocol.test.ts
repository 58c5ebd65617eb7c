import { describe, expect, it } from 'vitest';
import { searchedModel } from '../../../src/trainers/evaluation/grid-model.ts';
import { POPULARITY } from '../../../src/trainers/evaluation/models/popularity.ts';
import { evaluate } from '../../../src/trainers/evaluation/protocol.ts';
import { pairs, tastes } from './splits.ts';

function context() {
  const tried: string[] = [];
  return {
    seed: 1,
    cpuSeconds: () => 0,
    tried: (name: string, parameters: object, ndcg: number) => {
      tried.push(`${name} ${JSON.stringify(parameters)} ${ndcg.toFixed(3)}`);
    },
    all: tried,
  };
}

describe('evaluate', () => {
  it('gives popularity the figures that are known by hand', () => {
    // In train and valid: b three times, a and c twice, d once; z is known to nobody.
    const split = {
      train: pairs('ann b', 'bo b a', 'cy c'),
      valid: pairs('ann c', 'cy b', 'dee a d'),
      test: pairs('ann a', 'bo d', 'cy z a'),
    };
    const { lists, task, judgement, choice } = evaluate(POPULARITY, split, context());
    expect(choice.parameters).toEqual({});
    const named = lists.map((list) => [...list].map((item) => task.itemIds[item]).join(''));
    expect(named).toEqual(['ad', 'cd', 'ad']);
    expect(judgement.recall.mean).toBeCloseTo((1 + 1 + 0.5) / 3);
    const second = 1 / Math.log2(3);
    expect([...judgement.ndcgOf]).toEqual([1, expect.closeTo(second), expect.closeTo(1 / (1 + second))]);
    expect(judgement.coverage).toBeCloseTo(3 / 4);
  });

  it('chooses on valid what is best there, and trains that on both', () => {
    const trainedOn: number[] = [];
    const model = searchedModel({
      name: 'favourite',
      grid: [{ item: 2 }, { item: 0 }],
      refinements: [({ item }) => [{ item }, { item: item + 1 }]],
      over:
        ({ itemOf }) =>
        ({ item }) => {
          trainedOn.push(itemOf.length);
          return {
            score: (_row, _own, into) => {
              into.fill(0);
              into[item] = 1;
            },
          };
        },
    });
    // What valid asks for is 'd', item 3; the first two are equally good, so the first is gone on from.
    const split = {
      train: pairs('ann a', 'bo b', 'cy c d'),
      valid: pairs('ann d', 'bo d'),
      test: pairs('ann c'),
    };
    const told = context();
    const { choice } = evaluate(model, split, told);
    expect(choice).toMatchObject({ parameters: { item: 3 }, ndcg: 1, candidates: 3 });
    expect(told.all.map((line) => line.split(' ')[1])).toEqual(['{"item":2}', '{"item":0}', '{"item":3}']);
    expect(trainedOn).toEqual([4, 4, 4, 6]);
  });

  it('does not look at test before the end', () => {
    const split = tastes(40);
    const other = { ...split, test: pairs('p1 g0i0') };
    expect(evaluate(POPULARITY, other, context()).choice.ndcg).toBe(
      evaluate(POPULARITY, split, context()).choice.ndcg,
    );
  });
});
