import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPairs, type PairRows } from '../../../src/trainers/addons/pair-rows.ts';

const NUMBERS = 12;

/** Clients as lists of distinct numbers below NUMBERS. */
const CLIENTS = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: NUMBERS - 1 }), { maxLength: NUMBERS }));

function listsOf(clients: readonly (readonly number[])[]) {
  let end = 0;
  const ends = Uint32Array.from(clients, (items) => {
    end += items.length;
    return end;
  });
  return { ends, items: Uint32Array.from(clients.flat()) };
}

/** All counts at least `minCount`, counted the simplest way: over ordered pairs. */
function oracle(clients: readonly (readonly number[])[], minCount: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const items of clients) {
    for (const a of items) {
      for (const b of items) {
        if (a !== b) counts.set(`${a} ${b}`, (counts.get(`${a} ${b}`) ?? 0) + 1);
      }
    }
  }
  return new Map([...counts].filter(([, count]) => count >= minCount));
}

function asMap({ starts, columns, counts }: PairRows): Map<string, number> {
  const found = new Map<string, number>();
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let i = starts[row] ?? 0; i < (starts[row + 1] ?? 0); i++) {
      found.set(`${row} ${columns[i]}`, counts[i] ?? 0);
    }
  }
  return found;
}

describe.each([
  ['dense triangle', undefined],
  ['hash table', 0],
])('pairs counted in a %s', (_name, limit) => {
  const options = limit === undefined ? {} : { triangleLimitBytes: limit };

  it('are those of the simplest way of counting', () => {
    fc.assert(
      fc.property(CLIENTS, fc.integer({ min: 1, max: 3 }), (clients, minCount) => {
        const rows = countPairs(listsOf(clients), NUMBERS, { ...options, minCount });
        expect(asMap(rows)).toEqual(oracle(clients, minCount));
      }),
    );
  });

  it('stand in rows whose columns ascend', () => {
    fc.assert(
      fc.property(CLIENTS, (clients) => {
        const { starts, columns } = countPairs(listsOf(clients), NUMBERS, options);
        for (let row = 0; row < NUMBERS; row++) {
          const part = [...columns.subarray(starts[row], starts[row + 1])];
          expect(part).toEqual([...new Set(part)].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('do not depend on the order of clients or of their numbers', () => {
    fc.assert(
      fc.property(CLIENTS, (clients) => {
        const turned = clients.map((items) => items.toReversed()).reverse();
        expect(countPairs(listsOf(turned), NUMBERS, options)).toEqual(
          countPairs(listsOf(clients), NUMBERS, options),
        );
      }),
    );
  });

  it('leave out a number paired with itself', () => {
    const rows = countPairs({ ends: Uint32Array.of(3), items: Uint32Array.of(1, 1, 2) }, 3, options);
    expect(asMap(rows).has('1 1')).toBe(false);
    expect(rows.counts.length).toBeGreaterThan(0);
  });
});

describe('the hash table', () => {
  it('grows over many more pairs than it starts with, and agrees with the triangle', () => {
    const n = 300;
    const all = {
      ends: Uint32Array.of(n, 2 * n),
      items: Uint32Array.from({ length: 2 * n }, (_, i) => i % n),
    };
    const hashed = countPairs(all, n, { triangleLimitBytes: 0 });
    expect(hashed.counts.length).toBe(n * (n - 1));
    expect(hashed).toEqual(countPairs(all, n));
  });
});
