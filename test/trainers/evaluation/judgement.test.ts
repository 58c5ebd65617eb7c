import { describe, expect, it } from 'vitest';
import { figureOf, judge } from '../../../src/trainers/evaluation/judgement.ts';
import { coverage } from '../../../src/trainers/evaluation/metrics/coverage.ts';
import { hit } from '../../../src/trainers/evaluation/metrics/hit.ts';
import { ndcg } from '../../../src/trainers/evaluation/metrics/ndcg.ts';
import { recall } from '../../../src/trainers/evaluation/metrics/recall.ts';
import { rankAll } from '../../../src/trainers/evaluation/ranked-lists.ts';
import { rankingTask } from '../../../src/trainers/evaluation/ranking-task.ts';
import { pairs } from './splits.ts';

describe('metrics of one list', () => {
  it('are what the formulas give by hand', () => {
    const hits = Uint8Array.of(0, 1, 0, 1);
    expect(recall(hits, 5)).toBeCloseTo(2 / 5);
    const ideal = 1 + 1 / Math.log2(3) + 1 / 2;
    expect(ndcg(hits, 3)).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / ideal);
    expect(hit(hits)).toBe(1);
    expect(hit(Uint8Array.of(0, 0))).toBe(0);
  });

  it('are 1 for a list full of hits, however many more there were to find', () => {
    const hits = new Uint8Array(20).fill(1);
    expect(ndcg(hits, 50)).toBeCloseTo(1);
    expect(recall(hits, 50)).toBeCloseTo(0.4);
  });

  it('are 0 where nothing was found', () => {
    expect([recall(new Uint8Array(20), 3), ndcg(new Uint8Array(20), 3), hit(new Uint8Array(20))]).toEqual([
      0, 0, 0,
    ]);
    expect(ndcg(new Uint8Array(), 1)).toBe(0);
  });

  it('count each item of the catalogue once', () => {
    expect(coverage([Uint32Array.of(0, 2), Uint32Array.of(2, 3), Uint32Array.of()], 6)).toBeCloseTo(0.5);
  });
});

describe('figureOf', () => {
  it('has the standard error of the mean', () => {
    // The sample's standard deviation is 2.
    expect(figureOf(Float64Array.of(1, 3, 5))).toEqual({
      mean: 3,
      standardError: expect.closeTo(2 / Math.sqrt(3)),
    });
    expect(figureOf(Float64Array.of(4))).toEqual({ mean: 4, standardError: 0 });
  });
});

describe('judge', () => {
  it('holds lists against what was held out, unknown items as misses', () => {
    const task = rankingTask([pairs('ann a', 'bo b', 'cy a b c')], pairs('ann b', 'bo c z'));
    const found = judge(task, [Uint32Array.of(1, 2), Uint32Array.of(0, 2)]);
    const ofBo = 1 / Math.log2(3) / (1 + 1 / Math.log2(3));
    expect([...found.ndcgOf]).toEqual([1, expect.closeTo(ofBo)]);
    expect(found.recall.mean).toBeCloseTo((1 + 0.5) / 2);
    expect(found.hit.mean).toBe(1);
    expect(found.coverage).toBe(1);
  });
});

describe('rankAll', () => {
  const task = rankingTask([pairs('ann 3', 'bo 20 100 3', 'cy 5')], pairs('ann 5', 'cy 3'));

  it('leaves out what the user has, and puts the smaller id first where scores are the same', () => {
    const lists = rankAll(task, { score: (_row, _own, into) => into.fill(1) });
    expect(lists.map((list) => [...list].map((item) => task.itemIds[item]))).toEqual([
      ['100', '20', '5'],
      ['100', '20', '3'],
    ]);
  });

  it('gives no more than asked', () => {
    const scorer = { score: (_row: number, _own: Uint32Array, into: Float64Array) => into.set([1, 2, 3, 4]) };
    expect(rankAll(task, scorer, 2).map((list) => [...list])).toEqual([
      [3, 1],
      [2, 1],
    ]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a score of %d', (score) => {
    expect(() => rankAll(task, { score: (_row, _own, into) => into.fill(score) })).toThrow(
      expect.objectContaining({ code: 'scores-not-finite' }),
    );
  });
});
