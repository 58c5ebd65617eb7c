import { describe, expect, it } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import { TailDraw } from '../../../src/serving/addons/sampling.ts';

function sequence(seed: number): () => number {
  const at = uniformsOf(seed, 'test', 'drawing');
  let counter = 0;
  return () => at(counter++);
}

describe('a draw', () => {
  it('has each candidate at most once, and as many as there are', () => {
    const { chosen, probabilities } = new TailDraw().draw([3, 1, 2], 10, sequence(1));
    expect([...chosen].sort()).toEqual([0, 1, 2]);
    expect(probabilities).toHaveLength(3);
    expect(new TailDraw().draw([], 10, sequence(1)).chosen).toHaveLength(0);
  });

  it('tells the probability with which it really chooses', () => {
    const first = new Map<number, { drawn: number; told: number }>();
    const second = new Map<string, { drawn: number; told: number }>();
    const turns = 20_000;
    const uniform = sequence(2);
    let firstDrawn = 0;
    for (let i = 0; i < turns; i++) {
      const { chosen, probabilities } = new TailDraw().draw([0, 1, 2, 4], 2, uniform);
      const [a, b] = [chosen[0] ?? 0, chosen[1] ?? 0];
      const one = first.get(a) ?? { drawn: 0, told: probabilities[0] ?? 0 };
      first.set(a, { ...one, drawn: one.drawn + 1 });
      if (a !== 3) continue;
      firstDrawn += 1;
      const two = second.get(`${b}`) ?? { drawn: 0, told: probabilities[1] ?? 0 };
      second.set(`${b}`, { ...two, drawn: two.drawn + 1 });
    }
    for (const { drawn, told } of first.values()) expect(drawn / turns).toBeCloseTo(told, 1);
    for (const { drawn, told } of second.values()) expect(drawn / firstDrawn).toBeCloseTo(told, 1);
    expect(first.get(3)?.told).toBeCloseTo(4 / 7);
    expect(second.get('2')?.told).toBeCloseTo(2 / 3);
  });

  it('is refused where a weight is not finite: it would never end', () => {
    for (const weight of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => new TailDraw().draw([1, weight], 1, sequence(1))).toThrow(/not finite/);
    }
  });

  it('is refused where a weight leaves others no chance at all: it would never end', () => {
    expect(() => new TailDraw().draw([9e307, 0, 0], 3, sequence(1))).toThrow(/no chance/);
    expect([...new TailDraw().draw([1e307, 0, 0], 3, sequence(1)).chosen].sort()).toEqual([0, 1, 2]);
  });
});
