import { describe, expect, it } from 'vitest';
import { itemsOf, rankingTask } from '../../../src/trainers/evaluation/ranking-task.ts';
import { pairs } from './splits.ts';

describe('rankingTask', () => {
  const task = rankingTask(
    [pairs('bo 10 9', 'cy 9'), pairs('ann 9 1')],
    pairs('bo 1 77', 'dee 10', 'ann 10'),
  );

  it('knows only what can be recommended, in the order of text', () => {
    expect(task.itemIds).toEqual(['1', '10', '9']);
    expect(task.interactions.items).toBe(3);
  });

  it('orders items by code point, astral ones last', () => {
    expect(rankingTask([pairs('a 😀 ｡ b')], pairs('a x')).itemIds).toEqual(['b', '｡', '😀']);
  });

  it('has a row for everybody, also for those who only ask', () => {
    expect(task.userIds).toEqual(['ann', 'bo', 'cy', 'dee']);
    const rows = task.userIds.map((_, row) =>
      [...itemsOf(task.interactions, row)].map((item) => task.itemIds[item]),
    );
    expect(rows).toEqual([['1', '9'], ['10', '9'], ['9'], []]);
  });

  it('keeps what was held out, and counts what nobody could find', () => {
    expect([...task.asked].map((row) => task.userIds[row])).toEqual(['ann', 'bo', 'dee']);
    expect(task.heldOut.map((items) => [...items].map((item) => task.itemIds[item]))).toEqual([
      ['10'],
      ['1'],
      ['10'],
    ]);
    expect([...task.wanted]).toEqual([1, 2, 1]);
  });
});
