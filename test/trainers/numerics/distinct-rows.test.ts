import { describe, expect, it } from 'vitest';
import { DistinctRows, rowOf } from '../../../src/trainers/numerics/distinct-rows.ts';
import { sampleRows } from '../../../src/trainers/numerics/row-sample.ts';

const SETS = [[2, 5], [1], [2, 5], [], [0, 1, 9], [1], [1]];

function distinct(sets: readonly (readonly number[])[], items: number) {
  const rows = new DistinctRows(items);
  for (const set of sets) rows.add(set);
  return rows;
}

describe('distinct rows', () => {
  it('tell which row a set became, and know no set that was not added', () => {
    for (const items of [10, 70_000]) {
      const rows = distinct(SETS, items);
      const built = rows.build();
      const find = rows.rowFinder();
      for (const set of SETS.filter(({ length }) => length > 0)) expect(rowOf(built, find(set))).toEqual(set);
      expect([find([]), find([0, 1])]).toEqual([-1, -1]);
    }
  });

  it('stand once for all equal sets, with how many there are, and without empty ones', () => {
    const rows = distinct(SETS, 10);
    const built = rows.build();
    expect(rows.rows).toBe(6);
    expect(Array.from({ length: built.users }, (_, row) => rowOf(built, row))).toEqual([
      [0, 1, 9],
      [1],
      [2, 5],
    ]);
    expect([...built.multiplicity]).toEqual([1, 3, 2]);
  });

  it('are the same whatever the order in which sets come', () => {
    expect(distinct([...SETS].reverse(), 10).build()).toEqual(distinct(SETS, 10).build());
  });

  it('tell items apart whose numbers need more than 16 bits', () => {
    const built = distinct([[1], [65_537], [1, 65_537], [131_073]], 200_000).build();
    expect(Array.from({ length: built.users }, (_, row) => rowOf(built, row))).toEqual([
      [1],
      [1, 65_537],
      [65_537],
      [131_073],
    ]);
  });
});

describe('a sample of rows', () => {
  const names = Array.from({ length: 10 }, (_, i) => `addon-${i}`);
  const many = new DistinctRows(10);
  for (let i = 0; i < 10; i++) for (let j = 0; j < i; j++) many.add([j, i], 40);
  const options = { size: 600, seed: 1, itemKeys: names };

  it('has about as many users as asked, each for itself, and all where there are no more', () => {
    const sample = sampleRows(many.build(), options);
    expect(sample.length).toBeGreaterThan(500);
    expect(sample.length).toBeLessThan(700);
    expect(new Set(sample.map(({ key }) => key)).size).toBe(sample.length);
    expect(sampleRows(many.build(), { ...options, size: 10_000 })).toHaveLength(1800);
  });

  it('depends on the seed, and not on who else there is', () => {
    const all = sampleRows(many.build(), { ...options, size: 900 });
    const fewer = new DistinctRows(10);
    for (let i = 0; i < 10; i++) for (let j = 0; j < i; j++) fewer.add([j, i], i === 9 ? 20 : 40);
    // The same share of fewer users.
    const built = fewer.build();
    const users = built.multiplicity.reduce((sum, count) => sum + count, 0);
    const some = sampleRows(built, { ...options, size: users / 2 });
    const kept = new Set(some.map(({ key }) => key));
    const untouched = all.filter(({ items }) => !items.includes(9));
    expect(untouched.every(({ key }) => kept.has(key))).toBe(true);
    expect(all.length - some.length).toBeLessThanOrEqual(9 * 20);
    expect(sampleRows(many.build(), { ...options, size: 900, seed: 2 })).not.toEqual(all);
  });
});
